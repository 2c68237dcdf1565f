import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const network = "10.9.0.0/24";

function grid(): Asked {
  return new Asked({ seed: { networks: [network, "2001:db8::/64"], zones: ["acme.org", "other.org"] } });
}

function web1(asked: Asked, more: object = {}): string {
  return asked.create("record:host", {
    name: "web1.acme.org",
    ipv4addrs: [{ ipv4addr: "10.9.0.5" }],
    ...more,
  });
}

const addresses = "_return_fields=ipv4addrs,ipv6addrs";

describe("host records", () => {
  it("read as a grid shows them, without an empty list and without a MAC that isn't there", () => {
    const asked = grid();
    expect(asked.get(web1(asked)).json).toEqual({
      _ref: "record:host/ZG5zLmhvc3QkLl9kZWZhdWx0Lm9yZy5hY21lLndlYjE:web1.acme.org/default",
      ipv4addrs: [
        {
          _ref: "record:host_ipv4addr/ZG5zLmhvc3RfYWRkcmVzcyQuX2RlZmF1bHQub3JnLmFjbWUud2ViMS4xMC45LjAuNS4:10.9.0.5/web1.acme.org/default",
          configure_for_dhcp: false,
          host: "web1.acme.org",
          ipv4addr: "10.9.0.5",
        },
      ],
      name: "web1.acme.org",
      view: "default",
    });
  });

  it("need a zone in their view", () => {
    const asked = grid();
    const body = { name: "web1.nowhere.org", ipv4addrs: [{ ipv4addr: "10.9.0.5" }] };
    expect(asked.post("record:host", body).json.text).toBe(
      "The action is not allowed. A parent was not found.",
    );
  });

  it("may have addresses of no network, even by DHCP for IPv6", () => {
    const asked = grid();
    const ref = asked.create("record:host", {
      name: "far.acme.org",
      ipv4addrs: [{ ipv4addr: "172.16.0.1" }],
      ipv6addrs: [{ ipv6addr: "2001:0DB8:FFFF::0001", configure_for_dhcp: true, duid: "00:01" }],
    });
    expect(asked.get(ref).json.ipv6addrs[0]).toMatchObject({ ipv6addr: "2001:db8:ffff::1", duid: "00:01" });
  });

  it("need at least one address", () => {
    const asked = grid();
    const empty = { name: "web1.acme.org", ipv4addrs: [], ipv6addrs: [] };
    expect(asked.post("record:host", empty).json.text).toBe("IP address for the Host record is missing.");
    expect(asked.put(web1(asked), { ipv4addrs: [] }).status).toBe(400);
  });

  it("are unique by name and view, whatever their addresses", () => {
    const asked = grid();
    web1(asked);
    const again = { name: "WEB1.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.6" }] };
    expect(asked.post("record:host", again).json).toMatchObject({
      code: "Client.Ibap.Data.Conflict",
      text: "The record 'web1.acme.org' already exists.",
    });
  });

  it("show addresses in the order in which they were given", () => {
    const asked = grid();
    const given = ["10.9.0.30", "10.9.0.10", "10.9.0.20"];
    const ref = web1(asked, { ipv4addrs: given.map((ipv4addr) => ({ ipv4addr })) });
    const shown = asked.get(ref).json.ipv4addrs.map(({ ipv4addr }: { ipv4addr: string }) => ipv4addr);
    expect(shown).toEqual(given);
  });

  it("replace their addresses as a whole, add to them, and take from them", () => {
    const asked = grid();
    const ref = web1(asked);
    const held = () =>
      asked.get(`${ref}?${addresses}`).json.ipv4addrs.map((each: { ipv4addr: string }) => each.ipv4addr);
    asked.put(ref, { ipv4addrs: [{ ipv4addr: "10.9.0.7" }] });
    expect(held()).toEqual(["10.9.0.7"]);
    asked.put(ref, { "ipv4addrs+": [{ ipv4addr: "10.9.0.8" }] });
    expect(held()).toEqual(["10.9.0.7", "10.9.0.8"]);
    asked.put(ref, { "ipv4addrs-": [{ ipv4addr: "10.9.0.7" }] });
    expect(held()).toEqual(["10.9.0.8"]);
  });

  it("need a MAC address for IPv4 by DHCP", () => {
    const asked = grid();
    const served = { ipv4addr: "10.9.0.5", configure_for_dhcp: true };
    const ref = web1(asked, { ipv4addrs: [{ ipv4addr: "10.9.0.5" }] });
    const refused = asked.put(ref, { ipv4addrs: [served] });
    expect(refused.json.text).toBe("MAC address is required when match_client is undefined");
    expect(asked.put(ref, { ipv4addrs: [{ ...served, mac: "00:00:00:00:00:01" }] }).status).toBe(200);
    expect(asked.put(ref, { ipv4addrs: [{ ...served, match_client: "RESERVED" }] }).status).toBe(200);
  });

  it("keep what an address holds when another one is added", () => {
    const asked = grid();
    const ref = web1(asked, {
      ipv4addrs: [{ ipv4addr: "10.9.0.5", mac: "AABB.CCDD.EEFF", configure_for_dhcp: true }],
    });
    asked.put(ref, { "ipv4addrs+": [{ ipv4addr: "10.9.0.6" }] });
    expect(asked.get(ref).json.ipv4addrs[0]).toMatchObject({
      mac: "aa:bb:cc:dd:ee:ff",
      configure_for_dhcp: true,
    });
  });

  it("give back the references that they are asked to return, after an update too", () => {
    const asked = grid();
    const ref = web1(asked);
    const renamed = asked.put(ref, { name: "web2.acme.org" }).json;
    expect(renamed).toMatch(/:web2\.acme\.org\/default$/);
    expect(asked.get(ref).status).toBe(404);
    expect(asked.get(renamed).json.ipv4addrs[0]).toMatchObject({
      _ref: expect.stringMatching(/:10\.9\.0\.5\/web2\.acme\.org\/default$/),
      host: "web2.acme.org",
    });
  });

  it("tolerate the host inside an address where clients send it back, but not in a create", () => {
    const asked = grid();
    const body = { name: "web1.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.5", host: "web1.acme.org" }] };
    expect(asked.post("record:host", body).json.text).toBe("Field is not writable: host");
    const ref = web1(asked);
    const { ipv4addrs } = asked.get(ref).json;
    expect(asked.put(ref, { ipv4addrs }).status).toBe(200);
  });

  it("may share an address while DHCP is off, but not with it on", () => {
    const asked = grid();
    const dhcp = (name: string, mac: string) => ({
      name,
      ipv4addrs: [{ ipv4addr: "10.9.0.5", mac, configure_for_dhcp: true }],
    });
    web1(asked);
    asked.create("record:host", { name: "web2.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.5" }] });
    asked.create("record:host", dhcp("web3.acme.org", "00:00:00:00:00:03"));
    expect(asked.post("record:host", dhcp("web4.acme.org", "00:00:00:00:00:04")).status).toBe(400);
  });

  it("take next available addresses of both families inside their lists, each another one", () => {
    const asked = grid();
    const next = (what: string) => `func:nextavailableip:${what}`;
    const ref = asked.create("record:host", {
      name: "web1.acme.org",
      ipv4addrs: [{ ipv4addr: next(network) }, { ipv4addr: next(network), mac: "00:11:22:33:44:55" }],
      ipv6addrs: [{ ipv6addr: next("2001:db8::/64") }],
    });
    const { ipv4addrs, ipv6addrs } = asked.get(ref).json;
    expect(ipv4addrs.map((each: { ipv4addr: string }) => each.ipv4addr)).toEqual(["10.9.0.1", "10.9.0.2"]);
    expect(ipv6addrs[0].ipv6addr).toBe("2001:db8::1");
  });

  it("occupy their addresses until they go", () => {
    const asked = grid();
    const ref = web1(asked);
    const row = () => asked.get("ipv4address?ip_address=10.9.0.5").json[0];
    expect(row()).toMatchObject({
      status: "USED",
      types: ["HOST"],
      names: ["web1.acme.org"],
      objects: [ref],
    });
    asked.delete(ref);
    expect(row()).toMatchObject({ status: "UNUSED", objects: [] });
    expect(asked.get("record:host_ipv4addr").json).toEqual([]);
  });
});

