/**
 * Checks fields that name other objects or refer to them. A name must be that of an existing object, follows a rename,
 * and keeps the object from being deleted.
 *
 * Names of views, and other fields that link an object by id, are {@link Rules.names}. The fields listed here hold the
 * name itself, as the grid shows it, or a reference inside a value.
 */

import { objectSchema, objectTypes } from "../../schema/schema.js";
import { conflict, notFound, type Refusal } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { isLink } from "../store/index-keys.js";

/** The type's title in the grid's errors, and the field of its name. */
interface Named {
  readonly title: string;
  readonly field?: string;
  /** The error of a deletion while the object is used, whatever the assumptions say. */
  inUse?(name: string): string;
  /** Names that exist without an object, such as the standard option space. */
  readonly standing?: readonly string[];
  /**
   * Whether names are not checked: a grid has objects of the type that FakeGrid does not list, or the rules of the type
   * with the field check them.
   */
  readonly unchecked?: true;
}

const named: Readonly<Record<string, Named>> = {
  nsgroup: { title: "Name Server Group" },
  "nsgroup:delegation": { title: "Name Server Group" },
  "nsgroup:forwardingmember": { title: "Name Server Group" },
  "nsgroup:forwardstubserver": { title: "Name Server Group" },
  "nsgroup:stubmember": { title: "Name Server Group" },
  networktemplate: { title: "Network Template" },
  rangetemplate: { title: "DHCP Range Template" },
  fixedaddresstemplate: { title: "Fixed Address Template" },
  ipv6networktemplate: { title: "IPv6 Network Template" },
  ipv6rangetemplate: { title: "IPv6 DHCP Range Template" },
  ipv6fixedaddresstemplate: { title: "IPv6 Fixed Address Template" },
  dhcpfailover: { title: "DHCP Failover Association" },
  filtermac: { title: "MAC Filter" },
  filternac: { title: "NAC Filter" },
  filteroption: { title: "Option Filter" },
  ipv6filteroption: { title: "IPv6 Option Filter" },
  filterrelayagent: { title: "Relay Agent Filter" },
  filterfingerprint: { title: "Fingerprint Filter" },
  admingroup: { title: "Admin group" },
  adminrole: { title: "Role" },
  dhcpoptionspace: { title: "Option Space", standing: ["DHCP"], inUse: optionSpaceInUse },
  ipv6dhcpoptionspace: { title: "Option Space", standing: ["DHCPv6"], inUse: optionSpaceInUse },
  sharedrecordgroup: { title: "Shared Record Group" },
  dns64group: { title: "DNS64 Group" },
  natgroup: { title: "NAT Group" },
  "ddns:principalcluster:group": { title: "DDNS Principal Group", unchecked: true },
  bulkhostnametemplate: { title: "Bulk Host Name Template", field: "template_name", unchecked: true },
  recordnamepolicy: { title: "Record Name Policy", unchecked: true },
  upgradegroup: { title: "Upgrade Group", unchecked: true },
  member: { title: "Grid Member", field: "host_name", unchecked: true },
  namedacl: { title: "Named ACL" },
  "dtc:topology": { title: "DTC Topology" },
  "dtc:server": { title: "DTC Server" },
  "dtc:pool": { title: "DTC Pool" },
  ...Object.fromEntries(
    ["http", "icmp", "pdp", "sip", "snmp", "tcp"].map((kind) => [
      `dtc:monitor:${kind}`,
      { title: "DTC Monitor" },
    ]),
  ),
};

/** Guess option-space-in-use-sentence (recorded; cannot): how the sentence begins. */
function optionSpaceInUse(name: string): string {
  return `The option space '${name}' cannot be deleted as it has an option referenced.`;
}

/** A field that holds names: their path in its value, and their type. */
interface NameUse {
  /** `mac_filter_rules[].filter`: the member `filter` of each structure in the list. */
  readonly path: string;
  /** The named type, or the types by the structure's own `type`. */
  readonly names: string | Readonly<Record<string, string>>;
}

const servers = {
  memberLists: (...fields: readonly string[]): NameUse[] =>
    fields.map((field) => ({ path: `${field}[].name`, names: "member" })),
  groups: (...groups: readonly (readonly [string, string])[]): NameUse[] =>
    groups.map(([path, names]) => ({ path, names })),
};

const logicFilters: NameUse = {
  path: "logic_filter_rules[].filter",
  names: { MAC: "filtermac", NAC: "filternac", Option: "filteroption" },
};
const ipv6LogicFilters: NameUse = { path: logicFilters.path, names: { Option: "ipv6filteroption" } };

