/** Topologies of DNS traffic control: rules that send clients to servers or pools. Rules are objects of their own. */

import { notFound } from "../answers.js";
import type { Grid } from "../grid.js";
import type { Draft, Entity, JsonObject, NameLink, Rules } from "../rules.js";

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

function rulesOf(entity: Entity, grid: Grid): Entity[] {
  return grid.linked("dtc:topology:rule", "topology", entity.id);
}

/** Makes these the rules of a topology; one that comes with its reference keeps what isn't said anew. */
function storeRules(entity: Entity, { values }: Draft, grid: Grid): void {
  const rules = Array.isArray(values["rules"]) ? (values["rules"] as readonly JsonObject[]) : [];
  const before = new Map(rulesOf(entity, grid).map((rule) => [grid.ref(rule), rule]));
  for (const rule of before.values()) grid.delete(rule);
  for (const { _ref, ...given } of rules) {
    const kept = before.get(String(_ref))?.values ?? {};
    grid.create("dtc:topology:rule", { ...kept, ...given }, { topology: entity.id });
  }
}

export const topologyRules: readonly Rules[] = [topology, topologyRule];
