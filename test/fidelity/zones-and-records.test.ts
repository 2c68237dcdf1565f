import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

function grid(): Asked {
  const asked = new Asked({ seed: { zones: ["acme.org"], networks: ["10.9.0.0/24"] } });
  asked.create("zone_auth", { fqdn: "10.9.0.0/24", zone_format: "IPV4" });
  return asked;
}

function refusal(asked: Asked, type: string, body: object, version = "2.12"): string {
  const { status, json } = asked.post(type, body, { version });
  expect(status).toBe(400);
  return json.text;
}

const a = (name: string, ipv4addr: string) => ({ name, ipv4addr });
const noParent = "The action is not allowed. A parent was not found.";
const exists = (name: string) => `The record '${name}' already exists.`;

describe("zones", () => {
  it("show the CIDR of a reverse zone, in their reference too", () => {
    const asked = new Asked();
    const ref = asked.create("zone_auth", { fqdn: "192.168.252.0/24", zone_format: "IPV4" });
    expect(ref).toMatch(/:192\.168\.252\.0%2F24\/default$/);
    expect(asked.get(ref).json).toMatchObject({ fqdn: "192.168.252.0/24", view: "default" });
  });

  it("have one name among all kinds of zone in a view", () => {
    const asked = grid();
    const text = "Duplicate object 'acme.org' of type zone exists in the database.";
    const forward_to = [{ name: "ns", address: "10.0.0.1" }];
    expect(refusal(asked, "zone_auth", { fqdn: "ACME.org" })).toBe(text);
    expect(refusal(asked, "zone_forward", { fqdn: "acme.org", forward_to })).toBe(text);
    asked.create("view", { name: "other" });
    asked.create("zone_auth", { fqdn: "acme.org", view: "other" });
  });

  it("are refused in a view that isn't there", () => {
    const { status, json } = new Asked().post("zone_auth", { fqdn: "acme.org", view: "yop" });
    expect([status, json.text]).toEqual([404, "View yop not found"]);
  });

  it("may have underscores in their names, but no empty labels", () => {
    const asked = new Asked();
    asked.create("zone_auth", { fqdn: "wapi_test.com" });
    expect(refusal(asked, "zone_auth", { fqdn: "invalid..com" })).toBe("Invalid domain name");
  });

  it("stay in their view", () => {
    const asked = grid();
    asked.create("view", { name: "other" });
    const [{ _ref }] = asked.get("zone_auth?fqdn=acme.org").json;
    expect(asked.put(_ref, { view: "other" }).json.text).toBe("Cannot move zones between views");
    expect(asked.put(_ref, { fqdn: "acme.com" }).json.text).toBe("Field is not allowed for update: fqdn");
  });

  it("show defaults and leave out SOA values that no grid primary makes", () => {
    const asked = grid();
    const fields =
      "notify_delay,effective_check_names_policy,dns_integrity_frequency,soa_default_ttl,primary_type,parent";
    expect(asked.get(`zone_auth?fqdn=acme.org&_return_fields=${fields}`).json[0]).toEqual({
      _ref: expect.any(String),
      dns_integrity_frequency: 3600,
      effective_check_names_policy: "WARN",
      notify_delay: 5,
      primary_type: "None",
    });
    const served = asked.create("zone_auth", {
      fqdn: "served.org",
      grid_primary: [{ name: "infoblox.localdomain" }],
    });
    expect(asked.get(`${served}?_return_fields=soa_default_ttl,primary_type`).json).toMatchObject({
      primary_type: "Grid",
      soa_default_ttl: 28800,
    });
  });

  it("know the zone they lie in", () => {
    const asked = grid();
    const sub = asked.create("zone_auth", { fqdn: "sub.acme.org" });
    const host = asked.create("zone_auth", { fqdn: "10.9.0.128/25", zone_format: "IPV4" });
    expect(asked.get(`${sub}?_return_fields=parent`).json.parent).toBe("acme.org");
    expect(asked.get(`${host}?_return_fields=parent`).json.parent).toBe("0.9.10.in-addr.arpa");
  });

  it("take records of the zone above that fall into them, and give the longest match", () => {
    const asked = grid();
    const ref = asked.create("record:a", a("www.sub.acme.org", "10.9.0.6"));
    expect(asked.get(`${ref}?_return_fields=zone`).json.zone).toBe("acme.org");
    asked.create("zone_auth", { fqdn: "sub.acme.org" });
    expect(asked.get("record:a?zone=sub.acme.org").json).toHaveLength(1);
    expect(asked.get("record:a?zone=acme.org").json).toEqual([]);
  });

  it("take their records and subzones along when they go, or leave the subzones", () => {
    const asked = grid();
    asked.create("zone_auth", { fqdn: "sub.acme.org" });
    asked.create("record:a", a("www.acme.org", "10.9.0.6"));
    asked.create("record:a", a("www.sub.acme.org", "10.9.0.7"));
    const [{ _ref }] = asked.get("zone_auth?fqdn=acme.org").json;
    expect(asked.delete(`${_ref}?remove_subzones=false`, { version: "2.14" }).status).toBe(200);
    expect(asked.get("record:a").json).toMatchObject([{ name: "www.sub.acme.org" }]);
    asked.create("zone_auth", { fqdn: "acme.org" });
    asked.delete(asked.get("zone_auth?fqdn=acme.org").json[0]._ref);
    expect(asked.get("zone_auth?fqdn~=acme").json).toEqual([]);
    expect(asked.get("record:a").json).toEqual([]);
  });

  it("delegate only below a zone of the grid", () => {
    const asked = grid();
    const delegate_to = [{ name: "ns.other.org", address: "10.0.0.1" }];
    expect(refusal(asked, "zone_delegated", { fqdn: "alone.org", delegate_to })).toBe(noParent);
    asked.create("zone_delegated", { fqdn: "sub.acme.org", delegate_to });
    expect(refusal(asked, "zone_delegated", { fqdn: "other.acme.org" })).toBe(
      "field for create missing: delegate_to",
    );
    expect(refusal(asked, "record:a", a("www.sub.acme.org", "10.9.0.6"))).toBe(noParent);
  });

  it("take null for no name server group, and servers only with an address", () => {
    const asked = grid();
    const forward = (address: string) => ({
      fqdn: "forward.org",
      forward_to: [{ name: "ns", address }],
      ns_group: null,
      external_ns_group: null,
    });
    expect(refusal(asked, "zone_forward", forward("10.0.A.1"))).toBe(
      'Invalid value for address: "10.0.A.1": Invalid IP address',
    );
    asked.create("zone_forward", forward("10.0.0.1"));
  });

  it("are locked and unlocked", () => {
    const asked = grid();
    const [{ _ref }] = asked.get("zone_auth?fqdn=acme.org").json;
    expect(asked.post(`${_ref}?_function=lock_unlock_zone`, { operation: "LOCK" }).json).toEqual({});
    const shown = () => asked.get(`${_ref}?_return_fields=locked,locked_by`).json;
    expect(shown()).toMatchObject({ locked: true, locked_by: "admin" });
    asked.post(`${_ref}?_function=lock_unlock_zone`, { operation: "UNLOCK" });
    expect(shown()).toEqual({ _ref, locked: false });
  });

  it("copy their records to another zone, which is told by its reference", () => {
    const asked = grid();
    asked.create("record:a", a("www.acme.org", "10.9.0.6"));
    asked.create("record:a", a("www.acme.org", "10.9.0.7"));
    asked.create("record:host", { name: "h.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.8" }] });
    const target = asked.create("zone_auth", { fqdn: "copy.org" });
    asked.create("record:a", a("www.copy.org", "10.9.0.99"));
    const [{ _ref }] = asked.get("zone_auth?fqdn=acme.org").json;
    const copy = (parameters: object) => asked.post(`${_ref}?_function=copyzonerecords`, parameters);
    expect(copy({ destination_zone: "asm.com" }).json.text).toBe("Invalid reference: asm.com");
    const addresses = () =>
      asked.get("record:a?name=www.copy.org").json.map((each: { ipv4addr: string }) => each.ipv4addr);
    expect(copy({ destination_zone: target }).json).toEqual({});
    expect(addresses()).toEqual(["10.9.0.99"]);
    expect(asked.get("record:host?name=h.copy.org").json[0].ipv4addrs[0].ipv4addr).toBe("10.9.0.8");
    copy({ destination_zone: target, replace_existing_records: true });
    expect(addresses()).toEqual(["10.9.0.6", "10.9.0.7"]);
  });

  it("name groups of name servers that are there, and follow their names", () => {
    const asked = grid();
    const forward = { fqdn: "f.org", external_ns_group: "stubs" };
    for (const [type, zone, name] of [
      ["zone_auth", { fqdn: "g.org", ns_group: "g" }, "g"],
      ["zone_forward", forward, "stubs"],
    ] as const) {
      const { status, json } = asked.post(type, zone);
      expect([status, json.text]).toEqual([404, `Name Server Group ${name} not found`]);
    }
    const servers = [{ name: "ns.f.org", address: "192.0.2.1" }];
    const group = asked.create("nsgroup:forwardstubserver", { name: "stubs", external_servers: servers });
    const zone = asked.create("zone_forward", forward);
    expect(asked.put(group, { name: "renamed" }).status).toBe(200);
    const read = asked.get(`${zone}?_return_fields=external_ns_group`).json;
    expect(read.external_ns_group).toBe("renamed");
    expect(asked.put(zone, { external_ns_group: "stubs" }).status).toBe(404);
    expect(asked.put(zone, read).status).toBe(200);
  });

  it("have their data from where their group of name servers does", () => {
    const asked = grid();
    asked.create("nsgroup", { name: "g", grid_primary: [{ name: "infoblox.localdomain" }] });
    const zone = asked.create("zone_auth", { fqdn: "grouped.org", ns_group: "g" });
    expect(asked.get(`${zone}?_return_fields=primary_type,soa_refresh`).json).toMatchObject({
      primary_type: "Grid",
      soa_refresh: 10800,
    });
  });
});

