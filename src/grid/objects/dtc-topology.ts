/** Topologies of DNS traffic control: rules that send clients to servers or pools. Rules are objects of their own. */

import { notFound } from "../model/answers.js";
import type { Draft, Grid, NameLink, Rules } from "../model/rules.js";
import type { Entity, JsonObject } from "../store/entity.js";

const topologyLink: NameLink = {
  link: "topology",
  type: "dtc:topology",
  // Guess: the sentence follows those for views and members.
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
};

/** In the order in which they are tried. */
function rulesOf(entity: Entity, grid: Grid): Entity[] {
  const position = ({ values }: Entity) => Number(values["_position"]);
  const rules = [...grid.linked("dtc:topology:rule", "topology", entity.id)];
  return rules.sort((a, b) => position(a) - position(b));
}

/** Makes these the rules of a topology; one that comes with its reference is changed, and keeps what isn't said anew. */
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
