/** Places in the address plan: the network view of an object, the network around an address. */

import { type Address, type Block, formatBlock, parseAddress, parseBlock, type Span } from "../../cidr.js";
import { invalidValue } from "../model/answers.js";
import type { Draft, Grid } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import type { NetworkNode } from "../store/network-tree.js";
import { type FamilySpace, spaceOf } from "../store/space.js";
import { type AddressFamily, familyNames } from "./address-family.js";

/** The network view that an object belongs to; the default one if the request names none. */
export function networkViewOf(object: Draft | Entity, grid: Grid): Entity {
  const view = grid.get(object.links["networkView"]) ?? defaultNetworkView(grid);
  if ("given" in object) object.links["networkView"] = view.id;
  return view;
}

export function defaultNetworkView(grid: Grid): Entity {
  for (const view of grid.all("networkview")) if (view.values["is_default"] === true) return view;
  return grid.first("networkview");
}

export function networkViewName(object: Entity, grid: Grid): string {
  return String(networkViewOf(object, grid).values["name"]);
}

/** The number of a network view. The internal keys of objects in it end in this number. */
export function networkViewNumber(object: Draft | Entity, grid: Grid): string {
  return String(networkViewOf(object, grid).values["_number"]);
}

/** The address space of an object of this family. */
export function spaceAround(object: Draft | Entity, { family }: AddressFamily, grid: Grid): FamilySpace {
  return spaceOf(grid).of(networkViewOf(object, grid).id, family);
}

/** The block of a network or container. */
export function blockOfNetwork(network: Draft | Entity): Block {
  const block = parseBlock(String(network.values["network"]));
  if (block === undefined) throw new Error(`not a network: ${String(network.values["network"])}`);
  return block;
}

/** The leaf network that contains the whole span or address; never a container. */
export function leafAround(networkView: number, where: Span | Address, grid: Grid): Entity | undefined {
  const node = spaceOf(grid).of(networkView, where.family).networks.smallestAround(where);
  const network = grid.get(node?.id);
  return network && isLeaf(network) ? network : undefined;
}

export function isLeaf({ type }: { readonly type: string }): boolean {
  return type === "network" || type === "ipv6network";
}

export function isContainer({ type }: { readonly type: string }): boolean {
  return type === "networkcontainer" || type === "ipv6networkcontainer";
}

/** The node of a network or container in the tree of its view. */
export function nodeOf(network: Entity, grid: Grid): NetworkNode {
  const block = blockOfNetwork(network);
  const node = spaceAround(network, familyNames(block.family), grid).networks.find(block);
  if (node === undefined) throw new Error(`not in the address space: ${network.key}`);
  return node;
}

/** The networks of these nodes, as a copy, so that the caller can change them. */
export function entitiesOf(nodes: Iterable<{ readonly id: number }>, grid: Grid): Entity[] {
  return [...nodes].map(({ id }) => grid.get(id)).filter((entity) => entity !== undefined);
}

/** Normalizes an address. @throws Refusal if it is not an address of the family */
export function canonicalAddress(
  field: string,
  value: Json | undefined,
  { family }: AddressFamily,
  problem = "Invalid IP address",
): Address {
  const address = typeof value === "string" ? parseAddress(value) : undefined;
  if (address?.family !== family) throw invalidValue(field, value ?? "", problem);
  return address;
}

/** The same with the grid's error for fields of records. */
export function canonicalRecordAddress(value: Json | undefined, names: AddressFamily): Address {
  return canonicalAddress(names.addressField, value, names, `Invalid IPv${names.family} address`);
}

/** A network's block from a request. @throws Refusal for host bits, the other family, or no CIDR */
export function canonicalBlock(
  field: string,
  value: Json | undefined,
  { family }: AddressFamily,
  grid: Grid,
): Block {
  const text = String(value);
  const bits = family === 4 ? 32 : 128;
  const alone = grid.assumptions.loneAddressIsNetwork && !text.includes("/");
  const block = parseBlock(alone ? `${text}/${bits}` : text);
  // Guess network-sentence (open; asks badNetworkIsRefused): the sentence.
  if (block?.family !== family) throw invalidValue(field, value ?? "", "Invalid network address");
  return block;
}

/** Normalizes a valid CIDR. Any other value stays as it is and finds nothing. */
export function canonicalBlockText(value: Json): Json {
  const block = typeof value === "string" ? parseBlock(value) : undefined;
  return block ? formatBlock(block) : value;
}
