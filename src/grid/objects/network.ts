/** Leaf networks: those that hold addresses. */

import { conflict } from "../model/answers.js";
import type { Grid, ReadContext, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { type AddressFamily, familyNames, ipv4, ipv6 } from "./address-family.js";
import { anyNetworkRules } from "./any-network.js";
import { settleMembers } from "./dhcp-members.js";
import { expandNetwork, resizeNetwork, splitNetwork } from "./network-division.js";
import { blockOfNetwork, entitiesOf, spaceAround } from "./network-place.js";
import { holdersIn, sharedNetworksOf } from "./network-placement.js";
import { readNetworkUtilization, refreshUtilization } from "./network-utilization.js";
import { nextAddressesInNetwork, nextNetworks } from "./next-available.js";
import { fillFromTemplate, populateFromTemplate } from "./templates.js";
import { nextVlans } from "./vlan-ids.js";

export const networkRules: readonly Rules[] = [rulesOf(ipv4, { resize: resizeNetwork }), rulesOf(ipv6, {})];

function rulesOf(names: AddressFamily, functions: NonNullable<Rules["functions"]>): Rules {
  const rules = anyNetworkRules(names.network, names);
  return {
    ...rules,

    beforeRequest: refreshUtilization,
    beforeCreate(draft, grid) {
      fillFromTemplate(draft, `${names.network}template`, grid);
      rules.beforeCreate(draft, grid);
      settleMembers(draft, grid);
    },

    afterCreate(network, draft, grid) {
      rules.afterCreate(network, draft, grid);
      populateFromTemplate(grid.get(network.id) ?? network, names, grid);
    },

    beforeUpdate(draft, before, grid) {
      rules.beforeUpdate(draft, before, grid);
      settleMembers(draft, grid);
    },

    beforeDelete(network, _args, grid) {
      refuseVlans(network);
      leaveSharedNetworks(network, grid);
      emptyNetwork(network, grid);
    },

    read: { ...rules.read, ...readNetworkUtilization, vlans: readVlans },
    functions: {
      ...functions,
      expand_network: expandNetwork,
      next_available_ip: nextAddressesInNetwork,
      next_available_network: nextNetworks,
      next_available_vlan: nextVlans,
      split_network: splitNetwork,
    },
  };
}

function refuseVlans({ values }: Entity): void {
  if (Array.isArray(values["vlans"]) && values["vlans"].length > 0) {
    const network = String(values["network"]);
    throw conflict(`Cannot delete the '${network}' network because it has VLANs assigned to it`);
  }
}

function leaveSharedNetworks(network: Entity, grid: Grid): void {
  for (const shared of sharedNetworksOf(network, grid)) {
    const networks = shared.values["networks"];
    const others = Array.isArray(networks)
      ? networks.filter((link) => grid.linkTarget(link)?.id !== network.id)
      : [];
    grid.put({ ...shared, values: { ...shared.values, networks: others } });
  }
}

/** Deletes the network's ranges, fixed addresses and leases. Hosts stay, but no longer get their address by DHCP. */
function emptyNetwork(network: Entity, grid: Grid): void {
  const block = blockOfNetwork(network);
  const names = familyNames(block.family);
  const { ranges } = spaceAround(network, names, grid);
  for (const range of entitiesOf(ranges.overlapping(block), grid)) grid.delete(range);
  for (const { entity } of [...holdersIn(network, block, grid)]) {
    if (entity.type === names.fixedAddress || entity.type === "lease") grid.delete(entity);
    else if (entity.type === names.hostAddress && entity.values["configure_for_dhcp"] === true) {
      grid.update(entity, { configure_for_dhcp: false });
    }
  }
}

/** Adds number and name of a VLAN to the reference. */
function readVlans({ values }: Entity, { grid }: ReadContext): Json {
  const links = Array.isArray(values["vlans"]) ? values["vlans"] : [];
  return links.flatMap(({ vlan }: JsonObject) => {
    const target = grid.linkTarget(vlan);
    return target
      ? [{ id: target.values["id"] ?? 0, name: target.values["name"] ?? "", vlan: grid.link(target) }]
      : [];
  });
}
