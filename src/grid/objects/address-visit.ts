/** The addresses that a search for `ipv4address` or `ipv6address` has to check: as few as its conditions permit. */

import {
  type Address,
  addressBits,
  type Block,
  blockOf,
  firstOf,
  gaps,
  hostSpan,
  intersection,
  lastOf,
  mergeSpans,
  overlaps,
  parseAddress,
  parseBlock,
  type Span,
  spanOf,
} from "../../cidr.js";
import { valueTest } from "../model/condition.js";
import type { Condition, Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { type FamilySpace, spaceOf } from "../store/space.js";
import type { AddressFamily } from "./address-family.js";
import { blockOfNetwork, entitiesOf, isLeaf, spaceAround } from "./network-place.js";
import { isExact } from "./network-search.js";

/** The leaf networks that may have rows for the search. */
export function leavesToVisit(
  views: readonly Entity[],
  conditions: readonly Condition[],
  { family }: AddressFamily,
  grid: Grid,
): Entity[] {
  const bounds = boundsOf(conditions, family);
  if (!bounds) return [];
  return views.flatMap((view) => {
    const space = spaceOf(grid).of(view.id, family);
    return entitiesOf(nodesIn(space, conditions, bounds), grid).filter(isLeaf);
  });
}

function* nodesIn({ networks }: FamilySpace, conditions: readonly Condition[], bounds: Span) {
  const named = conditions.find((each) => each.field === "network" && isExact(each));
  if (named) {
    const block = parseBlock(String(named.value));
    const node = block?.family === bounds.family ? networks.find(block) : undefined;
    if (node && overlaps(node.block, bounds)) yield node;
    return;
  }
  const around = networks.smallestAround(bounds);
  if (around) yield around;
  for (const node of around?.descendants() ?? networks.all()) if (overlaps(node.block, bounds)) yield node;
}

/** The addresses between those of `ip_address=`, `>=` and `<=`; `undefined` if there are none. */
function boundsOf(conditions: readonly Condition[], family: 4 | 6): Span | undefined {
  const all = blockOf({ family, value: 0n }, 0);
  let bounds: Span | undefined = all;
  for (const { field, operator, value } of conditions) {
    const address = field === "ip_address" ? parseAddress(String(value)) : undefined;
    if (!address || !bounds) continue;
    const first = operator === "<" ? all.first : address.value;
    const last = operator === ">" ? all.last : address.value;
    bounds = intersection(bounds, { family, first, last });
  }
  return bounds;
}

/**
 * Yields the addresses of a leaf that may match the search, lowest first. Looks up once, at the beginning, which
 * addresses are used.
 */
export function* addressesToVisit(
  leaf: Entity,
  conditions: readonly Condition[],
  names: AddressFamily,
  grid: Grid,
): Generator<Address> {
  const { family } = names;
  const bounds = boundsOf(conditions, family);
  const within = bounds && intersection(bounds, blockOfNetwork(leaf));
  if (!within) return;
  for (const { first, last } of spansToVisit(leaf, within, conditions, spaceAround(leaf, names, grid))) {
    for (let value = first; value <= last; value++) yield { family, value };
  }
}

/** Fields that are empty unless something uses the address. */
const fieldsOfUse = [
  "comment",
  "dhcp_client_identifier",
  "duid",
  "fingerprint",
  "mac_address",
  "names",
  "usage",
  "username",
];

function spansToVisit(
  leaf: Entity,
  within: Span,
  conditions: readonly Condition[],
  { addresses, ranges }: FamilySpace,
): Iterable<Span> {
  const ends = endsOf(blockOfNetwork(leaf)).filter((end) => overlaps(end, within));
  const used = () => mergeSpans([...addresses.spans(within), ...ends]);
  if (!conditions.every(mayFitUnused)) return used();
  if (!conditions.every(mayFitUsed)) return gaps(within, used());
  if (!conditions.some(({ field }) => field === "types")) return [within];
  const inRanges = [...ranges.overlapping(within)].map((range) => intersection(range, within));
  return mergeSpans([...used(), ...inRanges.filter((span) => span !== undefined)]);
}

function mayFitUnused(condition: Condition): boolean {
  if (condition.attribute) return false;
  if (condition.operator === "!") return true;
  if (condition.field === "status") return valueTest(condition)("UNUSED");
  return !fieldsOfUse.includes(condition.field) || valueTest(condition)("");
}

function mayFitUsed(condition: Condition): boolean {
  return condition.attribute || condition.field !== "status" || valueTest(condition)("USED");
}

/** Network and broadcast address, which count as used. */
function endsOf(block: Block): Span[] {
  const hosts = hostSpan(block);
  if (block.family === 6 || addressBits(4) - block.prefixLength < 2) return [];
  return [firstOf(block), lastOf(block)].map(spanOf).filter((end) => !overlaps(hosts, end));
}
