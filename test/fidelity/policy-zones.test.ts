import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = { objects: [{ type: "zone_rp", values: { fqdn: "rpz.com" } }] };
const keyOf = (ref: string) => Buffer.from(/\/([^:]*)/.exec(ref)?.[1] ?? "", "base64").toString();

describe("rules of response policy zones", () => {
  it("about pointers are named by their address", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("record:rpz:ptr", { ipv4addr: "1.2.3.4", ptrdname: "x.org", rp_zone: "rpz.com" });
    expect(ref).toMatch(/:4\.3\.2\.1\.in-addr\.arpa\.rpz\.com\/default$/);
    expect(grid.get(`${ref}?_return_fields=name`).json.name).toBe("4.3.2.1.in-addr.arpa.rpz.com");
  });

  it("may lead nowhere, which blocks", () => {
    const grid = new Asked({ seed });
    const rule = { name: "bad.org.rpz.com", rp_zone: "rpz.com" };
    const ref = grid.create("record:rpz:cname", { ...rule, canonical: "" });
    expect(grid.get(`${ref}?_return_fields=canonical`).json.canonical).toBe("");
    expect(grid.post("record:rpz:cname", rule).json.text).toBe("field for create missing: canonical");
  });

  it("show texts of NAPTR that nobody set", () => {
    const grid = new Asked({ seed });
    const rule = { name: "n.rpz.com", rp_zone: "rpz.com", order: 1, preference: 2, replacement: "x.org" };
    const ref = grid.create("record:rpz:naptr", rule);
    expect(grid.get(`${ref}?_return_fields=flags,regexp,services`).json).toMatchObject({
      flags: "",
      regexp: "",
      services: "",
    });
  });

  it("about IPv6 addresses are spelled as the grid does", () => {
    const grid = new Asked({ seed });
    const rule = { name: "2001:DB8:0:0::1.rpz.com", rp_zone: "rpz.com", canonical: "" };
    const ref = grid.create("record:rpz:cname:ipaddress", rule);
    const shown = grid.get(`${ref}?_return_fields=name,is_ipv4`).json;
    expect(shown.name).toBe("2001:db8::1.rpz.com");
    expect(shown).not.toHaveProperty("is_ipv4");
  });

  it("are listed without the zone's name", () => {
    const grid = new Asked({ seed });
    grid.create("record:rpz:cname", { name: "bad.org.rpz.com", rp_zone: "rpz.com", canonical: "" });
    expect(grid.get("allrpzrecords?zone=rpz.com").json).toMatchObject([{ name: "bad.org", zone: "rpz.com" }]);
  });

  it.each([
    [
      "record:rpz:a",
      { name: "bad.rpz.com", ipv4addr: "10.0.0.1" },
      "dns.bind_a$._default.com.rpz,bad,10.0.0.1",
    ],
    [
      "record:rpz:a:ipaddress",
      { name: "10.1.0.0/16.rpz.com", ipv4addr: "10.0.0.1" },
      "dns.bind_a$._default.com.rpz,rpz-ip.0.0.1.10.16",
    ],
    ["record:rpz:cname", { name: "bad.rpz.com", canonical: "" }, "dns.bind_cname$._default.com.rpz.bad"],
    ["record:rpz:txt", { name: "bad.rpz.com", text: "t" }, 'dns.bind_txt$._default.com.rpz.bad."t"'],
  ])("have the internal keys of ordinary records: %s", (type, rule, key) => {
    const ref = new Asked({ seed }).create(type, { ...rule, rp_zone: "rpz.com" });
    const expected = type.endsWith("ipaddress")
      ? "dns.bind_a$._default.com.rpz,rpz-ip.10.1.0.0.16,10.0.0.1"
      : key;
    expect(keyOf(ref)).toBe(expected);
  });
});