describe("the text of a TXT record", () => {
  it.each([
    ['"heritage=external-dns"', "heritage=external-dns"],
    ["bare", "bare"],
    ['"two words"', '"two words"'],
    ["two words", "two words"],
    ['"one" "two"', '"one" "two"'],
    ['k="v"', 'k="v"'],
  ])("%s is read as %s", (given, read) => {
    const asked = grid();
    const ref = asked.create("record:txt", { name: "t.acme.org", text: given });
    expect(asked.get(ref).json.text).toBe(read);
    const changed = asked.put(asked.put(ref, { text: "other" }).json, { text: given }).json;
    expect(asked.get(changed).json.text).toBe(read);
    expect(changed).toBe(ref);
  });

  it("is the same in a shared record", () => {
    const asked = grid();
    asked.create("sharedrecordgroup", { name: "group" });
    const record = { name: "t", text: '"token"', shared_record_group: "group" };
    expect(asked.get(asked.create("sharedrecord:txt", record)).json.text).toBe("token");
  });

  it("is several strings where it has blanks and no quotes", () => {
    const asked = grid();
    asked.create("record:txt", { name: "t.acme.org", text: "v=spf1 mx -all" });
    const same = { name: "t.acme.org", text: '"v=spf1" "mx" "-all"' };
    expect(refusal(asked, "record:txt", same)).toBe(exists("t.acme.org"));
    asked.create("record:txt", { name: "t.acme.org", text: '"v=spf1 mx -all"' });
  });

  it("is one and the same with its quotes and without", () => {
    const asked = grid();
    const ref = asked.create("record:txt", { name: "t.acme.org", text: '"token"' });
    expect(refusal(asked, "record:txt", { name: "t.acme.org", text: "token" })).toBe(exists("t.acme.org"));
    expect(asked.get("record:txt?name=t.acme.org&text=token").json[0]._ref).toBe(ref);
  });
});

