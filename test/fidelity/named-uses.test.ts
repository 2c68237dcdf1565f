import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

type Body = Readonly<Record<string, unknown>>;

/** A use of a name: the named object (with the body of its create), and the body of the object that names it `old`. */
interface Use {
  readonly named: string;
  readonly more?: Body;
  readonly holder: string;
  readonly body: Body;
  /** The field of the holder that names it. */
  readonly field: string;
  /** The field that holds the name, where it isn't `name`. */
  readonly by?: string;
  /** The field's value after the name is removed. */
  readonly empty?: unknown;
}

const range = { start_addr: "10.9.0.10", end_addr: "10.9.0.19" };
const template = { offset: 1, number_of_addresses: 1 };
const failover = {
  primary: "infoblox.localdomain",
  primary_server_type: "GRID",
  secondary: "10.9.9.9",
  secondary_server_type: "EXTERNAL",
};
const rules = (field: string) => ({ [field]: [{ filter: "old", permission: "Allow" }] });
const filter = (named: string, field: string, more: Body = {}): Use => ({
  named,
  more,
  holder: "range",
  body: { ...range, ...rules(field) },
  field,
  empty: [],
});

const uses: readonly Use[] = [
  {
    named: "rangetemplate",
    more: template,
    holder: "networktemplate",
    body: { name: "n", range_templates: ["old"] },
    field: "range_templates",
    empty: [],
  },
  {
    named: "fixedaddresstemplate",
    more: template,
    holder: "networktemplate",
    body: { name: "n", fixed_address_templates: ["old"] },
    field: "fixed_address_templates",
    empty: [],
  },
  {
    named: "ipv6rangetemplate",
    more: template,
    holder: "ipv6networktemplate",
    body: { name: "n", range_templates: ["old"] },
    field: "range_templates",
    empty: [],
  },
  {
    named: "dhcpfailover",
    more: failover,
    holder: "rangetemplate",
    body: { name: "t", ...template, failover_association: "old" },
    field: "failover_association",
  },
  filter("filtermac", "mac_filter_rules"),
  filter("filternac", "nac_filter_rules"),
  filter("filteroption", "option_filter_rules"),
  filter("filterrelayagent", "relay_agent_filter_rules", { is_circuit_id: "ANY", is_remote_id: "ANY" }),
  filter("filterfingerprint", "fingerprint_filter_rules", { fingerprint: [] }),
  {
    named: "filtermac",
    holder: "network",
    body: { network: "10.8.0.0/24", logic_filter_rules: [{ filter: "old", type: "MAC" }] },
    field: "logic_filter_rules",
    empty: [],
  },
  {
    named: "adminrole",
    holder: "admingroup",
    body: { name: "g", roles: ["old"] },
    field: "roles",
    empty: [],
  },
  {
    named: "admingroup",
    holder: "permission",
    body: { group: "old", permission: "READ", resource_type: "NETWORK" },
    field: "group",
  },
  {
    named: "nsgroup",
    holder: "zone_auth",
    body: { fqdn: "acme.org", ns_group: "old" },
    field: "ns_group",
  },
  {
    named: "nsgroup:stubmember",
    more: { stub_members: [{ name: "infoblox.localdomain" }] },
    holder: "zone_stub",
    body: { fqdn: "acme.org", ns_group: "old", stub_from: [{ address: "10.9.9.9", name: "ns1" }] },
    field: "ns_group",
  },
  {
    named: "dhcpoptionspace",
    holder: "filteroption",
    body: { name: "f", option_space: "old" },
    field: "option_space",
  },
  { named: "dns64group", holder: "view", body: { name: "v", dns64_groups: ["old"] }, field: "dns64_groups" },
  {
    named: "member",
    by: "host_name",
    more: { vip_setting: { address: "10.9.9.8", gateway: "10.9.9.1", subnet_mask: "255.255.255.0" } },
    holder: "network",
    body: { network: "10.8.0.0/24", members: [{ _struct: "dhcpmember", name: "old" }] },
    field: "members",
    empty: [],
  },
];

