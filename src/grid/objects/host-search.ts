/** Searches for hosts by fields of their addresses (`ipv4addr`, `mac` …) and by alias. */

import { valueTest } from "../model/condition.js";
import type { Condition, Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { addressFamilies } from "./address-family.js";
import { addressesOf } from "./host-address.js";
import { aliasesOf } from "./host-place.js";
import { blockOfNetwork, spaceAround } from "./network-place.js";
import { candidateRecords, inViewOfZone } from "./record-place.js";

const addressFields: ReadonlySet<string> = new Set(["ipv4addr", "ipv6addr", "mac", "duid"]);

/** Whether one of the host's addresses matches. */
export function matchesAddress(host: Entity, condition: Condition, grid: Grid): boolean {
  const fits = valueTest(condition);
  return addressFamilies.some((family) =>
    addressesOf(host, family, grid).some(({ values }) => {
      const value = values[condition.field];
      return value !== undefined && fits(value);
    }),
  );
}

/** Whether one of the host's addresses lies in the network, which is searched for by its CIDR. */
export function matchesNetwork(host: Entity, { value }: Condition, grid: Grid): boolean {
  return addressFamilies.some((family) =>
    addressesOf(host, family, grid).some((address) => grid.read(address, "network") === value),
  );
}

export function matchesAlias(host: Entity, condition: Condition): boolean {
  return aliasesOf(host.values).some(valueTest(condition));
}

/** The hosts that an index of addresses or aliases finds, if a condition is exact. */
export function candidateHosts(
  conditions: readonly Condition[],
  grid: Grid,
): { readonly rows: Iterable<Entity> } | undefined {
  for (const { field, operator, ignoreCase, value, attribute } of conditions) {
    if (operator !== "=" || ignoreCase || attribute || typeof value !== "string") continue;
    const found =
      field === "alias"
        ? grid.find("record:host", "aliases", value)
        : field === "network"
          ? hostsIn(value, grid)
          : addressFields.has(field)
            ? hostsWith(field, value, grid)
            : undefined;
    if (found) return { rows: inViewOfZone(found, conditions, grid) };
  }
  return candidateRecords("record:host", conditions, grid);
}

function hostsWith(field: string, value: string, grid: Grid): Entity[] {
  const addresses = addressFamilies.flatMap(({ hostAddress }) => grid.find(hostAddress, field, value));
  return hostsOf(addresses, grid);
}

/** Hosts with an address in the network of this CIDR, in any view. */
function hostsIn(cidr: string, grid: Grid): Entity[] {
  const addresses = addressFamilies.flatMap((family) =>
    grid.find(family.network, "network", cidr).flatMap((network) => {
      const { addresses: used } = spaceAround(network, family, grid);
      const holders = [...used.addresses(blockOfNetwork(network))].flatMap((value) => [
        ...used.holders(value),
      ]);
      return holders.map((id) => grid.get(id)).filter((one) => one?.type === family.hostAddress);
    }),
  );
  return hostsOf(addresses, grid);
}

function hostsOf(addresses: readonly (Entity | undefined)[], grid: Grid): Entity[] {
  const ids = new Set(addresses.map((address) => address?.links["host"]));
  return [...ids].map((id) => grid.get(id)).filter((host) => host !== undefined);
}
