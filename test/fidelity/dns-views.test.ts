import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const refusal = (grid: Asked, target: string) => {
  const { status, json } = grid.delete(target);
  return status === 200 ? "deleted" : json.text;
};
const refOf = (grid: Asked, target: string): string => grid.get(target).json[0]._ref;

describe("DNS views of a network view", () => {
  it("are one at least, and one for dynamic updates", () => {
    const grid = new Asked({ seed: { networkViews: ["x"] } });
    expect(refusal(grid, refOf(grid, "view?name=default.x"))).toBe(
      "Cannot delete the DNS view 'default.x'. It is the last DNS view associated with the network view 'x'.",
    );
    grid.create("view", { name: "more", network_view: "x" });
    expect(refusal(grid, refOf(grid, "view?name=default.x"))).toBe(
      "Cannot delete the DNS view 'default.x'. It is used for dynamic updates to the network view 'x'.",
    );
    expect(refusal(grid, refOf(grid, "networkview?name=x"))).toBe(
      "Cannot delete network view 'x'. It is associated with more than one DNS view.",
    );
    grid.put(refOf(grid, "networkview?name=x"), { ddns_dns_view: "more" });
    expect(refusal(grid, refOf(grid, "view?name=default.x"))).toBe("deleted");
    expect(refusal(grid, refOf(grid, "networkview?name=x"))).toBe("deleted");
    expect(grid.get("view?name=more").json).toEqual([]);
  });

  it("go with it, with all that is in them", () => {
    const grid = new Asked({
      seed: { networkViews: ["x"], zones: [{ fqdn: "acme.org", view: "default.x" }] },
    });
    grid.create("record:txt", { name: "t.acme.org", text: "t", view: "default.x" });
    expect(refusal(grid, refOf(grid, "networkview?name=x"))).toBe("deleted");
    for (const target of ["view?name=default.x", "record:txt", "zone_auth"]) {
      expect(grid.get(target).json, target).toEqual(target.startsWith("view") ? [] : []);
    }
    expect(grid.get("record:ptr").json).toHaveLength(2);
  });

  it("are told by their names, which other searches take", () => {
    const grid = new Asked({ seed: { networkViews: ["x"] } });
    grid.create("view", { name: "more", network_view: "x" });
    const [{ associated_dns_views: names }] = grid.get(
      "networkview?name=x&_return_fields=associated_dns_views",
    ).json;
    expect(names).toEqual(["default.x", "more"]);
    for (const name of names) expect(grid.get(`record:a?view=${name}`).status).toBe(200);
  });

  it("have pointers to localhost from the beginning", () => {
    const grid = new Asked();
    const fields = "_return_fields=ptrdname,ipv4addr,ipv6addr,view,zone,name";
    expect(grid.get(`record:ptr?${fields}`).json).toMatchObject([
      {
        ptrdname: "localhost",
        ipv4addr: "127.0.0.1",
        ipv6addr: "",
        view: "default",
        zone: "0.0.127.in-addr.arpa",
      },
      { ptrdname: "localhost", ipv6addr: "::1", view: "default" },
    ]);
    grid.create("view", { name: "more" });
    expect(grid.get("record:ptr?view=more").json).toHaveLength(2);
    expect(refusal(grid, refOf(grid, "view?name=more"))).toBe("deleted");
    expect(grid.get("record:ptr").json).toHaveLength(2);
  });
});

describe("a DNS view that is named by nothing", () => {
  it.each(["record:a", "record:host", "zone_auth"])("isn't there for a create of %s", (type) => {
    const grid = new Asked({ seed: { zones: ["acme.org"] } });
    const body = {
      "record:a": { name: "a.acme.org", ipv4addr: "10.0.0.1" },
      "record:host": { name: "a.acme.org", ipv4addrs: [{ ipv4addr: "10.0.0.1" }] },
      zone_auth: { fqdn: "other.org" },
    }[type];
    const { status, json } = grid.post(type, { ...body, view: "" });
    expect([status, json.code, json.text]).toEqual([404, "Client.Ibap.Data.NotFound", "View  not found"]);
  });

  it("is a blank for a host outside of DNS", () => {
    const grid = new Asked({ seed: { networks: ["10.0.0.0/24"] } });
    const host = { name: "a", ipv4addrs: [{ ipv4addr: "10.0.0.1" }], configure_for_dns: false, view: " " };
    expect(grid.post("record:host", host).status).toBe(201);
  });
});

describe("a search for records of a zone that names no view", () => {
  const seed = {
    dnsViews: ["second"],
    zones: ["acme.org", { fqdn: "acme.org", view: "second" }],
    records: [
      { type: "A", name: "a.acme.org", ipv4addr: "10.0.0.1" },
      { type: "A", name: "a.acme.org", ipv4addr: "10.0.0.2", view: "second" },
      { type: "CNAME", name: "c.acme.org", canonical: "x.org" },
      { type: "CNAME", name: "c.acme.org", canonical: "y.org", view: "second" },
    ],
    hosts: [
      { name: "h.acme.org", addresses: ["10.0.0.3"] },
      { name: "h.acme.org", addresses: ["10.0.0.3"], view: "second" },
    ],
  };

  it.each([
    "record:a?zone=acme.org",
    "record:a?zone=acme.org&name=a.acme.org",
    "record:a?zone=acme.org&name~=a",
    "record:cname?zone=acme.org",
    "record:host?zone=acme.org",
    "record:host?zone=acme.org&ipv4addr=10.0.0.3",
    "allrecords?zone=acme.org&type=record:a",
  ])("looks in the default one: %s", (target) => {
    const grid = new Asked({ seed });
    const views = (query: string) => grid.get(query).json.map(({ view }: { view: string }) => view);
    expect(views(target)).toEqual(["default"]);
    expect(views(`${target}&view=second`)).toEqual(["second"]);
    const [type, query = ""] = target.split("?");
    if (type !== "allrecords")
      expect(views(`${type}?${query.replace(/zone=acme.org&?/, "")}`).toSorted()).toEqual([
        "default",
        "second",
      ]);
  });

  it("finds the records of the zone's own name by an empty one in allrecords", () => {
    const grid = new Asked({ seed });
    grid.create("record:a", { name: "acme.org", ipv4addr: "10.0.0.9" });
    expect(grid.get("allrecords?zone=acme.org&name=").json).toMatchObject([{ name: "", type: "record:a" }]);
  });
});
