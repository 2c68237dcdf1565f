/**
 * The functions that change the size of a network: `expand_network`, `resize`, `split_network`.
 *
 * How an appliance treats the corner cases is not public. It is known never to orphan what lies in a network, nor to
 * cross the container above. Guess division-sentences (open; asks shortSplitIsRefused): the sentences of refusals.
 */

import { type Block, blockOf, contains, firstOf, formatBlock, subnets } from "../../cidr.js";
import { conflict, invalidValue } from "../model/answers.js";
import type { Grid } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { familyNames } from "./address-family.js";
import { blockOfNetwork, isContainer, isLeaf, nodeOf, spaceAround } from "./network-place.js";
import {
  holdersIn,
  isShared,
  networksIn,
  overlap,
  refuseStranding,
  toBlock,
  toContainer,
} from "./network-placement.js";
import { createReverseZone } from "./reverse-zone.js";

/** Enlarges a leaf, and joins the leaves that then lie in it. */
export function expandNetwork(network: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const { block } = nodeOf(network, grid);
  const wider = askedBlock(network, parameters, 0, block.prefixLength - 1);
  refuseCrossing(network, wider, grid);
  const joined = networksIn(network, wider, grid);
  if (joined.some(isContainer)) throw overlap(wider);
  for (const other of joined) refuseJoining(other, grid);
  for (const other of joined) grid.store.remove(other.id);
  const expanded = toBlock(network, wider, grid);
  if (parameters["option_delete_ea"] === "REMOVE") dropInheritedAttributes(expanded, grid);
  if (parameters["auto_create_reversezone"] === true) createReverseZone(expanded, grid);
  return { network: grid.ref(expanded) };
}

/** Changes the prefix length of a network or container without a change to what lies in or beside it. */
export function resizeNetwork(network: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const { block } = nodeOf(network, grid);
  const resized = askedBlock(network, parameters, 0, 32);
  if (resized.prefixLength === block.prefixLength) return {};
  if (resized.prefixLength < block.prefixLength) refuseCrossing(network, resized, grid);
  else refuseOrphans(network, resized, grid);
  if (isLeaf(network) && networksIn(network, resized, grid).length > 0) throw overlap(resized);
  const stored = toBlock(network, resized, grid);
  if (parameters["auto_create_reversezone"] === true) createReverseZone(stored, grid);
  return {};
}

/** Turns a leaf into a container of equal leaves: of all of them, or only of those in use. */
export function splitNetwork(network: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const block = blockOfNetwork(network);
  const { prefixLength } = askedBlock(
    network,
    parameters,
    block.prefixLength + 1,
    block.family === 4 ? 32 : 128,
  );
  const wanted =
    parameters["add_all_subnetworks"] === true
      ? mostSubnets(block, prefixLength)
      : usedSubnets(network, block, prefixLength, grid);
  refuseStranding(network, wanted, grid);
  const container = toContainer(network, grid);
  const values = inheritedBySubnets(network, parameters);
  for (const subnet of wanted)
    grid.create(network.type, { ...values, network: formatBlock(subnet) }, container.links);
  return {};
}

/** The block of the requested prefix length at the network's address. */
function askedBlock(network: Entity, { prefix }: JsonObject, least: number, most: number): Block {
  const prefixLength = Number(prefix);
  if (prefixLength < least || prefixLength > most) {
    throw invalidValue("prefix", prefix ?? 0, `Invalid value, must be between ${least} and ${most}`);
  }
  return blockOf(firstOf(blockOfNetwork(network)), prefixLength);
}

function refuseCrossing(network: Entity, wider: Block, grid: Grid): void {
  const { parent } = nodeOf(network, grid);
  const crosses = parent !== undefined && wider.prefixLength <= parent.block.prefixLength;
  const { networks } = spaceAround(network, familyNames(wider.family), grid);
  if (crosses || networks.find(wider)) throw overlap(parent?.block ?? wider);
}

/** Refuses to join a network that is in use elsewhere: a join deletes it. */
function refuseJoining(network: Entity, grid: Grid): void {
  const inUse = isShared(network, grid)
    ? "belongs to a shared network"
    : hasVlans(network)
      ? "has VLANs"
      : undefined;
  if (inUse)
    throw conflict(`The network ${String(network.values["network"])} cannot be joined because it ${inUse}.`);
}

function hasVlans({ values }: Entity): boolean {
  return Array.isArray(values["vlans"]) && values["vlans"].length > 0;
}

function refuseOrphans(network: Entity, narrower: Block, grid: Grid): void {
  if (isLeaf(network)) {
    refuseStranding(network, [narrower], grid);
    return;
  }
  for (const child of nodeOf(network, grid).children()) {
    if (contains(narrower, child.block) && child.block.prefixLength > narrower.prefixLength) continue;
    throw conflict(`The network ${formatBlock(child.block)} would be left without its container.`);
  }
}

/** More subnets in one call would block a grid for long. A larger split takes several steps. */
const MOST_SUBNETS = 4096;

function mostSubnets(block: Block, prefixLength: number): Block[] {
  const most = block.prefixLength + Math.log2(MOST_SUBNETS);
  if (prefixLength > most)
    throw invalidValue("prefix", prefixLength, `Invalid value, must be at most ${most}`);
  return [...subnets(block, prefixLength)];
}

/** The subnets with a range or a used address in them. */
function usedSubnets(network: Entity, block: Block, prefixLength: number, grid: Grid): Block[] {
  const { family } = block;
  const { ranges } = spaceAround(network, familyNames(family), grid);
  const starts = [
    ...[...ranges.overlapping(block)].map(({ first }) => first),
    ...[...holdersIn(network, block, grid)].map(({ value }) => value),
  ];
  const used = new Map(
    starts.map((value) => blockOf({ family, value }, prefixLength)).map((each) => [each.first, each]),
  );
  return [...used.values()].sort((one, other) => (one.first < other.first ? -1 : 1));
}

/** Subnets get the attributes and members, and with `inherit_attributes` all other settings as well. */
function inheritedBySubnets({ values }: Entity, { inherit_attributes }: JsonObject): JsonObject {
  const { network: _network, vlans: _vlans, ...settings } = values;
  if (inherit_attributes === true) return settings;
  const kept = ["extattrs", "members"].flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}

function dropInheritedAttributes(network: Entity, grid: Grid): void {
  const { extattrs } = network.values;
  if (!isObject(extattrs)) return;
  const isOwn = (attribute: Json) => !isObject(attribute) || attribute["inheritance_source"] === undefined;
  const own = Object.fromEntries(Object.entries(extattrs).filter(([, attribute]) => isOwn(attribute)));
  grid.put({ ...network, values: { ...network.values, extattrs: own } });
}
