import type { Ownership } from "../marks/ownership.js";
import { withSwitches } from "./comparing.js";
import type { Desired, DesiredState } from "./description.js";

/** The lists of a description. */
const lists = [
  "containers",
  "subnets",
  "ranges",
  "hosts",
  "fixedAddresses",
  "reservations",
  "records",
] as const satisfies readonly (keyof DesiredState)[];

/**
 * The description in terms of WAPI: `cloud` becomes extensible attributes, which are compared like others, and DHCP options get their
 * switch.
 */
export function inGridTerms(ownership: Ownership, desired: DesiredState): DesiredState {
  const changed = lists.flatMap((list) => {
    const entries: readonly Desired[] | undefined = desired[list];
    return entries === undefined
      ? []
      : [[list, entries.map((entry) => written(ownership, withSwitches(entry)))] as const];
  });
  return { ...desired, ...Object.fromEntries(changed) };
}

function written<Entry extends Desired>(ownership: Ownership, entry: Entry): Omit<Entry, "cloud"> {
  const { cloud, ...others } = entry;
  if (cloud === undefined) return others;
  return { ...others, extattrs: { ...ownership.cloudOf(cloud), ...entry.extattrs } };
}