describe("uniqueness inside a view", () => {
  it("lets a host, an A, a TXT and an MX record share a name and even an address", () => {
    const asked = grid();
    asked.create("record:host", { name: "w.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.6" }] });
    asked.create("record:a", a("w.acme.org", "10.9.0.6"));
    asked.create("record:a", a("w.acme.org", "10.9.0.7"));
    asked.create("record:aaaa", { name: "w.acme.org", ipv6addr: "2001:DB8::0:1" });
    asked.create("record:txt", { name: "w.acme.org", text: "two words" });
    asked.create("record:mx", { name: "w.acme.org", mail_exchanger: "mx.acme.org", preference: 10 });
  });

  it("refuses the same record twice", () => {
    const asked = grid();
    const aaaa = { name: "w.acme.org", ipv6addr: "2001:db8::1" };
    for (const [type, body] of [
      ["record:a", a("w.acme.org", "10.9.0.6")],
      ["record:aaaa", aaaa],
      ["record:txt", { name: "w.acme.org", text: "x" }],
    ] as const) {
      asked.create(type, body);
      expect(refusal(asked, type, body)).toBe(exists("w.acme.org"));
    }
    expect(refusal(asked, "record:aaaa", { ...aaaa, ipv6addr: "2001:0db8:0::1" })).toBe(exists("w.acme.org"));
  });

  it.each([
    ["record:host", { name: "w.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.6" }] }],
    ["record:a", a("w.acme.org", "10.9.0.6")],
    ["record:aaaa", { name: "w.acme.org", ipv6addr: "2001:db8::1" }],
    ["record:cname", { name: "w.acme.org", canonical: "y.org" }],
  ])("keeps a CNAME and a %s of one name apart, whichever comes first", (type, body) => {
    const cname = { name: "w.acme.org", canonical: "x.org" };
    const first = grid();
    first.create("record:cname", cname);
    expect(refusal(first, type, body)).toBe(exists("w.acme.org"));
    const second = grid();
    second.create(type, body);
    expect(refusal(second, "record:cname", cname)).toBe(exists("w.acme.org"));
  });

  it("holds for renames as well", () => {
    const asked = grid();
    asked.create("record:cname", { name: "x.acme.org", canonical: "y.org" });
    const ref = asked.create("record:a", a("w.acme.org", "10.9.0.6"));
    expect(asked.put(ref, { name: "x.acme.org" }).json.text).toBe(exists("x.acme.org"));
    expect(asked.put(ref, { comment: "same name" }).status).toBe(200);
  });
});

