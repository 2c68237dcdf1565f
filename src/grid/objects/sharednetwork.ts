/** Shared networks: networks on one link, which DHCP serves together. */

import { conflict, dataError, duplicateObject } from "../model/answers.js";
import type { Draft, Grid, ReadContext, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { indexKey } from "../store/index-keys.js";
import { type AddressFamily, ipv4, ipv6 } from "./address-family.js";
import { completeOptions, readOptions } from "./dhcp-options.js";
import { networkViewLink } from "./name-links.js";
import { blockOfNetwork, networkViewNumber, networkViewOf } from "./network-place.js";
import { dhcpUsage, readDhcpUsage } from "./network-utilization.js";

export const sharedNetworkRules: readonly Rules[] = [rulesOf(ipv4), rulesOf(ipv6)];

function rulesOf(names: AddressFamily): Rules {
  const settle = (draft: Draft, before: Entity | undefined, grid: Grid) => {
    const view = networkViewOf(draft, grid);
    refuseSameName(draft, before, grid);
    for (const network of networksOf(draft, grid)) refuseNetwork(network, view, before, names, grid);
    completeOptions(draft, names.family);
  };
  return {
    type: names.sharedNetwork,
    internal: "dns.shared_network",
    key: (shared, grid) =>
      `dns.shared_network$${String(shared.values["name"])}.${networkViewNumber(shared, grid)}`,
    defaults: {
      ddns_server_always_updates: true,
      ddns_ttl: 0,
      network_view: "default",
      ...(names.family === 4
        ? { lease_scavenge_time: -1 }
        : { preferred_lifetime: 27000, valid_lifetime: 43200 }),
    },
    names: { network_view: networkViewLink },
    parent: networkViewOf,
    beforeCreate: (draft, grid) => settle(draft, undefined, grid),
    beforeUpdate: settle,
    read: names.family === 4 ? { options: readSharedOptions, ...readDhcpUsage(usageOf) } : {},
  };
}

/** Options count only with `use_options`. Without it, the inherited options are shown. */
function readSharedOptions(shared: Entity, context: ReadContext): Json {
  const { options: _, ...others } = shared.values;
  return readOptions(
    shared.values["use_options"] === false ? { ...shared, values: others } : shared,
    context,
  );
}

function usageOf(shared: Entity, grid: Grid) {
  const usages = networksOf(shared, grid).map((network) => dhcpUsage(network, blockOfNetwork(network), grid));
  return usages.reduce(
    (sum, usage) => ({
      dynamic: sum.dynamic + usage.dynamic,
      static: sum.static + usage.static,
      total: sum.total + usage.total,
    }),
    { dynamic: 0, static: 0, total: 0 },
  );
}

function networksOf({ values }: Draft | Entity, grid: Grid): Entity[] {
  const links = Array.isArray(values["networks"]) ? values["networks"] : [];
  return links.map((link: JsonObject) => grid.linkTarget(link)).filter((network) => network !== undefined);
}

function refuseSameName(draft: Draft, before: Entity | undefined, grid: Grid): void {
  const name = String(draft.values["name"]);
  const same = grid
    .find(draft.type, "name", name)
    .find(({ links }) => links["networkView"] === draft.links["networkView"]);
  if (same && same.id !== before?.id) throw duplicateObject(name, "shared_network");
}

/**
 * Guess shared-network-sentences (documented; asks secondSharedNetworkIsRefused): the sentences. All networks are known
 * to belong to one network view.
 */
function refuseNetwork(
  network: Entity,
  view: Entity,
  before: Entity | undefined,
  names: AddressFamily,
  grid: Grid,
): void {
  const cidr = String(network.values["network"]);
  if (networkViewOf(network, grid).id !== view.id) {
    throw dataError(`The network ${cidr} is not in the network view '${String(view.values["name"])}'.`);
  }
  const others = grid.find(names.sharedNetwork, "networks", indexKey(grid.link(network)) ?? "");
  const other = others.find(({ id }) => id !== before?.id);
  if (other) {
    throw conflict(
      `The network ${cidr} already belongs to the shared network '${String(other.values["name"])}'.`,
    );
  }
}
