/** Rules of response policy zones: records whose names end in the zone's, or are taken to. */

import { objectTypes } from "../../schema/schema.js";
import { parentNotFound, recordExists } from "../answers.js";
import type { Grid } from "../grid.js";
import { canonicalName } from "../names.js";
import type { Draft, Entity, Rules } from "../rules.js";
import { viewLink } from "./name-links.js";
import { canonicalAddresses, searchAddress, viewName } from "./records.js";
import { nameKey, viewOf, zoneName, zoneNamed } from "./zone-lookup.js";

/** Fields that hold what a rule answers: two rules of a name differ in one of them. */
const answerFields = [
  "ipv4addr",
  "ipv6addr",
  "mail_exchanger",
  "ptrdname",
  "target",
  "target_name",
  "text",
  "priority",
  "preference",
  "order",
  "port",
  "weight",
] as const;

function policyRules(type: string): Rules {
  const internal = `dns.rpz_${type.slice("record:rpz:".length).replaceAll(":", "_")}`;
  const key = (rule: Draft | Entity, grid: Grid) => {
    const name = String(rule.values["name"] ?? rule.values["ptrdname"] ?? "");
    const answers = answerFields.map((field) => rule.values[field]).filter((value) => value !== undefined);
    return `${internal}$${[nameKey(viewOf(rule, grid), name), ...answers.map(String)].join(",")}`;
  };
  const settle = (draft: Draft, before: Entity | undefined, grid: Grid) => {
    const { name, rp_zone: zoneGiven } = draft.values;
    canonicalAddresses(draft);
    if (typeof name === "string") draft.values["name"] = canonicalName(name);
    const zone = zoneNamed(canonicalName(String(zoneGiven)), viewOf(draft, grid), grid);
    if (zone?.type !== "zone_rp") throw parentNotFound();
    draft.links["zone"] = zone.id;
    const same = grid.byKey(type, key(draft, grid));
    if (same && same.id !== before?.id) throw recordExists(String(draft.values["name"]));
  };
  return {
    type,
    internal,
    key,
    name: (rule, grid) => [String(rule.values["name"]), viewName(rule, grid)],
    names: { view: viewLink },
    defaults: { view: "default" },
    read: {
      zone: (rule, { grid }) => zoneOfRule(rule, grid),
      rp_zone: (rule, { grid }) => zoneOfRule(rule, grid),
      is_ipv4: ({ values }) => !String(values["name"]).includes(":"),
    },
    searchValue: searchAddress,
    beforeCreate: (draft, grid) => settle(draft, undefined, grid),
    beforeUpdate: settle,
  };
}

function zoneOfRule(rule: Entity, grid: Grid): string | undefined {
  const zone = grid.get(rule.links["zone"]);
  return zone && zoneName(zone);
}

export const policyRecordTypes = objectTypes().filter((type) => type.startsWith("record:rpz:"));

export const policyRecordRules: readonly Rules[] = policyRecordTypes.map(policyRules);
