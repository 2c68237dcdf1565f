import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

describe("object references", () => {
  it.each([
    ["grid", "grid/b25lLmNsdXN0ZXIkMA:Infoblox"],
    ["member", "member/b25lLnZpcnR1YWxfbm9kZSQw:infoblox.localdomain"],
    ["networkview", "networkview/ZG5zLm5ldHdvcmtfdmlldyQw:default/true"],
    ["dtc:monitor:http", "dtc:monitor:http/ZG5zLmlkbnNfbW9uaXRvcl9odHRwJGh0dHA:http"],
  ])("gives the first %s the reference %s", (type, ref) => {
    expect(new Asked().get(type).json[0]._ref).toBe(ref);
  });

  it.each([
    ["grid:dns", "dns.cluster_dns_properties$0", "Infoblox"],
    ["grid:dhcpproperties", "dns.cluster_dhcp_properties$0", "Infoblox"],
    ["grid:cloudapi", "one.vconnector_cluster$0", "grid"],
    ["member:dns", "dns.member_dns_properties$0", "infoblox.localdomain"],
    ["member:dhcpproperties", "dns.member_dhcp_properties$0", "infoblox.localdomain"],
    ["adminuser", "one.admin$admin", "admin"],
    ["admingroup", "one.admin_group$.admin-group", "admin-group"],
    ["view", "dns.view$._default", "default/true"],
  ])("makes the id of %s from %s", (type, key, name) => {
    const ref: string = new Asked().get(type).json[0]._ref;
    expect(ref).toBe(`${type}/${Buffer.from(key).toString("base64").replaceAll("=", "")}:${name}`);
  });

  it.each([
    ["network", { network: "10.9.0.0/24" }, "dns.network$10.9.0.0/24/0", "10.9.0.0/24/default"],
    [
      "networkcontainer",
      { network: "10.0.0.0/8" },
      "dns.network_container$10.0.0.0/8/0",
      "10.0.0.0/8/default",
    ],
    [
      "range",
      { start_addr: "10.8.0.50", end_addr: "10.8.0.99" },
      "dns.dhcp_range$10.8.0.50/10.8.0.99///0/",
      "10.8.0.50/10.8.0.99/default",
    ],
    [
      "fixedaddress",
      { ipv4addr: "10.8.0.7", mac: "00:11:22:33:44:55" },
      "dns.fixed_address$10.8.0.7.0..",
      "10.8.0.7/default",
    ],
    ["zone_auth", { fqdn: "acme.com" }, "dns.zone$._default.com.acme", "acme.com/default"],
    [
      "record:a",
      { name: "www.acme.org", ipv4addr: "10.9.0.6" },
      "dns.bind_a$._default.org.acme,www,10.9.0.6",
      "www.acme.org/default",
    ],
    [
      "record:cname",
      { name: "alias1.acme.org", canonical: "www.acme.org" },
      "dns.bind_cname$._default.org.acme.alias1",
      "alias1.acme.org/default",
    ],
    [
      "record:txt",
      { name: "t1.acme.org", text: "two words" },
      'dns.bind_txt$._default.org.acme.t1."two" "words"',
      "t1.acme.org/default",
    ],
    [
      "record:host",
      { name: "web1.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.5" }] },
      "dns.host$._default.org.acme.web1",
      "web1.acme.org/default",
    ],
  ])("makes the reference of a new %s", (type, body, key, name) => {
    const asked = new Asked({ seed: { networks: ["10.8.0.0/24"], zones: ["acme.org"] } });
    const id = Buffer.from(key).toString("base64").replaceAll("=", "");
    expect(asked.create(type, body)).toBe(`${type}/${id}:${name}`);
  });

  it("gives host addresses references of their own", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"] } });
    const ref = asked.create("record:host", { name: "web1.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.5" }] });
    const [address] = asked.get(ref).json.ipv4addrs;
    expect(address._ref).toBe(
      "record:host_ipv4addr/ZG5zLmhvc3RfYWRkcmVzcyQuX2RlZmF1bHQub3JnLmFjbWUud2ViMS4xMC45LjAuNS4:10.9.0.5/web1.acme.org/default",
    );
  });

  it("changes a record's reference with its name; the old one is gone at once", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"] } });
    const old = asked.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.1" });
    const renamed = asked.put(old, { name: "b.acme.org" }).json;
    expect(renamed).toMatch(/:b\.acme\.org\/default$/);
    expect(asked.get(old).status).toBe(404);
    expect(asked.get(renamed).json.name).toBe("b.acme.org");
  });

  it("keeps the reference of an object that only its view renames, but for the name", () => {
    const asked = new Asked();
    const [view] = asked.get("networkview").json;
    asked.create("network", { network: "10.9.0.0/24" });
    asked.put(view._ref, { name: "corp" });
    expect(asked.get("network").json[0]).toMatchObject({
      _ref: "network/ZG5zLm5ldHdvcmskMTAuOS4wLjAvMjQvMA:10.9.0.0/24/corp",
      network_view: "corp",
    });
  });

  it("takes a search in place of a reference", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const networks = [{ _ref: { network: "10.9.0.0/24", network_view: "default" } }];
    const ref = asked.create("sharednetwork", { name: "s", networks });
    const network = asked.get("network").json[0]._ref;
    expect(asked.get(ref).json.networks).toEqual([{ _ref: network }]);
  });

  it("says in Python's spelling what a search in place of a reference didn't find", () => {
    const networks = [{ _ref: { network: "10.9.0.0/24", network_view: "default" } }];
    const { status, json } = new Asked().post("sharednetwork", { name: "s", networks });
    expect(status).toBe(400);
    expect(json.text).toBe(
      "No network objects were matched by {'network': '10.9.0.0/24', 'network_view': 'default'}",
    );
  });

  it.each([
    ["a known type with an id that decodes to nothing", "network/abc", 400, "Invalid reference: network/abc"],
    ["an unknown type", "nothing/ZG5zLm5ldHdvcmskMQ:x", 400, "Unknown object type (nothing)"],
    [
      "an absent object",
      "network/ZG5zLm5ldHdvcmskMQ:x",
      404,
      "Reference network/ZG5zLm5ldHdvcmskMQ:x not found",
    ],
  ])("refuses %s", (_, ref, status, text) => {
    const answer = new Asked().get(ref);
    expect([answer.status, answer.json.text]).toEqual([status, text]);
  });
});

