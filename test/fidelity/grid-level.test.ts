import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

describe("members", () => {
  it("come and go with what they have for each service", () => {
    const asked = new Asked();
    const ref = asked.create("member", {
      host_name: "new.localdomain",
      vip_setting: { address: "192.168.1.9", gateway: "192.168.1.1", subnet_mask: "255.255.255.0" },
    });
    const dns = () => asked.get("member:dns?host_name=new.localdomain").json;
    expect(dns()).toMatchObject([{ host_name: "new.localdomain", ipv4addr: "192.168.1.9" }]);
    expect(asked.get("member?ipv4_address=192.168.1.9").json).toMatchObject([
      { host_name: "new.localdomain" },
    ]);
    asked.put(ref, { host_name: "renamed.localdomain" });
    expect(asked.get("member:dhcpproperties?host_name=renamed.localdomain").json).toHaveLength(1);
    asked.delete(asked.get("member?host_name=renamed.localdomain").json[0]._ref);
    expect(asked.get("member:dns?_return_fields=host_name").json).toHaveLength(2);
  });

  it("name their syslog servers as the version does", () => {
    const asked = new Asked();
    const ref = asked.get("member").json[0]._ref;
    const servers = (version: string) =>
      asked.get(`${ref}?_return_fields=syslog_servers`, { version }).json.syslog_servers;
    expect(asked.put(ref, { syslog_servers: [{ address: "192.0.2.7" }] }, { version: "2.12" }).status).toBe(
      200,
    );
    expect(servers("2.12")).toMatchObject([{ address: "192.0.2.7" }]);
    expect(servers("2.13.6")).toMatchObject([{ address_or_fqdn: "192.0.2.7" }]);
    const old = asked.put(ref, { syslog_servers: [{ address: "192.0.2.7" }] }, { version: "2.13.6" });
    expect(old.json.text).toBe("Unknown argument/field: 'address'");
  });

  it("keep the Grid Master", () => {
    const asked = new Asked();
    expect(asked.delete(asked.get("member").json[0]._ref).status).toBe(400);
  });

  it("switch their services", () => {
    const asked = new Asked();
    const [{ _ref }] = asked.get("member:dhcpproperties").json;
    expect(asked.put(_ref, { enable_dhcp: true }).json).toBe(_ref);
    expect(asked.get(`${_ref}?_return_fields=enable_dhcp,host_name`).json).toMatchObject({
      enable_dhcp: true,
    });
  });

  it("restart services with the grid", () => {
    const asked = new Asked();
    const [{ _ref }] = asked.get("grid").json;
    const body = {
      member_order: "SIMULTANEOUSLY",
      restart_option: "RESTART_IF_NEEDED",
      service_option: "ALL",
    };
    expect(asked.post(`${_ref}?_function=restartservices`, body)).toMatchObject({ status: 200, json: {} });
  });
});

describe("administration", () => {
  const user = { name: "ann", admin_groups: ["admin-group"] };

  it("wants a password of 4 to 64 characters and never shows it", () => {
    const asked = new Asked();
    const text = (password: string) => asked.post("adminuser", { ...user, password }).json.text;
    expect(text("")).toBe("Password cannot be empty.");
    expect(text("abc")).toBe("Password length should be between 4-64 characters.");
    const ref = asked.create("adminuser", { ...user, password: "infoblox" });
    expect(asked.get(`${ref}?_return_fields=password`).json.text).toBe("Field is not readable: password");
  });

  it("wants groups that exist, and follows their names", () => {
    const asked = new Asked();
    expect(asked.post("adminuser", { ...user, password: "infoblox", admin_groups: ["nobody"] }).status).toBe(
      404,
    );
    const group = asked.create("admingroup", { name: "team" });
    const ref = asked.create("adminuser", { ...user, password: "infoblox", admin_groups: ["team"] });
    asked.put(group, { name: "crew" });
    expect(asked.get(ref).json.admin_groups).toEqual(["crew"]);
  });

  it("keeps the caller's own group in power", () => {
    const asked = new Asked();
    const [{ _ref }] = asked.get("admingroup?name=admin-group").json;
    expect(asked.put(_ref, { superuser: false }).json.text).toBe(
      "You cannot demote your own group: admin-group",
    );
    expect(asked.put(_ref, { comment: "c" }).status).toBe(200);
  });

  it("shows the profile of whoever asks", () => {
    const [profile] = new Asked().get("userprofile?_return_fields=name,admin_group,user_type").json;
    expect(profile).toMatchObject({ admin_group: "admin-group", name: "admin", user_type: "LOCAL" });
  });

  it("grants permissions to roles and groups that exist, once each", () => {
    const asked = new Asked();
    const body = { role: "DHCP Admin", permission: "READ", resource_type: "NETWORK" };
    expect(asked.create("permission", body)).toMatch(/:DHCP%20Admin\/READ$/);
    expect(asked.post("permission", body).status).toBe(400);
    expect(asked.post("permission", { ...body, role: "Nobody" }).status).toBe(404);
  });
});