describe("hosts outside of DNS", () => {
  const body = { name: "h1.wapi.com", configure_for_dns: false, ipv4addrs: [{ ipv4addr: "10.9.0.5" }] };

  it("need no zone, show a blank for the view, and end their reference in one", () => {
    const asked = grid();
    const ref = asked.create("record:host", { ...body, view: "default" });
    expect(ref).toMatch(/:h1\.wapi\.com\/%20$/);
    expect(asked.get(ref).json.view).toBe(" ");
  });

  it("take back what they show, the blank view too", () => {
    const asked = grid();
    const ref = asked.create("record:host", body);
    const { view, name } = asked.get(ref).json;
    expect(asked.put(ref, { view, name, comment: "c" })).toMatchObject({ status: 200, json: ref });
    expect(asked.post("record:host", { ...body, name: "h2.wapi.com", view }).status).toBe(201);
  });

  it("need an address in a network", () => {
    const asked = grid();
    const { status, json } = asked.post("record:host", { ...body, ipv4addrs: [{ ipv4addr: "99.0.0.1" }] });
    expect([status, json.text]).toEqual([
      400,
      "At least one host address must belong to an existing network if DNS is not configured for this host.",
    ]);
  });

  it("enter DNS with their name when that is switched on", () => {
    const asked = grid();
    const ref = asked.create("record:host", { ...body, name: "h1.acme.org" });
    const entered = asked.put(ref, { configure_for_dns: true }).json;
    expect(entered).toMatch(/:h1\.acme\.org\/default$/);
    expect(asked.get(`${entered}?_return_fields=zone,view`).json).toMatchObject({
      zone: "acme.org",
      view: "default",
    });
  });
});

