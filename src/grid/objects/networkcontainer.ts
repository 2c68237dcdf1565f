/** Containers: networks that hold networks. */

import type { Grid, Rules } from "../model/rules.js";
import type { Entity, JsonObject } from "../store/entity.js";
import { type AddressFamily, ipv4, ipv6 } from "./address-family.js";
import { anyNetworkRules } from "./any-network.js";
import { resizeNetwork } from "./network-division.js";
import { entitiesOf, nodeOf } from "./network-place.js";
import { readContainerUtilization } from "./network-utilization.js";
import { nextNetworks } from "./next-available.js";

export const containerRules: readonly Rules[] = [
  rulesOf(ipv4, { resize: resizeNetwork }),
  // IPv6 containers can't be resized.
  rulesOf(ipv6, {}),
];

function rulesOf(names: AddressFamily, functions: NonNullable<Rules["functions"]>): Rules {
  const rules = anyNetworkRules(names.container, names);
  return {
    ...rules,
    beforeDelete: deleteChildren,
    read: { ...rules.read, ...readContainerUtilization },
    functions: { ...functions, next_available_network: nextNetworks },
  };
}

/** Deletes the container's networks, unless `remove_subnets=false`: then they belong to the container above. */
function deleteChildren(container: Entity, args: JsonObject, grid: Grid): void {
  if (args["remove_subnets"] === false) return;
  for (const child of entitiesOf(nodeOf(container, grid).children(), grid)) grid.delete(child);
}