describe("reports", () => {
  it("tell that nothing is being upgraded, for the grid and for each member", () => {
    const asked = new Asked();
    expect(asked.get("upgradestatus?type=GRID").json).toMatchObject([
      { grid_state: "DEFAULT", type: "GRID" },
    ]);
    const [node] = asked.get("upgradestatus?type=VNODE&member=infoblox.localdomain").json;
    expect(asked.get(node._ref).json).toEqual(node);
  });

  it("tell how full a member is", () => {
    const [row] = new Asked().get(
      "capacityreport?name=infoblox.localdomain&_return_fields=role,object_counts",
    ).json;
    expect(row.role).toBe("Grid Master");
    expect(row.object_counts).toContainEqual({ count: 2, type_name: "member" });
  });
});

describe("types that want an argument", () => {
  it.each([
    ["upgradestatus", "type"],
    ["capacityreport", "name"],
    ["tftpfiledir", "directory"],
    ["allrpzrecords", "zone"],
  ])("%s wants %s", (type, argument) => {
    expect(new Asked().get(type).json.text).toBe(`Required search parameter '${argument}' is missing`);
  });
});

describe("search", () => {
  const asked = new Asked({
    seed: { containers: ["10.0.0.0/8"], networks: ["10.9.0.0/24"], zones: ["acme.org"] },
  });
  asked.create("record:host", {
    name: "web1.acme.org",
    ipv4addrs: [{ ipv4addr: "10.9.0.5", mac: "00:11:22:33:44:55" }],
  });
  asked.create("record:a", { name: "www.acme.org", ipv4addr: "10.9.0.5", comment: "needle" });

  const types = (query: string) =>
    asked.get(`search?${query}`).json.map(({ _ref }: { _ref: string }) => _ref.slice(0, _ref.indexOf("/")));

  it("finds whatever uses an address, and the networks and containers that hold it", () => {
    expect(types("address=10.9.0.5").sort()).toEqual([
      "network",
      "networkcontainer",
      "record:a",
      "record:host",
    ]);
  });

  it("finds by MAC and by text, and narrows to a type", () => {
    expect(types("mac_address=00:11:22:33:44:55")).toEqual(["record:host"]);
    expect(types("search_string~=needl")).toEqual(["record:a"]);
    expect(types("address=10.9.0.5&objtype=Network")).toEqual(["network"]);
  });

  it("shows each object with its own standard fields", () => {
    const [found] = asked.get("search?search_string~=needl").json;
    expect(found).toMatchObject({ ipv4addr: "10.9.0.5", name: "www.acme.org", view: "default" });
  });

  it("wants something to look for", () => {
    expect(asked.get("search").status).toBe(400);
  });
});