describe("aliases", () => {
  it("are made whole names when DNS is on, and kept as they are when off", () => {
    const asked = grid();
    const inDns = web1(asked, { aliases: ["www", "ftp.other.org"] });
    expect(asked.get(`${inDns}?_return_fields=aliases`).json.aliases).toEqual([
      "www.acme.org",
      "ftp.other.org",
    ]);
    const outside = asked.create("record:host", {
      name: "h1",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: "10.9.0.6" }],
      aliases: ["short"],
    });
    expect(asked.get(`${outside}?_return_fields=aliases`).json.aliases).toEqual(["short"]);
  });

  it("are unique, and no name of another host or alias record", () => {
    const asked = grid();
    web1(asked, { aliases: ["www"] });
    const second = (aliases: string[]) => ({
      name: "web2.acme.org",
      ipv4addrs: [{ ipv4addr: "10.9.0.6" }],
      aliases,
    });
    expect(asked.post("record:host", second(["www"])).status).toBe(400);
    expect(asked.post("record:host", second(["web1"])).status).toBe(400);
    expect(asked.post("record:cname", { name: "www.acme.org", canonical: "x.org" }).status).toBe(400);
  });

  it("are added and taken, and find their host", () => {
    const asked = grid();
    const ref = web1(asked, { aliases: ["www"] });
    asked.put(ref, { "aliases+": ["ftp"] });
    expect(asked.get("record:host?alias=ftp.acme.org").json[0]._ref).toBe(ref);
    asked.put(ref, { "aliases-": ["www.acme.org"] });
    expect(asked.get(`${ref}?_return_fields=aliases`).json.aliases).toEqual(["ftp.acme.org"]);
  });
});