const rangeUses: readonly NameUse[] = [
  { path: "failover_association", names: "dhcpfailover" },
  { path: "member.name", names: "member" },
  { path: "mac_filter_rules[].filter", names: "filtermac" },
  { path: "nac_filter_rules[].filter", names: "filternac" },
  { path: "option_filter_rules[].filter", names: "filteroption" },
  { path: "relay_agent_filter_rules[].filter", names: "filterrelayagent" },
  { path: "fingerprint_filter_rules[].filter", names: "filterfingerprint" },
  logicFilters,
];
const ipv6RangeUses: readonly NameUse[] = [
  { path: "member.name", names: "member" },
  { path: "option_filter_rules[].filter", names: "ipv6filteroption" },
  ipv6LogicFilters,
];
const policy: NameUse = { path: "record_name_policy", names: "recordnamepolicy" };
const principals: NameUse = { path: "ddns_principal_group", names: "ddns:principalcluster:group" };
const synthesis: NameUse = { path: "dns64_groups[]", names: "dns64group" };

const nameUses: Readonly<Record<string, readonly NameUse[]>> = {
  // DNS
  zone_auth: [
    ...servers.groups(["ns_group", "nsgroup"]),
    ...servers.memberLists("grid_primary", "grid_secondaries"),
    policy,
    principals,
    { path: "srgs[]", names: "sharedrecordgroup" },
  ],
  zone_delegated: servers.groups(["ns_group", "nsgroup:delegation"]),
  zone_forward: [
    ...servers.groups(
      ["ns_group", "nsgroup:forwardingmember"],
      ["external_ns_group", "nsgroup:forwardstubserver"],
    ),
    ...servers.memberLists("forwarding_servers"),
  ],
  zone_rp: [
    ...servers.groups(["ns_group", "nsgroup"]),
    ...servers.memberLists("grid_primary", "grid_secondaries"),
    policy,
  ],
  zone_stub: [
    ...servers.groups(["ns_group", "nsgroup:stubmember"], ["external_ns_group", "nsgroup:forwardstubserver"]),
    ...servers.memberLists("stub_members"),
  ],
  nsgroup: servers.memberLists("grid_primary", "grid_secondaries"),
  "nsgroup:forwardingmember": servers.memberLists("forwarding_servers"),
  "nsgroup:stubmember": servers.memberLists("stub_members"),
  view: [synthesis, principals],
  "member:dns": [synthesis, policy],
  "grid:dns": [
    synthesis,
    principals,
    { path: "default_bulk_host_name_template", names: "bulkhostnametemplate" },
  ],
  sharedrecordgroup: [policy],
  bulkhost: [{ path: "name_template", names: "bulkhostnametemplate" }],
  // The address plan
  network: [...servers.memberLists("members"), logicFilters],
  ipv6network: [...servers.memberLists("members"), ipv6LogicFilters],
  networkcontainer: [logicFilters],
  ipv6networkcontainer: [ipv6LogicFilters],
  sharednetwork: [logicFilters],
  ipv6sharednetwork: [ipv6LogicFilters],
  fixedaddress: [logicFilters],
  ipv6fixedaddress: [ipv6LogicFilters],
  "record:host_ipv4addr": [logicFilters],
  "record:host_ipv6addr": [ipv6LogicFilters],
  range: rangeUses,
  ipv6range: ipv6RangeUses,
  networktemplate: [
    { path: "range_templates[]", names: "rangetemplate" },
    { path: "fixed_address_templates[]", names: "fixedaddresstemplate" },
    ...servers.memberLists("members"),
    logicFilters,
  ],
  ipv6networktemplate: [
    { path: "range_templates[]", names: "ipv6rangetemplate" },
    { path: "fixed_address_templates[]", names: "ipv6fixedaddresstemplate" },
    ...servers.memberLists("members"),
    ipv6LogicFilters,
  ],
  rangetemplate: rangeUses,
  ipv6rangetemplate: ipv6RangeUses,
  fixedaddresstemplate: [logicFilters],
  ipv6fixedaddresstemplate: [ipv6LogicFilters],
  "grid:dhcpproperties": [logicFilters],
  "member:dhcpproperties": [logicFilters],
  dhcpfailover: [
    { path: "primary", names: "member" },
    { path: "secondary", names: "member" },
  ],
  filteroption: [{ path: "option_space", names: "dhcpoptionspace" }],
  ipv6filteroption: [{ path: "option_space", names: "ipv6dhcpoptionspace" }],
  dhcpoptiondefinition: [{ path: "space", names: "dhcpoptionspace" }],
  ipv6dhcpoptiondefinition: [{ path: "space", names: "ipv6dhcpoptionspace" }],
  // Administration
  adminuser: [{ path: "admin_groups[]", names: "admingroup" }],
  admingroup: [{ path: "roles[]", names: "adminrole" }],
  permission: [
    { path: "role", names: "adminrole" },
    { path: "group", names: "admingroup" },
  ],
  member: [
    { path: "nat_setting.group", names: "natgroup" },
    { path: "upgrade_group", names: "upgradegroup" },
  ],
};