/** A grid with the object and what names it. */
function pair(use: Use, assumptions = {}) {
  const grid = new Asked({ assumptions, seed: { networks: ["10.9.0.0/24"] } });
  const object = grid.create(use.named, { [use.by ?? "name"]: "old", ...use.more });
  const holder = grid.create(use.holder, use.body);
  const value = () => grid.get(`${holder}?_return_fields=${use.field}`).json?.[use.field];
  return { grid, object, holder, value };
}

const cases = uses.map((use) => [`${use.named} in ${use.field} of ${use.holder}`, use] as const);

describe("what is named by others", () => {
  it.each(cases)("is named by its new name after a rename: %s", (_title, use) => {
    const { grid, object } = pair(use);
    expect(grid.put(object, { [use.by ?? "name"]: "new" }).status).toBe(200);
    const [row] = grid
      .get(`${use.holder}?_return_fields=${use.field}`)
      .json.filter((each: Body) => JSON.stringify(each[use.field] ?? null).includes('"new"'));
    expect(JSON.stringify(row)).not.toContain('"old"');
    expect(grid.put(row._ref, { [use.field]: row[use.field] }).status).toBe(200);
  });

  it.each(cases)("stays: %s", (_title, use) => {
    const { grid, object, holder, value } = pair(use);
    const before = value();
    const refused = grid.delete(object);
    expect([refused.status, refused.json.code]).toEqual([400, "Client.Ibap.Data.Conflict"]);
    expect(refused.json.text).toMatch(/'old' cannot be deleted as it (is referenced by the|has an option)/);
    expect(value()).toEqual(before);
    expect(grid.delete(holder).status).toBe(200);
    expect(grid.delete(object).status).toBe(200);
  });

  it.each(cases.filter(([, { named }]) => named !== "dhcpoptionspace" && named !== "admingroup"))(
    "is given up where that is assumed: %s",
    (_title, use) => {
      const { grid, object, value } = pair(use, { usedObjectsStay: false });
      expect(grid.delete(object).status).toBe(200);
      const left = value();
      expect(left ?? "").toEqual(use.empty ?? (Array.isArray(left) ? [] : ""));
    },
  );

  it.each(cases.filter(([, { named }]) => named !== "member"))("must be there: %s", (_title, use) => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const refused = grid.post(use.holder, use.body);
    expect([refused.status, refused.json.code]).toEqual([404, "Client.Ibap.Data.NotFound"]);
    expect(refused.json.text).toMatch(/ old not found$/);
  });

  it("isn't told from an object of another type by its name", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const mac = grid.create("filtermac", { name: "old" });
    const option = grid.create("filteroption", { name: "old" });
    const ref = grid.create("range", { ...range, ...rules("mac_filter_rules") });
    grid.put(option, { name: "new" });
    expect(grid.get(`${ref}?_return_fields=mac_filter_rules`).json.mac_filter_rules[0].filter).toBe("old");
    expect(grid.delete(mac).status).toBe(400);
  });
});

