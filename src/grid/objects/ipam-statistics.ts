/** `ipam:statistics`: a row with the utilization of each IPv4 network and container. */

import { firstOf, formatAddress } from "../../cidr.js";
import type { Grid, Row, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import { ipv4 } from "./address-family.js";
import { networkViewLink } from "./name-links.js";
import { blockOfNetwork, isContainer } from "./network-place.js";

/** Fields that the row copies from the network. */
const sharedFields = ["conflict_count", "unmanaged_count", "utilization", "utilization_update"] as const;

const containerFields = ["utilization", "utilization_update"] as const;

/**
 * Guess statistics-reference (open; asks statisticsReference): the internal name, and that a row is referred to as its
 * network is.
 */
const internal = "dns.ipam_statistics";

export const ipamStatisticsRules: Rules = {
  type: "ipam:statistics",
  internal,
  names: { network_view: networkViewLink },
  name: ({ values, links }, grid) => [
    String(values["network"]),
    String(values["cidr"]),
    String(grid.get(links["networkView"])?.values["name"]),
  ],
  rows: (_conditions, grid) => ({ rows: rowsOf(grid) }),
  row: (key, grid) => rowsOf(grid).find((row) => row.key === key),
};

function rowsOf(grid: Grid): Row[] {
  const networks = [ipv4.network, ipv4.container].flatMap((type) => [...grid.all(type)]);
  return networks.sort((left, right) => left.id - right.id).map((network) => rowOf(network, grid));
}

/** The row of a network. Its `network` is the address alone; the prefix length is a separate field. */
function rowOf(network: Entity, grid: Grid): Row {
  const block = blockOfNetwork(network);
  const values: Record<string, Json> = {
    cidr: block.prefixLength,
    network: formatAddress(firstOf(block)),
  };
  const fields = isContainer(network) ? containerFields : sharedFields;
  for (const field of fields) values[field] = grid.read(network, field) ?? 0;
  const key = network.key.replace(/^[^$]*/, internal);
  return { type: "ipam:statistics", id: 0, key, links: network.links, values };
}