describe("records", () => {
  it("need a zone, and a view that is there", () => {
    const asked = grid();
    expect(refusal(asked, "record:a", a("www.nowhere.org", "10.9.0.6"))).toBe(noParent);
    expect(asked.post("record:a", { ...a("www.acme.org", "10.9.0.6"), view: "yop" }).json.text).toBe(
      "View yop not found",
    );
  });

  it("show creator, zone, time and the punycode of their name", () => {
    const asked = grid();
    asked.clock.freeze(1_700_000_000_000);
    const ref = asked.create("record:a", a("WWW2.acme.org", "10.9.0.6"));
    const fields =
      "creator,zone,dns_name,creation_time,reclaimable,disable,ddns_protected,forbid_reclamation,name";
    expect(asked.get(`${ref}?_return_fields=${fields}`).json).toEqual({
      _ref: ref,
      creation_time: 1_700_000_000,
      creator: "STATIC",
      ddns_protected: false,
      disable: false,
      dns_name: "www2.acme.org",
      forbid_reclamation: false,
      name: "www2.acme.org",
      reclaimable: false,
      zone: "acme.org",
    });
  });

  it("keep their creator from becoming SYSTEM, and a principal to dynamic ones", () => {
    const asked = grid();
    const ref = asked.create("record:a", { ...a("www.acme.org", "10.9.0.6"), ddns_principal: "" });
    expect(asked.put(ref, { creator: "SYSTEM" }).json.text).toBe(
      "Creator of records cannot be changed to or from SYSTEM.",
    );
    expect(asked.put(ref, { ddns_principal: "x" }).json.text).toBe(
      "Cannot assign DDNS principal to a resource record since the creator type of the record is not DYNAMIC.",
    );
    expect(asked.put(ref, { creator: "DYNAMIC", ddns_principal: "x" }).status).toBe(200);
  });

  it("set their TTL switch with the TTL, unless told otherwise", () => {
    const asked = grid();
    const ref = asked.create("record:cname", { name: "c.acme.org", canonical: "x.org" });
    const ttl = () => asked.get(`${ref}?_return_fields=ttl,use_ttl`).json;
    asked.put(ref, { ttl: 20 });
    expect(ttl()).toMatchObject({ ttl: 20, use_ttl: true });
    asked.put(ref, { ttl: 20, use_ttl: false });
    expect(ttl()).toMatchObject({ ttl: 20, use_ttl: false });
  });

  it("fix their view for some kinds, and move for others", () => {
    const asked = grid();
    asked.create("view", { name: "other" });
    asked.create("zone_auth", { fqdn: "acme.org", view: "other" });
    const fixed = asked.create("record:a", a("www.acme.org", "10.9.0.6"));
    expect(asked.put(fixed, { view: "other" }).json.text).toBe("Field is not allowed for update: view");
    const movable = asked.create("record:txt", { name: "t.acme.org", text: "x" });
    expect(asked.put(movable, { view: "other" }).json).toMatch(/:t\.acme\.org\/other$/);
  });

  it("delete the pointers to their address on demand", () => {
    const asked = grid();
    const ref = asked.create("record:a", a("www.acme.org", "10.9.0.6"));
    asked.create("record:ptr", { ipv4addr: "10.9.0.6", ptrdname: "www.acme.org" });
    asked.create("record:ptr", { ipv4addr: "10.9.0.6", ptrdname: "other.acme.org" });
    asked.delete(`${ref}?remove_associated_ptr=true`);
    expect(asked.get("record:ptr?zone=0.9.10.in-addr.arpa").json).toMatchObject([
      { ptrdname: "other.acme.org" },
    ]);
  });

  it("find addresses whatever their spelling", () => {
    const asked = grid();
    asked.create("record:aaaa", { name: "w.acme.org", ipv6addr: "99::99" });
    expect(asked.get("record:aaaa?ipv6addr=99:0::0099").json).toMatchObject([{ ipv6addr: "99::99" }]);
  });
});

