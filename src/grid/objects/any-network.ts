/** Rules that leaf networks and containers, IPv4 and IPv6, share. */

import { firstOf, formatAddress, formatBlock } from "../../cidr.js";
import { notForUpdate } from "../model/answers.js";
import type { Draft, Grid, ReadContext, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { type AddressFamily, familyNames } from "./address-family.js";
import { completeOptions, readOptions } from "./dhcp-options.js";
import { networkViewLink } from "./name-links.js";
import {
  blockOfNetwork,
  canonicalBlock,
  networkViewName,
  networkViewOf,
  spaceAround,
} from "./network-place.js";
import { makeWay, networkKey, placeNetwork } from "./network-placement.js";
import { networkSearch } from "./network-search.js";
import { createReverseZone } from "./reverse-zone.js";

/** The cloud fields as a grid without the cloud licence shows them. */
export const cloudInfo: JsonObject = { authority_type: "GM", delegated_scope: "NONE", mgmt_platform: "" };

export function anyNetworkRules(type: string, names: AddressFamily) {
  return {
    type,
    internal: "dns.network",
    key: networkKey,
    // Address and prefix length are separate parts, so that the slash between them is not escaped.
    name: (network, grid) => [
      ...String(network.values["network"]).split("/"),
      networkViewName(network, grid),
    ],
    defaults: {
      ...(names.family === 4 ? ipv4Defaults : ipv6Defaults),
      cloud_info: cloudInfo,
      ddns_server_always_updates: true,
      ddns_ttl: 0,
      mgm_private_overridable: true,
      network_view: "default",
      recycle_leases: true,
      rir_registration_status: "NOT_REGISTERED",
      use_zone_associations: true,
    },
    names: { network_view: networkViewLink },
    parent: networkAbove,

    beforeCreate(draft: Draft, grid: Grid) {
      placeNetwork(draft, names, grid);
      completeOptions(draft, names.family);
    },

    afterCreate(network: Entity, draft: Draft, grid: Grid) {
      makeWay(network, grid);
      if (draft.values["auto_create_reversezone"] === true) createReverseZone(network, grid);
    },

    beforeUpdate(draft: Draft, before: Entity, grid: Grid) {
      refuseMove(draft, before, names, grid);
      completeOptions(draft, names.family);
    },

    read: {
      network_container: readContainer,
      ...(names.family === 4 ? { ipv4addr: addressOf, netmask: prefixLengthOf, options: readOptions } : {}),
    },
    ...networkSearch(type, names),
  } satisfies Rules;
}

const ipv4Defaults: JsonObject = {
  conflict_count: 0,
  discovery_engine_type: "NONE",
  high_water_mark: 95,
  high_water_mark_reset: 85,
  ignore_id: "NONE",
  lease_scavenge_time: -1,
  low_water_mark: 0,
  low_water_mark_reset: 10,
  unmanaged_count: 0,
};

const ipv6Defaults: JsonObject = {
  discovery_engine_type: "NONE",
  preferred_lifetime: 27000,
  unmanaged_count: 0,
  valid_lifetime: 43200,
};

/**
 * The object that attributes and options are inherited from: the nearest container, else the network view. Works for a
 * draft as well.
 */
function networkAbove(network: Entity, grid: Grid): Entity {
  return containerAround(network, grid) ?? networkViewOf(network, grid);
}

function readContainer(network: Entity, { grid }: ReadContext): Json {
  return String(containerAround(network, grid)?.values["network"] ?? "/");
}

function containerAround(network: Entity, grid: Grid): Entity | undefined {
  const block = blockOfNetwork(network);
  return grid.get(spaceAround(network, familyNames(block.family), grid).networks.parentOf(block)?.id);
}

function addressOf(network: Entity): Json {
  return formatAddress(firstOf(blockOfNetwork(network)));
}

function prefixLengthOf(network: Entity): Json {
  return blockOfNetwork(network).prefixLength;
}

/** A network never changes its block or view. Clients may send them back unchanged. */
function refuseMove(draft: Draft, before: Entity, names: AddressFamily, grid: Grid): void {
  const { network, ipv4addr, netmask } = draft.values;
  const block = formatBlock(canonicalBlock("network", network, names, grid));
  if (networkViewOf(draft, grid).id !== networkViewOf(before, grid).id) throw notForUpdate("network_view");
  if (block !== before.values["network"]) throw notForUpdate("network");
  if (ipv4addr !== undefined && ipv4addr !== addressOf(before)) throw notForUpdate("ipv4addr");
  if (netmask !== undefined && netmask !== prefixLengthOf(before)) throw notForUpdate("netmask");
  draft.values["network"] = block;
  delete draft.values["ipv4addr"];
  delete draft.values["netmask"];
}
