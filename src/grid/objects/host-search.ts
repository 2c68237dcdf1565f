/** Searches for hosts by what their addresses hold (`ipv4addr`, `mac` …) and by alias. */

import { valueTest } from "../model/condition.js";
import type { Condition, Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { addressFamilies } from "./address-family.js";
import { addressesOf } from "./host-address.js";
import { aliasesOf } from "./host-place.js";
import { candidateRecords, inViewOfZone } from "./record-place.js";

const addressFields: ReadonlySet<string> = new Set(["ipv4addr", "ipv6addr", "mac", "duid"]);

/** Whether one of the host's addresses fits. */
export function matchesAddress(host: Entity, condition: Condition, grid: Grid): boolean {
  const fits = valueTest(condition);
  return addressFamilies.some((family) =>
    addressesOf(host, family, grid).some(({ values }) => {
      const value = values[condition.field];
      return value !== undefined && fits(value);
    }),
  );
}

export function matchesAlias(host: Entity, condition: Condition): boolean {
  return aliasesOf(host.values).some(valueTest(condition));
}

/** Hosts found through an index of their addresses or aliases, where a condition is an exact one. */
export function candidateHosts(
  conditions: readonly Condition[],
  grid: Grid,
): { readonly rows: Iterable<Entity> } | undefined {
  for (const { field, operator, ignoreCase, value, attribute } of conditions) {
    if (operator !== "=" || ignoreCase || attribute || typeof value !== "string") continue;
    const found =
      field === "alias"
        ? grid.find("record:host", "aliases", value)
        : addressFields.has(field)
          ? hostsWith(field, value, grid)
          : undefined;
    if (found) return { rows: inViewOfZone(found, conditions, grid) };
  }
  return candidateRecords("record:host", conditions, grid);
}

function hostsWith(field: string, value: string, grid: Grid): Entity[] {
  const addresses = addressFamilies.flatMap(({ hostAddress }) => grid.find(hostAddress, field, value));
  const ids = new Set(addresses.map(({ links }) => links["host"]));
  return [...ids].map((id) => grid.get(id)).filter((host) => host !== undefined);
}