describe("what is referred to by others", () => {
  const everyone = { _struct: "addressac", address: "Any", permission: "ALLOW" };

  function named(assumptions = {}) {
    const grid = new Asked({ assumptions });
    const list = grid.create("namedacl", { name: "old", access_list: [everyone] });
    const zone = grid.create("zone_auth", { fqdn: "acme.org", allow_query: [{ _ref: list }] });
    return { grid, list, zone };
  }

  it("stays: a named list of who may ask", () => {
    const { grid, list, zone } = named();
    expect(grid.delete(list).json.text).toBe(
      "The Named ACL 'old' cannot be deleted as it is referenced by the zone_auth 'acme.org/default'.",
    );
    const { allow_query } = grid.get(`${zone}?_return_fields=allow_query`).json;
    expect(allow_query[0]._ref).toBe(list);
    expect(grid.put(zone, { allow_query: [] }).status).toBe(200);
    expect(grid.delete(list).status).toBe(200);
  });

  it("leaves no empty entry where it goes", () => {
    const { grid, list, zone } = named({ usedObjectsStay: false });
    expect(grid.delete(list).status).toBe(200);
    expect(grid.get(`${zone}?_return_fields=allow_query`).json.allow_query).toEqual([]);
  });

  it("stays: a list inside another", () => {
    const { grid, list } = named();
    const outer = grid.create("namedacl", { name: "outer", access_list: [{ _ref: list }] });
    grid.delete(grid.get("zone_auth").json[0]._ref);
    expect(grid.delete(list).status).toBe(400);
    expect([grid.delete(outer).status, grid.delete(list).status]).toEqual([200, 200]);
  });

  function balanced(assumptions = {}) {
    const grid = new Asked({ assumptions, version: "2.12" });
    const server = grid.create("dtc:server", { name: "s1", host: "10.0.0.1" });
    const rule = { dest_type: "SERVER", destination_link: server };
    const topology = grid.create("dtc:topology", { name: "t1", rules: [rule] });
    const pool = grid.create("dtc:pool", {
      name: "p1",
      lb_preferred_method: "TOPOLOGY",
      lb_preferred_topology: topology,
      servers: [{ server, ratio: 1 }],
    });
    return { grid, server, topology, pool };
  }

  it.each([{}, { usedObjectsStay: false }])("stays: a topology that a pool goes by (%j)", (assumptions) => {
    const { grid, topology, pool } = balanced(assumptions);
    expect(grid.delete(topology).status).toBe(400);
    expect(grid.get(`${pool}?_return_fields=lb_preferred_topology`).json.lb_preferred_topology).toBe(
      topology,
    );
    grid.put(pool, { lb_preferred_method: "ROUND_ROBIN", lb_preferred_topology: null });
  });

  it("stays: a server that a topology sends clients to, and the monitor of a pool", () => {
    const { grid, server, pool } = balanced();
    expect(grid.delete(server).json.text).toMatch(
      /^The DTC Server 's1' cannot be deleted as it is referenced/,
    );
    const monitor = grid.create("dtc:monitor:icmp", { name: "m" });
    grid.put(pool, { monitors: [monitor] });
    expect(grid.delete(monitor).json.text).toBe(
      "The DTC Monitor 'm' cannot be deleted as it is referenced by the dtc:pool 'p1'.",
    );
  });

  it("keeps one server of a pool enabled when another goes", () => {
    const { grid } = balanced();
    const on = grid.create("dtc:server", { name: "on", host: "10.0.0.2" });
    const off = grid.create("dtc:server", { name: "off", host: "10.0.0.3", disable: true });
    const servers = [on, off].map((server) => ({ server, ratio: 1 }));
    grid.create("dtc:pool", { name: "p2", lb_preferred_method: "ROUND_ROBIN", servers });
    const text = "Cannot disable all the servers in a pool. At least one server must be enabled.";
    expect(grid.put(on, { disable: true }).json.text).toBe(text);
    expect(grid.delete(on).json.text).toBe(text);
  });
});

describe("rules of a topology", () => {
  const topology = (grid: Asked, rule: Body) =>
    grid.post("dtc:topology", { name: "t", rules: [rule] }, { version: "2.14" });

  it("send clients to servers and pools that exist, as dest_type says", () => {
    const grid = new Asked();
    const server = grid.create("dtc:server", { name: "s1", host: "10.0.0.1" });
    const zone = grid.create("zone_auth", { fqdn: "acme.org" });
    const to = (destination: unknown, dest_type = "SERVER") => topology(grid, { dest_type, destination });
    expect(to("s1").status).toBe(400);
    expect(to([{ name: "s1" }]).status).toBe(400);
    expect(to([{ destination_link: zone }]).json.text).toBe(`Invalid reference: ${zone}`);
    const gone = grid.create("dtc:server", { name: "gone", host: "10.0.0.9" });
    grid.delete(gone);
    expect(to([{ destination_link: gone }]).status).toBe(404);
    expect(to([{ destination_link: server }], "POOL").json.text).toBe(`Invalid reference: ${server}`);
    expect(topology(grid, { dest_type: "SERVER" }).json.text).toBe("field for create missing: destination");
    expect(to([{ destination_link: server }]).status).toBe(201);
    grid.put(server, { name: "s2" });
    const [rule] = grid.get("dtc:topology:rule?_return_fields=destination", { version: "2.14" }).json;
    expect(rule.destination[0].destination_link).toBe(grid.get("dtc:server").json[0]._ref);
  });

  it("need no destination where they answer that there is none", () => {
    expect(topology(new Asked(), { dest_type: "SERVER", return_type: "NXDOMAIN" }).status).toBe(201);
  });
});
