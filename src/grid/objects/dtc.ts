/** DNS traffic control: servers in pools, pools in load-balanced names (LBDN), and the records of servers. */

import { dataError, invalidEnum, missingForCreate, notFound } from "../model/answers.js";
import type { Draft, Grid, NameLink, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { isLink } from "../store/index-keys.js";
import { monitorTypes } from "./dtc-types.js";
import { storedReference, storedReferences, withoutReference } from "./stored-reference.js";

/** FakeGrid never probes servers: an object's health shows only whether it is enabled. */
function readHealth({ values }: Entity): JsonObject {
  const enabled_state = values["disable"] === true ? "DISABLED" : "ENABLED";
  return { availability: "NONE", description: "", enabled_state };
}

const monitors = Object.keys(monitorTypes);

const server: Rules = {
  type: "dtc:server",
  internal: "dns.idns_server",
  read: { health: readHealth },
  beforeCreate: settleServer,
  beforeUpdate(draft, before, grid) {
    settleServer(draft, grid);
    if (draft.values["disable"] === true) requireEnabledServers(before, grid);
  },
  beforeDelete(entity, _args, grid) {
    for (const holder of [...grid.all("dtc:pool")]) {
      dropFromList(holder, "servers", "server", entity, grid);
      refuseAllServersDisabled(serversOf(grid.get(holder.id)?.values["servers"], grid));
    }
    for (const type of serverRecordTypes) {
      for (const record of grid.linked(type, "server", entity.id)) grid.delete(record);
    }
  },
};

function settleServer({ values }: Draft, grid: Grid): void {
  setList(values, "monitors", storedReferences(values["monitors"], "monitor", monitors, grid));
}

const pool: Rules = {
  type: "dtc:pool",
  internal: "dns.idns_pool",
  defaults: { lb_alternate_method: "NONE", availability: "ALL" },
  read: { health: readHealth },
  beforeCreate: settlePool,
  beforeUpdate(draft, before, grid) {
    settlePool(draft, grid);
    if (draft.values["disable"] === true) requireEnabledPools(before, grid);
  },
  beforeDelete(entity, _args, grid) {
    for (const holder of [...grid.all("dtc:lbdn")]) {
      dropFromList(holder, "pools", "pool", entity, grid);
      refuseAllDisabled(poolsOf(grid.get(holder.id)?.values["pools"], grid));
    }
  },
};

/** The alternate methods that the grid accepts. It shows `NONE` without a method, but refuses `NONE` in a write. */
const alternateMethods = [
  "GLOBAL_AVAILABILITY",
  "RATIO",
  "ROUND_ROBIN",
  "TOPOLOGY",
  "ALL_AVAILABLE",
  "DYNAMIC_RATIO",
];

function settlePool(draft: Draft, grid: Grid): void {
  const { values, given } = draft;
  requireTtl(draft);
  if (given.has("lb_alternate_method") && values["lb_alternate_method"] === "NONE") {
    throw invalidEnum("lb_alternate_method", "NONE", alternateMethods);
  }
  setList(values, "servers", storedReferences(values["servers"], "server", ["dtc:server"], grid));
  setList(
    values,
    "consolidated_monitors",
    storedReferences(values["consolidated_monitors"], "monitor", monitors, grid),
  );
  for (const use of ["preferred", "alternate"]) {
    keepReference(values, `lb_${use}_topology`, ["dtc:topology"], grid);
    keepRatioMonitor(values, `lb_dynamic_ratio_${use}`, grid);
  }
  requireMonitors(values);
  refuseAllServersDisabled(serversOf(values["servers"], grid));
  // Guess dtc-method-needs (open; cannot): how the grid says that a method lacks what it needs.
  if (values["lb_preferred_method"] === "TOPOLOGY") requireValue(values, "lb_preferred_topology");
  if (values["lb_preferred_method"] === "DYNAMIC_RATIO") requireValue(values, "lb_dynamic_ratio_preferred");
}

/** A quorum is one of the pool's monitors. Guess dtc-quorum-sentence (recorded; cannot): how the sentence begins. */
function requireMonitors({ availability, monitors: held, name, quorum = 1 }: JsonObject): void {
  const effective = Array.isArray(held) ? held.length : 0;
  if (availability !== "QUORUM" || effective >= Number(quorum)) return;
  throw dataError(
    `The pool '${String(name)}' contains only ${effective} effective monitors but requires at least ${String(quorum)} for its availability`,
  );
}

/** The servers of a list of links. */
function serversOf(list: Json | undefined, grid: Grid): Entity[] {
  if (!Array.isArray(list)) return [];
  return list
    .map(({ server: link }: JsonObject) => grid.linkTarget(link))
    .filter((entity) => entity !== undefined);
}

/** Refuses to disable a server if a pool would have no other. */
function requireEnabledServers(serverOff: Entity, grid: Grid): void {
  for (const { values } of grid.all("dtc:pool")) {
    const servers = serversOf(values["servers"], grid);
    if (!servers.some(({ id }) => id === serverOff.id)) continue;
    refuseAllServersDisabled(
      servers.map((each) => (each.id === serverOff.id ? withValue(each, "disable", true) : each)),
    );
  }
}

/**
 * Guess dtc-servers-disabled-sentence (documented; cannot): the sentence, which follows the one for pools. The refusal
 * is documented.
 */
function refuseAllServersDisabled(servers: readonly Entity[]): void {
  if (servers.length > 0 && servers.every(({ values }) => values["disable"] === true)) {
    throw dataError("Cannot disable all the servers in a pool. At least one server must be enabled.");
  }
}

function keepRatioMonitor(values: Record<string, Json>, field: string, grid: Grid): void {
  const setting = values[field] as (JsonObject & { monitor?: Json }) | undefined;
  if (setting?.monitor === undefined || setting.monitor === "") return;
  values[field] = { ...setting, monitor: storedReference(setting.monitor, monitors, grid) };
}

const lbdn: Rules = {
  type: "dtc:lbdn",
  internal: "dns.idns_lbdn",
  defaults: { types: ["A", "AAAA"] },
  read: { health: readHealth },
  beforeCreate: settleLbdn,
  beforeUpdate: (draft, _before, grid) => settleLbdn(draft, grid),
};

function settleLbdn(draft: Draft, grid: Grid): void {
  const { values } = draft;
  requireTtl(draft);
  setList(values, "pools", storedReferences(values["pools"], "pool", ["dtc:pool"], grid));
  keepReference(values, "topology", ["dtc:topology"], grid);
  if (values["lb_method"] === "TOPOLOGY") requireValue(values, "topology");
  requirePatterns(values);
  refuseAllDisabled(poolsOf(values["pools"], grid));
}

/**
 * Zones know an LBDN by its patterns. Guess dtc-pattern-sentence (clients; cannot): the sentence; Ansible's module
 * says that they must be there.
 */
function requirePatterns({ auth_zones: zones, patterns }: Readonly<Record<string, Json>>): void {
  if (!Array.isArray(zones) || zones.length === 0) return;
  if (Array.isArray(patterns) && patterns.length > 0) return;
  throw dataError("At least one pattern is required for an LBDN that is linked to a zone.");
}

/** The pools of a list of links. */
function poolsOf(list: Json | undefined, grid: Grid): Entity[] {
  if (!Array.isArray(list)) return [];
  return list
    .map(({ pool: link }: JsonObject) => grid.linkTarget(link))
    .filter((entity) => entity !== undefined);
}

/** Refuses to disable a pool if an LBDN would have no other. */
function requireEnabledPools(poolOff: Entity, grid: Grid): void {
  for (const { values } of grid.all("dtc:lbdn")) {
    const pools = poolsOf(values["pools"], grid);
    if (!pools.some(({ id }) => id === poolOff.id)) continue;
    refuseAllDisabled(
      pools.map((each) => (each.id === poolOff.id ? withValue(each, "disable", true) : each)),
    );
  }
}

function refuseAllDisabled(pools: readonly Entity[]): void {
  if (pools.length > 0 && pools.every(({ values }) => values["disable"] === true)) {
    throw dataError("Cannot disable all the pools in an LBDN. At least one pool must be enabled.");
  }
}

function withValue(entity: Entity, field: string, value: Json): Entity {
  return { ...entity, values: { ...entity.values, [field]: value } };
}

function requireTtl({ values }: Draft): void {
  if (values["use_ttl"] === true && values["ttl"] === undefined) throw dataError("Enter a ttl value");
}

function requireValue(values: JsonObject, field: string): void {
  if (values[field] === undefined || values[field] === "") throw missingForCreate(field);
}

function setList(values: Record<string, Json>, field: string, list: readonly JsonObject[] | undefined): void {
  if (list) values[field] = list;
}

function keepReference(
  values: Record<string, Json>,
  field: string,
  types: readonly string[],
  grid: Grid,
): void {
  const value = values[field];
  if (value !== undefined && value !== "") values[field] = storedReference(value, types, grid);
}

function dropFromList(holder: Entity, field: string, member: string, gone: Entity, grid: Grid): void {
  const { [field]: list } = holder.values;
  if (!Array.isArray(list) || !list.some((element: JsonObject) => refersTo(element[member], gone))) return;
  grid.put(withValue(holder, field, withoutReference(list, member, gone.id)));
}

function refersTo(value: Json | undefined, { id }: Entity): boolean {
  return isLink(value) && value._id === id;
}

// --- records of servers ----------------------------------------------------------------------------------------

const serverLink: NameLink = {
  link: "server",
  type: "dtc:server",
  // Guess dtc-server-missing-sentence (analogy; cannot): the sentence follows those for views and members.
  notFound: (name) => notFound(`DTC Server ${name} not found`),
};

/** The fields that distinguish two records of a server, by kind. */
const serverRecords = {
  "dtc:record:a": ["ipv4addr"],
  "dtc:record:aaaa": ["ipv6addr"],
  "dtc:record:cname": ["canonical"],
  "dtc:record:naptr": ["order", "preference", "flags", "services", "regexp", "replacement"],
  "dtc:record:srv": ["name", "priority", "weight", "port", "target"],
} as const;

const serverRecordTypes = Object.keys(serverRecords);

function serverRecordRules(type: string, identity: readonly string[]): Rules {
  const internal = `dns.idns_${type.slice("dtc:record:".length)}`;
  const identityOf = ({ values }: Draft | Entity) => identity.map((field) => String(values[field] ?? ""));
  return {
    type,
    internal,
    names: { dtc_server: serverLink },
    key: (record) => `${internal}$${[String(record.links["server"]), ...identityOf(record)].join("/")}`,
    name: (record, grid) => [String(grid.get(record.links["server"])?.values["name"]), ...identityOf(record)],
  };
}

export const trafficControlRules: readonly Rules[] = [
  ...monitors.map((type) => ({ type, internal: `dns.idns_monitor_${type.slice("dtc:monitor:".length)}` })),
  server,
  pool,
  lbdn,
  ...Object.entries(serverRecords).map(([type, identity]) => serverRecordRules(type, identity)),
];
