/** Makes a grid behave like another one that was probed. */

import { compareVersions, knownVersions } from "../../schema/schema.js";
import { type Assumptions, assumptionWords, defaultAssumptions } from "../model/assumptions.js";
import type { FakeGridOptions, GridLikeness } from "./options.js";

/**
 * Fills missing options from a profile.
 *
 * @throws TypeError if `like` is not a profile
 */
export function withLikeness(options: FakeGridOptions): FakeGridOptions {
  const { like, assumptions, wapiVersion } = options;
  if (like === undefined) return options;
  checkLikeness(like);
  return {
    ...options,
    wapiVersion: wapiVersion ?? nearest(like.wapiVersion),
    assumptions: { ...assumptionsOf(like), ...assumptions },
  };
}

/** The profile's facts that FakeGrid has switches for. The other facts are for clients. */
function assumptionsOf({ facts }: GridLikeness): Partial<Assumptions> {
  const defaults = Object.entries(defaultAssumptions);
  const known = defaults.filter(([name, value]) => {
    const words: readonly string[] | undefined = assumptionWords[name as keyof typeof assumptionWords];
    return words === undefined ? typeof facts[name] === typeof value : words.includes(String(facts[name]));
  });
  return Object.fromEntries(known.map(([name]) => [name, facts[name]]));
}

/** The newest version that FakeGrid knows and that is not newer than the profile's. */
function nearest(version: string | undefined): string | undefined {
  if (version === undefined || !/^v?\d+(\.\d+)*$/.test(version)) return undefined;
  const wanted = version.replace(/^v/, "");
  return knownVersions.filter((known) => compareVersions(known, wanted) <= 0).at(-1);
}

function checkLikeness(like: GridLikeness): void {
  if (typeof like === "object" && like !== null && typeof like.facts === "object" && like.facts !== null)
    return;
  throw new TypeError("like: must be a grid profile, as ipam.probe() returns it");
}