describe("PTR records", () => {
  it("need the reverse zone of their address, and show it", () => {
    const asked = grid();
    const ref = asked.create("record:ptr", { ipv4addr: "10.9.0.6", ptrdname: "www.acme.org" });
    expect(ref).toMatch(/:6\.0\.9\.10\.in-addr\.arpa\/default$/);
    expect(asked.get(`${ref}?_return_fields=name,zone,ipv4addr`).json).toMatchObject({
      ipv4addr: "10.9.0.6",
      name: "6.0.9.10.in-addr.arpa",
      zone: "0.9.10.in-addr.arpa",
    });
    expect(refusal(asked, "record:ptr", { ipv4addr: "11.0.0.1", ptrdname: "x.acme.org" })).toBe(
      "An invalid IP address or reverse zone was specified.",
    );
  });

  it("read the address from a name in a reverse zone, and have none in a forward zone", () => {
    const asked = grid();
    const reverse = asked.create("record:ptr", { name: "7.0.9.10.in-addr.arpa", ptrdname: "www.acme.org" });
    expect(asked.get(`${reverse}?_return_fields=ipv4addr`).json.ipv4addr).toBe("10.9.0.7");
    const forward = asked.create("record:ptr", { name: "ptr1.acme.org", ptrdname: "www.acme.org" });
    expect(asked.get(`${forward}?_return_fields=ipv4addr,name`).json).toEqual({
      _ref: forward,
      name: "ptr1.acme.org",
    });
  });

  it("lie in a zone between two octets where there is one", () => {
    const asked = grid();
    asked.create("zone_auth", { fqdn: "10.9.0.128/25", zone_format: "IPV4" });
    const ref = asked.create("record:ptr", { ipv4addr: "10.9.0.200", ptrdname: "www.acme.org" });
    expect(asked.get(`${ref}?_return_fields=zone`).json.zone).toBe("128/25.0.9.10.in-addr.arpa");
  });

  it("move with their address, or with their name", () => {
    const asked = grid();
    const ref = asked.create("record:ptr", { ipv4addr: "10.9.0.6", ptrdname: "www.acme.org" });
    const moved = asked.put(ref, { ipv4addr: "10.9.0.8", name: "" }).json;
    expect(moved).toMatch(/:8\.0\.9\.10\.in-addr\.arpa/);
    const renamed = asked.put(moved, { name: "9.0.9.10.in-addr.arpa" }).json;
    expect(asked.get(`${renamed}?_return_fields=ipv4addr`).json.ipv4addr).toBe("10.9.0.9");
  });

  it("work for IPv6", () => {
    const asked = grid();
    asked.create("zone_auth", { fqdn: "2001:db8::/32", zone_format: "IPV6" });
    const ref = asked.create("record:ptr", { ipv6addr: "2001:db8::1", ptrdname: "www.acme.org" });
    expect(ref).toMatch(/ip6\.arpa\/default$/);
    expect(asked.get(`record:ptr?ipv6addr=2001:db8:0::1`).json).toHaveLength(1);
  });
});

