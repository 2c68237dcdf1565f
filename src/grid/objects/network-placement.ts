/**
 * Places a network or container in the address plan: checks it against existing objects, and converts leaves into
 * containers.
 *
 * A block in a network view is either a leaf (`network`) or a container, never both. A network inside a leaf turns the
 * leaf into a container. A network around others is a container from the start.
 */

import { type Block, contains, formatBlock, formatSpan, overlaps } from "../../cidr.js";
import { objectSchema } from "../../schema/schema.js";
import { conflict, missingForCreate } from "../model/answers.js";
import type { Draft, Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { indexKey } from "../store/index-keys.js";
import { type AddressFamily, familyNames } from "./address-family.js";
import {
  blockOfNetwork,
  canonicalBlock,
  entitiesOf,
  isContainer,
  isLeaf,
  networkViewNumber,
  networkViewOf,
  nodeOf,
  spaceAround,
} from "./network-place.js";

/** The internal key: `dns.network$10.0.0.0/24/0`, the last number being that of the network view. */
export function networkKey(network: Draft | Entity, grid: Grid): string {
  const internal = isContainer(network) ? "dns.network_container" : "dns.network";
  return `${internal}$${String(network.values["network"])}/${networkViewNumber(network, grid)}`;
}

/** Checks the place of a new network and makes its block canonical. */
export function placeNetwork(draft: Draft, names: AddressFamily, grid: Grid): void {
  networkViewOf(draft, grid);
  const block = askedBlock(draft, names, grid);
  draft.values["network"] = formatBlock(block);
  refuseTaken(block, draft, names, grid);
  const around = grid.get(spaceAround(draft, names, grid).networks.parentOf(block)?.id);
  if (!around || !isLeaf(around)) return;
  refuseServed(around);
  refuseStranding(around, isContainer(draft) ? [] : [block], grid);
}

/**
 * Guess served-leaf-sentence (documented; cannot): the sentence. It is documented that a leaf with members does not
 * turn into a container.
 */
function refuseServed(leaf: Entity): void {
  const { members } = leaf.values;
  if (!Array.isArray(members) || members.length === 0) return;
  throw conflict(`The network ${textOf(leaf)} cannot be divided because it has members assigned to it.`);
}

/** The block of `network`, or of `ipv4addr` and `netmask`. */
function askedBlock({ values }: Draft, names: AddressFamily, grid: Grid): Block {
  const { network, ipv4addr, netmask } = values;
  delete values["ipv4addr"];
  delete values["netmask"];
  if (network !== undefined && network !== "") return canonicalBlock("network", network, names, grid);
  if (ipv4addr === undefined || netmask === undefined) throw missingForCreate("network");
  return canonicalBlock("network", `${String(ipv4addr)}/${String(netmask)}`, names, grid);
}

function refuseTaken(block: Block, draft: Draft, names: AddressFamily, grid: Grid): void {
  const existing = grid.get(spaceAround(draft, names, grid).networks.find(block)?.id);
  if (existing?.type === draft.type) {
    // With two blanks, as the grid writes it.
    throw conflict(`The network ${formatBlock(block)} already exists.  Select another network.`);
  }
  if (existing) throw overlap(block);
}

/** Only the words after the network are known from a grid. */
export function overlap(block: Block): Error {
  return conflict(`The network ${formatBlock(block)} will overlap an existing network.`);
}

/**
 * Refuses to turn a leaf into a container when something in it would be left without a leaf around it. Guess
 * stranding (open; asks usedNetworkIsDivided): that the grid refuses, and the sentences; the rule that ranges and
 * fixed addresses lie in a leaf is known.
 */
export function refuseStranding(leaf: Entity, leaves: readonly Block[], grid: Grid): void {
  if (isShared(leaf, grid)) {
    throw conflict(`The network ${textOf(leaf)} cannot be divided because it belongs to a shared network.`);
  }
  const names = familyNames(blockOfNetwork(leaf).family);
  for (const range of spaceAround(leaf, names, grid).ranges.overlapping(blockOfNetwork(leaf))) {
    if (leaves.some((block) => contains(block, range))) continue;
    const crossed = leaves.find((block) => overlaps(block, range));
    const problem = crossed
      ? `will overlap the network ${formatBlock(crossed)}`
      : "would be left without a network";
    throw conflict(`The DHCP range ${formatSpan(range)} ${problem}.`);
  }
  for (const { entity, value } of holdersIn(leaf, blockOfNetwork(leaf), grid)) {
    if (entity.type !== names.fixedAddress) continue;
    if (leaves.some((block) => contains(block, { family: names.family, value }))) continue;
    const address = String(entity.values[names.addressField]);
    throw conflict(`The fixed address ${address} would be left without a network.`);
  }
}

/** Whether a leaf belongs to a shared network. */
export function isShared(network: Entity, grid: Grid): boolean {
  return sharedNetworksOf(network, grid).length > 0;
}

export function sharedNetworksOf(network: Entity, grid: Grid): Entity[] {
  const { sharedNetwork } = familyNames(blockOfNetwork(network).family);
  return grid.find(sharedNetwork, "networks", indexKey(grid.link(network)) ?? "");
}

/** An object on an address. */
export interface Holding {
  readonly entity: Entity;
  readonly value: bigint;
}

/**
 * Yields the objects on each used address inside a block of a network's view, lowest address first. The caller must not
 * change objects meanwhile.
 */
export function* holdersIn(network: Entity, block: Block, grid: Grid): Generator<Holding> {
  const { addresses } = spaceAround(network, familyNames(block.family), grid);
  for (const value of addresses.addresses(block)) {
    for (const id of addresses.holders(value)) {
      const entity = grid.get(id);
      if (entity) yield { entity, value };
    }
  }
}

/** After a network is stored: the leaf around it becomes a container, and so does the network itself if others lie in it. */
export function makeWay(network: Entity, grid: Grid): void {
  const node = nodeOf(network, grid);
  const around = grid.get(node.parent?.id);
  if (around && isLeaf(around)) toContainer(around, grid);
  if (isLeaf(network) && !isEmpty(node.children())) toContainer(network, grid);
}

/** The same object as a container. It loses the fields of a leaf (members, VLANs …). */
export function toContainer(leaf: Entity, grid: Grid): Entity {
  const type = familyNames(blockOfNetwork(leaf).family).container;
  const known = objectSchema(type)?.fields;
  const values = Object.fromEntries(Object.entries(leaf.values).filter(([name]) => known?.has(name)));
  const container = { ...leaf, type, values };
  return grid.put({ ...container, key: networkKey(container, grid) });
}

/** The same network with another block and the key of that block. */
export function toBlock(network: Entity, block: Block, grid: Grid): Entity {
  const moved = { ...network, values: { ...network.values, network: formatBlock(block) } };
  return grid.put({ ...moved, key: networkKey(moved, grid) });
}

/** The networks right inside a block of a network's view, the network itself not counted. */
export function networksIn(network: Entity, block: Block, grid: Grid): Entity[] {
  const { networks } = spaceAround(network, familyNames(block.family), grid);
  return entitiesOf(networks.childrenOf(block), grid).filter(({ id }) => id !== network.id);
}

function textOf({ values }: Entity): string {
  return String(values["network"]);
}

function isEmpty(things: Iterable<unknown>): boolean {
  for (const _ of things) return false;
  return true;
}