/** Fields whose values hold references that keep an object from being deleted, by type. */
const referenceFields: Readonly<Record<string, readonly string[]>> = {
  "dtc:pool": [
    "lb_preferred_topology",
    "lb_alternate_topology",
    "lb_dynamic_ratio_preferred",
    "lb_dynamic_ratio_alternate",
    "monitors",
    "consolidated_monitors",
  ],
  "dtc:server": ["monitors"],
  "dtc:lbdn": ["topology"],
  "dtc:topology:rule": ["destination", "destination_link"],
  ...accessLists(),
};

/** Access lists, which may contain named lists. */
function accessLists(): Record<string, string[]> {
  const entries = objectTypes().map((type) => {
    const fields = [...(objectSchema(type)?.fields.values() ?? [])];
    const lists = fields.filter(
      ({ types, supports }) => types.includes("addressac") && supports.includes("w"),
    );
    return [type, lists.map(({ name }) => name)] as const;
  });
  return Object.fromEntries(
    entries.filter(([, fields]) => fields.length > 0).map(([type, fields]) => [type, [...fields]]),
  );
}

/** Adds the checks of names and uses to the rules. */
export function withNamedUses(all: readonly Rules[]): readonly Rules[] {
  const byType = new Map(all.map((rules) => [rules.type, rules]));
  const types = [...Object.keys(nameUses), ...Object.keys(named)];
  for (const type of types) byType.set(type, extended(byType.get(type) ?? { type }));
  return [...byType.values()];
}

function extended(rules: Rules): Rules {
  const { type } = rules;
  return {
    ...rules,
    beforeCreate(draft, grid) {
      rules.beforeCreate?.(draft, grid);
      checkNames(draft, grid);
    },
    beforeUpdate(draft, before, grid) {
      rules.beforeUpdate?.(draft, before, grid);
      checkNames(draft, grid);
    },
    ...(named[type] && {
      afterUpdate(entity: Entity, before: Entity, draft: Draft, grid: Grid) {
        rules.afterUpdate?.(entity, before, draft, grid);
        rename(nameOf(before), nameOf(entity), type, grid);
      },
      beforeDelete(entity: Entity, args: JsonObject, grid: Grid) {
        endUses(entity, grid);
        rules.beforeDelete?.(entity, args, grid);
      },
    }),
  };
}

function nameOf({ type, values }: Draft | Entity): string {
  return String(values[named[type]?.field ?? "name"] ?? "");
}

/** The grid's title of a type. */
export function titleOf(type: string): string {
  return named[type]?.title ?? type;
}

/** Guess name-missing-sentences (analogy; cannot): the sentence follows those for views and members. */
export function unknownName(type: string, name: string): Refusal {
  return notFound(`${titleOf(type)} ${name} not found`);
}

/** Refuses names that do not exist on the grid. */
function checkNames(draft: Draft, grid: Grid): void {
  for (const use of nameUses[draft.type] ?? []) {
    const [field = ""] = stepsOf(use);
    if (!draft.given.has(field)) continue;
    eachName(draft.values[field], use, (name, type) => {
      const { field: by = "name", standing = [], unchecked } = named[type] ?? {};
      if (unchecked || name === "" || standing.includes(name)) return;
      if (grid.find(type, by, name).length === 0) throw unknownName(type, name);
    });
  }
}

/** Updates the fields that name an object after its rename. */
function rename(from: string, to: string, type: string, grid: Grid): void {
  if (from === to) return;
  for (const { holder, field, use } of usesOf(type, from, grid)) {
    change(holder, field, grid, (value) =>
      replaced(value, use, (name, of) => (of === type && name === from ? to : name)),
    );
  }
}

