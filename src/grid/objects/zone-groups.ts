/** The groups of name servers that zones name in place of servers of their own. */

import { notFound } from "../model/answers.js";
import type { Draft, Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";

/** By type of zone: its fields that name a group, and the type of that group. */
const groupFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  zone_auth: { ns_group: "nsgroup" },
  zone_delegated: { ns_group: "nsgroup:delegation" },
  zone_forward: { ns_group: "nsgroup:forwardingmember", external_ns_group: "nsgroup:forwardstubserver" },
  zone_rp: { ns_group: "nsgroup" },
  zone_stub: { ns_group: "nsgroup:stubmember", external_ns_group: "nsgroup:forwardstubserver" },
};

/** Refuses groups that the grid doesn't have. Guess: the sentence follows those for views and members. */
export function checkGroups({ type, values, given }: Draft, grid: Grid): void {
  for (const [field, group] of Object.entries(groupFields[type] ?? {})) {
    const name = values[field] ?? "";
    if (!given.has(field) || name === "" || grid.find(group, "name", String(name)).length > 0) continue;
    throw notFound(`Name Server Group ${String(name)} not found`);
  }
}

/** Zones go on naming a group that was renamed. */
export function followGroup(group: Entity, before: Entity, grid: Grid): void {
  const { name } = group.values;
  if (name === undefined || name === before.values["name"]) return;
  for (const [type, fields] of Object.entries(groupFields)) {
    for (const [field, groupType] of Object.entries(fields)) {
      if (groupType !== group.type) continue;
      for (const zone of [...grid.all(type)]) {
        if (zone.values[field] === before.values["name"]) grid.update(zone, { [field]: name });
      }
    }
  }
}
