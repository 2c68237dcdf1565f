import type { Ownership } from "../marks/ownership.js";
import { withSwitches } from "./comparing.js";
import type { Desired, DesiredState } from "./description.js";

/**
 * The description in terms of WAPI: `cloud` becomes extensible attributes, which are compared like others, and DHCP options get their
 * switch.
 */
export function inGridTerms(ownership: Ownership, desired: DesiredState): DesiredState {
  const terms = (entry: Desired) => {
    const { cloud, ...others } = withSwitches(entry);
    if (cloud === undefined) return others;
    return { ...others, extattrs: { ...ownership.cloudOf(cloud), ...entry.extattrs } };
  };
  // All lists of a description are lists of entries.
  const changed = Object.entries(desired).map(([field, value]) => [
    field,
    Array.isArray(value) ? value.map(terms) : value,
  ]);
  return Object.fromEntries(changed) as DesiredState;
}