describe("others", () => {
  it("creates a named ACL without entries", () => {
    const asked = new Asked();
    expect(asked.create("namedacl", { name: "x" })).toMatch(
      new RegExp(`^namedacl/${Buffer.from("one.defined_acl$0.x").toString("base64").replaceAll("=", "")}:x$`),
    );
  });

  it("names the grid's inner type in the refusal of a second NAT group", () => {
    const asked = new Asked();
    asked.create("natgroup", { name: "natgroup1" });
    expect(asked.post("natgroup", { name: "natgroup1" }).json.text).toBe(
      "Duplicate object 'natgroup1' of type 'nat_group' already exists in the database.",
    );
  });

  it("lets MAC addresses in a filter never expire, and deletes them with it", () => {
    const asked = new Asked();
    const filter = asked.create("filtermac", { name: "f" });
    const ref = asked.create("macfilteraddress", { filter: "f", mac: "0011.2233.4455" });
    expect(asked.get(ref).json).toMatchObject({ filter: "f", mac: "00:11:22:33:44:55", never_expires: true });
    expect(asked.get(`${filter}?_return_fields=enforce_expiration_times`).json.enforce_expiration_times).toBe(
      true,
    );
    asked.delete(filter);
    expect(asked.get("macfilteraddress").json).toEqual([]);
  });

  it("keeps an option space that has a definition", () => {
    const asked = new Asked();
    const space = asked.create("dhcpoptionspace", { name: "corp" });
    const option = { code: 10, name: "x", type: "string", space: "corp" };
    const definition = asked.create("dhcpoptiondefinition", option);
    expect(asked.delete(space).json.text).toContain("cannot be deleted as it has an option referenced");
    asked.delete(definition);
    expect(asked.delete(space).status).toBe(200);
    expect(asked.post("dhcpoptiondefinition", { ...option, space: "corp" }).status).toBe(404);
    expect(asked.post("dhcpoptiondefinition", { code: 10, name: "x", type: "string" }).status).toBe(201);
  });

  it("lists name server groups of all kinds together", () => {
    const asked = new Asked();
    asked.create("nsgroup", { name: "auth", grid_primary: [{ name: "infoblox.localdomain" }] });
    asked.create("nsgroup:delegation", { name: "deleg", delegate_to: [{ name: "ns", address: "10.0.0.1" }] });
    expect(asked.get("allnsgroup").json).toMatchObject([
      { name: "auth", type: "AUTH" },
      { name: "deleg", type: "DELEGATION" },
    ]);
    expect(asked.get("allnsgroup?type=DELEGATION").json).toHaveLength(1);
  });

  it("has one default group of name servers", () => {
    const asked = new Asked();
    const body = { grid_primary: [{ name: "infoblox.localdomain" }], is_grid_default: true };
    const first = asked.create("nsgroup", { ...body, name: "first" });
    asked.create("nsgroup", { ...body, name: "second" });
    expect(asked.get(`${first}?_return_fields=is_grid_default`).json.is_grid_default).toBe(false);
  });

  it.each([false, true])(
    "takes unknown members for zones unless assumed otherwise (%s)",
    (unknownDnsMemberIsRefused) => {
      const asked = new Asked({ assumptions: { unknownDnsMemberIsRefused } });
      const body = { fqdn: "acme.org", grid_primary: [{ name: "elsewhere.org" }] };
      const { status, json } = asked.post("zone_auth", body);
      if (unknownDnsMemberIsRefused)
        expect([status, json.text]).toEqual([404, "Grid Member elsewhere.org not found"]);
      else expect(status).toBe(201);
    },
  );

  it("shares records between zones by groups, which take them along", () => {
    const asked = new Asked();
    const group = asked.create("sharedrecordgroup", { name: "g" });
    const record = { name: "www", ipv4addr: "10.0.0.1", shared_record_group: "g" };
    asked.create("sharedrecord:a", record);
    expect(asked.post("sharedrecord:a", record).json.text).toBe("The record 'www' already exists.");
    expect(asked.post("sharedrecord:a", { ...record, shared_record_group: "none" }).status).toBe(404);
    asked.delete(group);
    expect(asked.get("sharedrecord:a").json).toEqual([]);
  });

  it("keeps policy rules in response policy zones", () => {
    const asked = new Asked();
    const rule = { name: "bad.org.rpz.org", rp_zone: "rpz.org", canonical: "" };
    expect(asked.post("record:rpz:cname", rule).status).toBe(400);
    asked.create("zone_rp", { fqdn: "rpz.org" });
    const ref = asked.create("record:rpz:cname", { ...rule, canonical: "*" });
    expect(asked.get(`${ref}?_return_fields=rp_zone,zone`).json).toMatchObject({
      rp_zone: "rpz.org",
      zone: "rpz.org",
    });
    expect(asked.get("allrpzrecords?zone=rpz.org").json).toMatchObject([{ type: "record:rpz:cname" }]);
  });

  it("uses the addresses of a bulk host", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"], networks: ["10.9.0.0/24"] } });
    asked.create("bulkhost", {
      prefix: "pc",
      start_addr: "10.9.0.1",
      end_addr: "10.9.0.9",
      zone: "acme.org",
    });
    const [{ _ref }] = asked.get("network").json;
    expect(asked.post(`${_ref}?_function=next_available_ip`, {}).json.ips).toEqual(["10.9.0.10"]);
  });

  it("refuses a policy rule whose address is none", () => {
    const asked = new Asked({ seed: { objects: [{ type: "zone_rp", values: { fqdn: "rpz.org" } }] } });
    const rule = { name: "bad.org.rpz.org", rp_zone: "rpz.org", ipv4addr: "10.0.0.300" };
    expect(asked.post("record:rpz:a", rule).json.text).toBe(
      'Invalid value for ipv4addr: "10.0.0.300": Invalid IPv4 address',
    );
  });

  it("tells how full IPv4 networks and containers are in ipam:statistics", () => {
    const asked = new Asked({
      seed: { containers: ["10.0.0.0/8"], networks: ["10.9.0.0/24", "2001:db8::/64"] },
    });
    expect(asked.get("ipam:statistics").json).toMatchObject([
      { cidr: 8, network: "10.0.0.0", network_view: "default" },
      { cidr: 24, network: "10.9.0.0", network_view: "default" },
    ]);
    asked.create("fixedaddress", { ipv4addr: "10.9.0.7", mac: "00:11:22:33:44:55" });
    asked.clock.advance(900_000);
    const row = asked.get("ipam:statistics?network=10.9.0.0&_return_fields=utilization,conflict_count")
      .json[0];
    expect(row).toMatchObject({ utilization: 3, conflict_count: 0 });
    expect(asked.get(row._ref).json).toMatchObject({ network: "10.9.0.0" });
    expect(asked.get("ipam:statistics?network_view=nowhere").status).toBe(404);
  });

  it("leaves out of a range's template what becomes of clients until that is said", () => {
    const asked = new Asked();
    const ref = asked.create("rangetemplate", { name: "t", number_of_addresses: 1, offset: 1 });
    const fields = () => asked.get(`${ref}?_return_fields=known_clients,unknown_clients`).json;
    expect(fields()).toEqual({ _ref: ref });
    asked.put(ref, { known_clients: "Deny" });
    expect(fields()).toEqual({ _ref: ref, known_clients: "Deny" });
  });
});