/** Before a deletion: refuses it while another object uses this one, or removes the use. */
function endUses(entity: Entity, grid: Grid): void {
  const { type } = entity;
  const name = nameOf(entity);
  for (const { holder, field, use } of usesOf(type, name, grid)) {
    refuseWhileUsed(entity, holder, grid);
    change(holder, field, grid, (value) =>
      replaced(value, use, (each, of) => (of === type && each === name ? undefined : each)),
    );
  }
  for (const { holder, field } of referencesTo(entity, grid)) {
    refuseWhileUsed(entity, holder, grid);
    change(holder, field, grid, (value) => without(value, entity));
  }
}

/** Changes a field of an object in its current state: an earlier change may have changed it already. */
function change(
  holder: Entity,
  field: string,
  grid: Grid,
  after: (value: Json | undefined) => Json | undefined,
): void {
  const now = grid.get(holder.id);
  if (now) grid.update(now, { [field]: after(now.values[field]) });
}

/**
 * Guess used-objects-stay (analogy; cannot): that it is refused, and the sentence, which follows the one for option
 * spaces.
 */
function refuseWhileUsed(entity: Entity, holder: Entity, grid: Grid): void {
  const { inUse } = named[entity.type] ?? {};
  if (inUse) throw conflict(inUse(nameOf(entity)));
  if (!grid.assumptions.usedObjectsStay) return;
  const user = grid.refName(holder).join("/");
  throw conflict(
    `The ${titleOf(entity.type)} '${nameOf(entity)}' cannot be deleted as it is referenced by the ${holder.type} '${user}'.`,
  );
}

// --- finding uses ------------------------------------------------------------------------------------------------

interface Use {
  readonly holder: Entity;
  readonly field: string;
  readonly use: NameUse;
}

function usesOf(type: string, name: string, grid: Grid): Use[] {
  const found: Use[] = [];
  for (const [holderType, uses] of Object.entries(nameUses)) {
    for (const use of uses) {
      if (use.names !== type && !Object.values(use.names).includes(type)) continue;
      const [field = ""] = stepsOf(use);
      for (const holder of [...grid.all(holderType)]) {
        let holds = false;
        eachName(holder.values[field], use, (each, of) => {
          holds ||= of === type && each === name;
        });
        if (holds) found.push({ holder, field, use });
      }
    }
  }
  return found;
}

function referencesTo(entity: Entity, grid: Grid): { holder: Entity; field: string }[] {
  const found: { holder: Entity; field: string }[] = [];
  for (const [type, fields] of Object.entries(referenceFields)) {
    for (const holder of [...grid.all(type)]) {
      for (const field of fields) if (refersTo(holder.values[field], entity)) found.push({ holder, field });
    }
  }
  return found;
}

function refersTo(value: Json | undefined, entity: Entity): boolean {
  if (isLink(value)) return value._id === entity.id;
  if (Array.isArray(value)) return value.some((each: Json) => refersTo(each, entity));
  return isObject(value) && Object.values(value).some((each) => refersTo(each, entity));
}

/** The value without the reference to the object: without an element of a list, or `undefined`. */
function without(value: Json | undefined, entity: Entity): Json | undefined {
  return Array.isArray(value) ? value.filter((each: Json) => !refersTo(each, entity)) : undefined;
}

// --- names in values ---------------------------------------------------------------------------------------------

/** `mac_filter_rules[].filter` is `mac_filter_rules`, `[]`, `filter`. */
function stepsOf({ path }: NameUse): string[] {
  return path.split(/\.|(?=\[)/);
}

function eachName(value: Json | undefined, use: NameUse, tell: (name: string, type: string) => void): void {
  replaced(value, use, (name, type) => {
    tell(name, type);
    return name;
  });
}

/** The field's value with a name replaced. `undefined` removes the name with the structure around it. */
function replaced(
  value: Json | undefined,
  use: NameUse,
  replace: (name: string, type: string) => string | undefined,
): Json | undefined {
  const [, ...steps] = stepsOf(use);
  const walk = (part: Json, [step, ...rest]: readonly string[], within: Json): Json | undefined => {
    if (step === undefined) {
      const kind = isObject(within) ? String(within["type"]) : "";
      const type = typeof use.names === "string" ? use.names : use.names[kind];
      return type === undefined || typeof part !== "string" ? part : replace(part, type);
    }
    if (step === "[]") {
      if (!Array.isArray(part)) return part;
      return part.map((each: Json) => walk(each, rest, each)).filter((each) => each !== undefined);
    }
    const member = isObject(part) ? part[step] : undefined;
    if (!isObject(part) || member === undefined) return part;
    const after = walk(member, rest, part);
    return after === undefined ? undefined : { ...part, [step]: after };
  };
  return value === undefined ? undefined : walk(value, steps, value);
}
