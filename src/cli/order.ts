/** Sorts lists for people: by address, IPv4 first. */

import { parseAddress } from "../cidr.js";

/** @param place - gives an address, a CIDR or a range, whose first address counts */
export function byAddress<Thing>(things: readonly Thing[], place: (thing: Thing) => string): Thing[] {
  const keyed = things.map((thing) => ({ thing, at: place(thing) }));
  const parsed = keyed.map(({ thing, at }) => {
    const address = parseAddress(at.split(/[/-]/, 1)[0] ?? "");
    return { thing, at, family: address?.family ?? 9, value: address?.value ?? 0n };
  });
  return parsed
    .sort((one, other) => {
      if (one.family !== other.family) return one.family - other.family;
      if (one.value !== other.value) return one.value < other.value ? -1 : 1;
      return prefixOf(one.at) - prefixOf(other.at);
    })
    .map(({ thing }) => thing);
}

/** A block comes before the blocks that it contains. */
function prefixOf(cidr: string): number {
  return Number(cidr.split("/")[1] ?? 129);
}