describe("host addresses as objects", () => {
  it("are found by address, network view and MAC, and offer no create or delete", () => {
    const asked = grid();
    web1(asked, { ipv4addrs: [{ ipv4addr: "10.9.0.5", mac: "00:11:22:33:44:55" }] });
    const find = (query: string) => asked.get(`record:host_ipv4addr?${query}`).json;
    const [found] = find("ipv4addr=10.9.0.5&network_view=default&mac=00-11-22-33-44-55");
    expect(found).toMatchObject({ host: "web1.acme.org", mac: "00:11:22:33:44:55" });
    expect(find("ipv4addr=10.9.0.6")).toEqual([]);
    expect(asked.delete(found._ref).json.text).toBe("Operation delete not allowed for record:host_ipv4addr");
    expect(asked.post("record:host_ipv4addr", { ipv4addr: "10.9.0.9" }).json.text).toBe(
      "Operation create not allowed for record:host_ipv4addr",
    );
  });

  it("are updated by themselves, and get another reference with another address", () => {
    const asked = grid();
    const host = web1(asked);
    const [{ _ref: address }] = asked.get(host).json.ipv4addrs;
    const moved = asked.put(address, { ipv4addr: "10.9.0.77", mac: "00:11:22:33:44:55" }).json;
    expect(moved).toMatch(/:10\.9\.0\.77\/web1\.acme\.org\/default$/);
    expect(asked.get(address).status).toBe(404);
    expect(asked.get(host).json.ipv4addrs).toMatchObject([
      { ipv4addr: "10.9.0.77", mac: "00:11:22:33:44:55" },
    ]);
  });

  it("find their host by address, MAC and pattern", () => {
    const asked = grid();
    const ref = web1(asked, { ipv4addrs: [{ ipv4addr: "10.9.0.5", mac: "00:11:22:33:44:55" }] });
    asked.create("record:host", { name: "web2.acme.org", ipv6addrs: [{ ipv6addr: "2001:db8::99" }] });
    for (const query of ["ipv4addr=10.9.0.5", "mac=00:11:22:33:44:55", "ipv4addr~=9.0.5"]) {
      expect(asked.get(`record:host?${query}`).json.map(({ _ref }: { _ref: string }) => _ref)).toEqual([ref]);
    }
    expect(asked.get("record:host?ipv6addr=2001:db8:0::99").json).toHaveLength(1);
  });

  it("show the network that they lie in", () => {
    const asked = grid();
    web1(asked, { ipv4addrs: [{ ipv4addr: "10.9.0.5" }, { ipv4addr: "172.16.0.1" }] });
    const [inside, outside] = asked.get("record:host_ipv4addr?_return_fields=network").json;
    expect([inside.network, outside.network]).toEqual([network, undefined]);
  });
});

describe("hosts by network", () => {
  it("are those with an address in it, from WAPI 2.13 on", () => {
    const grid = new Asked({
      seed: { networks: ["10.9.0.0/24", "10.8.0.0/24", "2001:db8::/64"], networkViews: ["other"] },
    });
    const host = (name: string, addresses: object) =>
      grid.create("record:host", { name, configure_for_dns: false, ...addresses });
    const both = { ipv4addrs: [{ ipv4addr: "10.9.0.5" }], ipv6addrs: [{ ipv6addr: "2001:db8::5" }] };
    const refs = [host("one", both), host("two", { ipv4addrs: [{ ipv4addr: "10.9.0.6" }] })];
    host("three", { ipv4addrs: [{ ipv4addr: "10.8.0.5" }] });
    const found = (network: string, version = "2.13") =>
      grid.get(`record:host?network=${network}`, { version }).json.map(({ _ref }: { _ref: string }) => _ref);
    expect(found("10.9.0.0/24").toSorted()).toEqual(refs.toSorted());
    expect(found("2001:db8:0::/64", "2.14")).toEqual([refs[0]]);
    expect(found("10.7.0.0/24")).toEqual([]);
    expect(grid.get("record:host?network=10.9.0.0/24", { version: "2.12.1" }).json.text).toBe(
      "Unknown argument/field: 'network'",
    );
  });
});

describe("what isn't searchable", () => {
  it("refuses a search by configure_for_dns", () => {
    expect(grid().get("record:host?configure_for_dns=true").json.text).toBe(
      "Field is not searchable: configure_for_dns",
    );
  });
});