describe("NS records", () => {
  const body = { name: "acme.org", nameserver: "ns1.acme.org", addresses: [{ address: "10.9.0.2" }] };

  it("are called by server, zone and view, and found by server", () => {
    const asked = grid();
    const ref = asked.create("record:ns", body);
    expect(ref).toMatch(/:ns1\.acme\.org\/acme\.org\/default$/);
    expect(asked.get("record:ns?nameserver=ns1.acme.org").json).toHaveLength(1);
  });

  it("keep their name and view, and may change their server", () => {
    const asked = grid();
    const ref = asked.create("record:ns", body);
    expect(asked.put(ref, { name: "acme.org" }).json.text).toBe("Field is not allowed for update: name");
    expect(asked.put(ref, { nameserver: "ns2.acme.org" }).json).toMatch(/:ns2\.acme\.org\//);
  });

  it("stand only at the top of a zone, and need addresses", () => {
    const asked = grid();
    expect(refusal(asked, "record:ns", { ...body, name: "sub.acme.org" })).toContain(
      "Cannot add a manual NS record",
    );
    const { addresses: _, ...bare } = body;
    expect(refusal(asked, "record:ns", bare)).toBe("field for create missing: addresses");
  });
});

describe("SVCB and HTTPS records", () => {
  const newest = { version: "2.14" };
  const https = { name: "svc.acme.org", priority: 1, target_name: "www.acme.org" };

  it("keep their parameters and take SYSTEM as creator on create", () => {
    const asked = grid();
    const svc_parameters = [{ svc_key: "alpn", svc_value: ["h2"], mandatory: true }];
    const ref = asked.create("record:https", { ...https, creator: "SYSTEM", svc_parameters });
    expect(asked.get(`${ref}?_return_fields=creator,svc_parameters`, newest).json).toMatchObject({
      creator: "SYSTEM",
      svc_parameters,
    });
  });

  it("refuse HTTPS with priority 0, and SVCB without a target", () => {
    const asked = grid();
    expect(asked.post("record:https", { ...https, priority: 0 }, newest).status).toBe(400);
    expect(refusal(asked, "record:svcb", { name: "svc.acme.org", priority: 1 }, "2.14")).toBe(
      "field for create missing: target_name",
    );
  });
});

describe("allrecords", () => {
  it("wants a zone", () => {
    expect(refusalOfGet(grid(), "allrecords")).toBe("Required search parameter 'zone' is missing");
  });

  it("gives a row per record and per host address, with names relative to the zone", () => {
    const asked = grid();
    asked.create("record:a", { ...a("www.acme.org", "10.9.0.6"), comment: "c" });
    asked.create("record:host", {
      name: "web1.acme.org",
      ipv4addrs: [{ ipv4addr: "10.9.0.5" }],
      ipv6addrs: [{ ipv6addr: "2001:db8::5" }],
    });
    asked.create("record:caa", { name: "acme.org", ca_flag: 0, ca_tag: "issue", ca_value: "x" });
    const rows = asked.get("allrecords?zone=acme.org&view=default").json;
    expect(rows.map(({ name, type, comment }: Record<string, string>) => [name, type, comment])).toEqual([
      ["www", "record:a", "c"],
      ["", "UNSUPPORTED", ""],
      ["web1", "record:host_ipv4addr", ""],
      ["web1", "record:host_ipv6addr", ""],
    ]);
    expect(rows[2]._ref).toBe(rows[3]._ref);
    expect(asked.get(rows[0]._ref).json.name).toBe("www");
    expect(asked.get("allrecords?zone=acme.org&name=web1&type=record:host_ipv4addr").json).toHaveLength(1);
  });

  it("isn't searchable by address", () => {
    expect(refusalOfGet(grid(), "allrecords?zone=acme.org&address=10.9.0.6")).toBe(
      "Field is not searchable: address",
    );
  });
});

function refusalOfGet(asked: Asked, target: string): string {
  const { status, json } = asked.get(target);
  expect(status).toBe(400);
  return json.text;
}

describe("views", () => {
  it("show the defaults of a resolver", () => {
    const fields =
      "edns_udp_size,max_cache_ttl,max_ncache_ttl,notify_delay,filter_aaaa,dnssec_validation_enabled";
    expect(new Asked().get(`view?_return_fields=${fields}`).json[0]).toMatchObject({
      dnssec_validation_enabled: true,
      edns_udp_size: 1220,
      filter_aaaa: "NO",
      max_cache_ttl: 604800,
      max_ncache_ttl: 10800,
      notify_delay: 5,
    });
  });

  it("belong to the default network view unless told otherwise, and are renamed with their records", () => {
    const asked = grid();
    const view = asked.create("view", { name: "other" });
    expect(asked.get(`${view}?_return_fields=network_view`).json.network_view).toBe("default");
    asked.create("zone_auth", { fqdn: "acme.org", view: "other" });
    asked.create("record:a", { ...a("www.acme.org", "10.9.0.6"), view: "other" });
    asked.put(view, { name: "renamed" });
    expect(asked.get("record:a?view=renamed").json).toMatchObject([{ view: "renamed" }]);
    expect(asked.get("record:a?view=other").json.text).toBe("View other not found");
  });

  it("stay the default under another name", () => {
    const asked = grid();
    asked.put(asked.get("view").json[0]._ref, { name: "main" });
    const ref = asked.create("record:a", a("www.acme.org", "10.9.0.6"));
    expect(asked.get(ref).json.view).toBe("main");
  });

  it("take their zones along, except the default view, which stays", () => {
    const asked = grid();
    const view = asked.create("view", { name: "other" });
    asked.create("zone_auth", { fqdn: "acme.org", view: "other" });
    asked.delete(view);
    expect(asked.get("zone_auth?fqdn=acme.org").json).toMatchObject([{ view: "default" }]);
    const [{ _ref }] = asked.get("view?name=default").json;
    expect(asked.delete(_ref).status).toBe(400);
  });

  it("take a named list of clients by its reference", () => {
    const asked = grid();
    const everyone = { _struct: "addressac", address: "Any", permission: "ALLOW" };
    const inner = asked.create("namedacl", { name: "inner", access_list: [everyone] });
    const outer = asked.create("namedacl", { name: "outer", access_list: [{ _ref: inner }] });
    const view = asked.create("view", { name: "other", match_clients: [{ _ref: outer }, everyone] });
    expect(asked.get(`${view}?_return_fields=match_clients`).json.match_clients).toEqual([
      { _ref: outer },
      everyone,
    ]);
    const lists = asked.get(`${outer}?_return_fields=access_list,exploded_access_list`).json;
    expect(lists).toMatchObject({ access_list: [{ _ref: inner }], exploded_access_list: [everyone] });
    expect(asked.put(view, { match_clients: [{ _ref: view }] }).json.text).toBe(`Invalid reference: ${view}`);
  });
});
