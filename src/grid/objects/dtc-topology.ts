/** Topologies of DNS traffic control: rules that send clients to servers or pools. Rules are separate objects. */

import { invalidReference, missingForCreate, notFound, structureExpected } from "../model/answers.js";
import type { Draft, Grid, NameLink, Rules } from "../model/rules.js";
import { isObject } from "../model/values.js";
import { schemaAt } from "../model/versions.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { isLink } from "../store/index-keys.js";
import { storedReference } from "./stored-reference.js";

const topologyLink: NameLink = {
  link: "topology",
  type: "dtc:topology",
  // Guess topology-missing-sentence (analogy; cannot): the sentence follows those for views and members.
  notFound: (name) => notFound(`DTC Topology ${name} not found`),
};

const topology: Rules = {
  type: "dtc:topology",
  internal: "dns.idns_topology",
  embedded: { rules: (entity, { grid }) => rulesOf(entity, grid) },
  afterCreate: (entity, draft, grid) => storeRules(entity, draft, grid),
  afterUpdate(entity, _before, draft, grid) {
    if (draft.given.has("rules")) storeRules(entity, draft, grid);
  },
  beforeDelete(entity, _args, grid) {
    for (const rule of rulesOf(entity, grid)) grid.delete(rule);
  },
};

const topologyRule: Rules = {
  type: "dtc:topology:rule",
  internal: "dns.idns_topology_rule",
  names: { topology: topologyLink },
  defaults: { valid: true, return_type: "REGULAR" },
  beforeCreate: settleDestination,
  beforeUpdate: (draft, _before, grid) => settleDestination(draft, grid),
};

/** The types of a rule's destination, by `dest_type`. */
const destinations: Readonly<Record<string, string>> = { POOL: "dtc:pool", SERVER: "dtc:server" };

/**
 * Destinations are servers or pools that exist, as the rule's `dest_type` says. Guess topology-destination (open;
 * cannot): the members of the structure that WAPI 2.14 has in place of one reference, which nobody has published:
 * each that looks like a reference is one, and there is at least one; and that a regular answer needs a destination.
 */
function settleDestination(draft: Draft, grid: Grid): void {
  const { values } = draft;
  const wanted = destinations[String(values["dest_type"])];
  const links = [values["destination_link"]].filter((link) => link !== undefined && link !== "");
  if (Array.isArray(values["destination"])) {
    const settled = values["destination"].map((one: Json) => storedDestination(one, grid));
    values["destination"] = settled;
    links.push(...settled.flatMap((one) => Object.values(one).filter(isLink)));
  }
  if (links.length === 0 && values["return_type"] !== "NOERR" && values["return_type"] !== "NXDOMAIN") {
    throw missingForCreate(destinationField(grid));
  }
  for (const link of links) {
    const target = grid.linkTarget(link);
    if (!target || wanted === undefined || target.type === wanted) continue;
    throw invalidReference(grid.ref(target));
  }
}

/** The destination is one reference before WAPI 2.14, and a list of structures since then. */
function destinationField(grid: Grid): string {
  return schemaAt("dtc:topology:rule", grid.version)?.fields.has("destination")
    ? "destination"
    : "destination_link";
}

function storedDestination(given: Json, grid: Grid): JsonObject {
  if (!isObject(given)) throw structureExpected("destination", given);
  const members = Object.entries(given).map(([name, value]) => [
    name,
    typeof value === "string" && value.includes("/")
      ? storedReference(value, Object.values(destinations), grid)
      : value,
  ]);
  const settled: JsonObject = Object.fromEntries(members);
  if (!Object.values(settled).some(isLink)) throw invalidReference(JSON.stringify(given));
  return settled;
}

/** The rules of a topology, in the order in which they are tried. */
function rulesOf(entity: Entity, grid: Grid): Entity[] {
  const position = ({ values }: Entity) => Number(values["_position"]);
  const rules = [...grid.linked("dtc:topology:rule", "topology", entity.id)];
  return rules.sort((a, b) => position(a) - position(b));
}

/** Replaces the rules of a topology. A rule with its reference is updated, and keeps the fields that are not given. */
function storeRules(entity: Entity, { values }: Draft, grid: Grid): void {
  const rules = Array.isArray(values["rules"]) ? (values["rules"] as readonly JsonObject[]) : [];
  const before = new Map(rulesOf(entity, grid).map((rule) => [grid.ref(rule), rule]));
  const kept = new Set(rules.map(({ _ref }) => String(_ref)));
  for (const [ref, rule] of before) if (!kept.has(ref)) grid.delete(rule);
  for (const [at, { _ref, ...given }] of rules.entries()) {
    const rule = before.get(String(_ref));
    if (rule) grid.update(rule, { ...given, _position: at });
    else grid.create("dtc:topology:rule", { ...given, _position: at }, { topology: entity.id });
  }
}

export const topologyRules: readonly Rules[] = [topology, topologyRule];
