/** Creates the reverse zone of a new network. */

import type { Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { blockOfNetwork, networkViewOf } from "./network-place.js";

/** `auto_create_reversezone`: in the default DNS view of the network's view, unless it exists there. */
export function createReverseZone(network: Entity, grid: Grid): void {
  const view = defaultDnsView(networkViewOf(network, grid), grid);
  const fqdn = String(network.values["network"]);
  if (!view || grid.find("zone_auth", "fqdn", fqdn).some(({ links }) => links["view"] === view.id)) return;
  const format = blockOfNetwork(network).family === 4 ? "IPV4" : "IPV6";
  grid.create("zone_auth", { fqdn, zone_format: format }, { view: view.id });
}

/** The DNS view that was created with the network view: the oldest of its DNS views. */
export function defaultDnsView(networkView: Entity, grid: Grid): Entity | undefined {
  return grid.linked("view", "networkView", networkView.id)[0];
}