describe("the texts of references", () => {
  it("gives ids of word characters only, whatever the name", () => {
    const asked = new Asked();
    for (const name of ["a~b?>", "Zürich", "x=y", "100%"]) {
      const ref = asked.create("networkview", { name });
      expect(ref).toMatch(/^networkview\/\w+:/);
      expect(asked.get(ref).json.name).toBe(name);
    }
  });

  it("encodes colons, slashes inside a part and blanks of the name part", () => {
    const asked = new Asked();
    expect(asked.create("ipv6network", { network: "1::/16" })).toMatch(/:1%3A%3A\/16\/default$/);
    expect(asked.create("zone_auth", { fqdn: "192.168.252.0/24", zone_format: "IPV4" })).toMatch(
      /:192\.168\.252\.0%2F24\/default$/,
    );
    asked.create("network", { network: "10.9.0.0/24" });
    const host = { name: "web1", configure_for_dns: false, ipv4addrs: [{ ipv4addr: "10.9.0.5" }] };
    expect(asked.create("record:host", host)).toMatch(/:web1\/%20$/);
  });

  it.each([
    ["raw", (ref: string) => ref],
    ["with the colon encoded", (ref: string) => ref.replaceAll(":", "%3A")],
    ["encoded twice", (ref: string) => ref.replaceAll("%", "%25").replaceAll(":", "%3A")],
    ["with the slash encoded", (ref: string) => ref.replaceAll("%", "%25").replaceAll("/", "%2F")],
    ["without its name part", (ref: string) => ref.slice(0, ref.indexOf(":", 8))],
  ])("takes a reference in the path %s", (_, encode) => {
    const asked = new Asked();
    const ref = asked.create("ipv6network", { network: "1::/16" });
    expect(asked.get(encode(ref)).json.network).toBe("1::/16");
    asked.create("zone_auth", { fqdn: "acme.org" });
    const host = asked.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.1" });
    const encodedType = host.replace("record:a", "record%3Aa");
    expect(asked.get(encodedType).json.name).toBe("a.acme.org");
  });
});
