/** The functions `next_available_…` of networks, containers and ranges. They reserve nothing. */

import {
  type Block,
  contains,
  formatAddress,
  formatBlock,
  hostSpan,
  intersection,
  overlaps,
  parseAddress,
  parseBlock,
  type Span,
} from "../../cidr.js";
import { dataError, invalidValue, protocolError } from "../model/answers.js";
import type { Grid } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { SpanSet } from "../store/span-set.js";
import { type AddressFamily, familyNames } from "./address-family.js";
import { blockOfNetwork, canonicalAddress, nodeOf, spaceAround } from "./network-place.js";

const MOST_AT_ONCE = 20;

/** `next_available_ip` of a leaf network: skips used addresses and all addresses of DHCP ranges. */
export function nextAddressesInNetwork(network: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const block = blockOfNetwork(network);
  const names = familyNames(block.family);
  const { addresses, ranges } = spaceAround(network, names, grid);
  const excluded = excludedAddresses(parameters, names);
  const found = nextAddresses(hostSpan(block), askedNumber(parameters), [
    (value) => addresses.firstFree(value),
    (value) => ranges.firstOutside(value),
    (value) => excluded.firstFree(value),
  ]);
  if (found === undefined) throw noAddress(parameters, "network");
  return { ips: found.map((value) => formatAddress({ family: block.family, value })) };
}

/** `next_available_ip` of a range: skips used, leased and excluded addresses. */
export function nextAddressesInRange(range: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const { start_addr, end_addr } = range.values;
  const first = parseAddress(String(start_addr));
  const last = parseAddress(String(end_addr));
  // Guess prefix-range-next (open; asks nextOfPrefixesIsRefused): of a range of IPv6 prefixes.
  if (first === undefined || last === undefined) throw noAddress(parameters, "range");
  const names = familyNames(first.family);
  const { addresses, networks } = spaceAround(range, names, grid);
  const span = { family: first.family, first: first.value, last: last.value };
  const excluded = excludedAddresses(parameters, names);
  for (const exclusion of exclusionsOf(range)) excluded.add(exclusion.first, exclusion.last);
  // A range may include the first and last address of its network, which no object can have.
  const network = networks.smallestAround(span)?.block;
  const usable = network && contains(network, span) ? intersection(span, hostSpan(network)) : span;
  const found = nextAddresses(usable, askedNumber(parameters), [
    (value) => addresses.firstFree(value),
    (value) => excluded.firstFree(value),
  ]);
  if (found === undefined) throw noAddress(parameters, "range");
  return { ips: found.map((value) => formatAddress({ family: first.family, value })) };
}

/** `next_available_network` of a network or container: the lowest blocks without a network. */
export function nextNetworks(network: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const { block, taken } = nodeOf(network, grid);
  const prefixLength = askedPrefix(parameters["cidr"], block);
  const number = askedNumber(
    parameters,
    grid.assumptions.nextNetworkIsCapped ? MOST_AT_ONCE : Number.MAX_SAFE_INTEGER,
  );
  const excluded = excludedBlocks(parameters, block);
  const found = nextBlocks(block, { prefixLength, number, taken, excluded });
  if (found === undefined) throw dataError("Can not find requested number of networks");
  return { networks: found.map(formatBlock) };
}

/** The excluded parts of a range, both ends included. */
export function exclusionsOf({ values }: Pick<Entity, "values">): Span[] {
  const exclusions = Array.isArray(values["exclude"]) ? values["exclude"] : [];
  return exclusions.flatMap(({ start_address, end_address }: JsonObject) => {
    const first = parseAddress(String(start_address));
    const last = parseAddress(String(end_address));
    return first && last ? [{ family: first.family, first: first.value, last: last.value }] : [];
  });
}

/** Gives the lowest address, from a value on, that one check leaves free. */
type FirstFree = (value: bigint) => bigint;

function nextAddresses(
  span: Span | undefined,
  number: number,
  reasons: readonly FirstFree[],
): bigint[] | undefined {
  const found: bigint[] = [];
  for (let value = span?.first ?? 0n; found.length < number; value++) {
    value = firstFree(value, reasons);
    if (span === undefined || value > span.last) return undefined;
    found.push(value);
  }
  return found;
}

/** Applies all checks in turn until none of them skips the address. */
function firstFree(value: bigint, reasons: readonly FirstFree[]): bigint {
  for (let free = value; ; ) {
    const next = reasons.reduce((moved, reason) => reason(moved), free);
    if (next === free) return free;
    free = next;
  }
}

interface BlockSearch {
  readonly prefixLength: number;
  readonly number: number;
  readonly taken: SpanSet;
  readonly excluded: readonly Block[];
}

function nextBlocks(
  within: Block,
  { prefixLength, number, taken, excluded }: BlockSearch,
): Block[] | undefined {
  const found: Block[] = [];
  let first = within.first;
  while (found.length < number) {
    const candidate = taken.firstGap({ ...within, first }, prefixLength);
    if (candidate === undefined) return undefined;
    const obstacle = excluded.find((block) => overlaps(block, candidate));
    if (obstacle === undefined) found.push(candidate);
    first = (obstacle ?? candidate).last + 1n;
  }
  return found;
}

function askedNumber({ num = 1 }: JsonObject, most = MOST_AT_ONCE): number {
  const number = Number(num);
  if (number < 1 || number > most) {
    // Only the beginning and the end of the sentence are known.
    throw protocolError(`Requested number ${String(num)} must be between 1 and ${most}`);
  }
  return number;
}

/**
 * A prefix length inside the block. Guess next-prefix-sentence (documented; asks shortPrefixIsRefused): the sentence.
 * The prefix length is known to have to be longer than the block's own.
 */
function askedPrefix(cidr: Json | undefined, block: Block): number {
  const longest = block.family === 4 ? 32 : 128;
  const prefixLength = Number(cidr);
  if (prefixLength <= block.prefixLength || prefixLength > longest) {
    throw invalidValue(
      "cidr",
      cidr ?? 0,
      `Invalid value, must be between ${block.prefixLength + 1} and ${longest}`,
    );
  }
  return prefixLength;
}

function excludedAddresses({ exclude }: JsonObject, names: AddressFamily): SpanSet {
  const excluded = new SpanSet(names.family);
  for (const text of listed(exclude)) {
    const { value } = canonicalAddress("exclude", text, names);
    excluded.add(value, value);
  }
  return excluded;
}

function excludedBlocks({ exclude }: JsonObject, within: Block): Block[] {
  return listed(exclude).map((text) => {
    const block = parseBlock(String(text));
    if (block?.family !== within.family) throw invalidValue("exclude", text, "Invalid network address");
    return block;
  });
}

/** In a URI, a single value is not a list. */
function listed(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function noAddress({ num = 1 }: JsonObject, where: "network" | "range"): Error {
  return dataError(`Cannot find ${String(num)} available IP address(es) in this ${where}.`);
}
