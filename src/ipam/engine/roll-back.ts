import { ifFound } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";
import { slices } from "./chunk-size.js";
import { stillStanding } from "./delete.js";
import type { Made } from "./kinds.js";

/** How often the roll-back of one thing is tried. */
const mostTries = 4;

/** How `rollBackAll` rolls back its things. */
export interface RollingBack<T> {
  readonly stepsOf: (one: T) => readonly Step<unknown>[];
  /** The object of a thing, if its absence shows that the roll-back is done. */
  readonly thingOf: (one: T) => Made | undefined;
}

/**
 * Rolls back what a call has done, in the order given: many in one request, and one by one if that is refused. The caller's
 * signal does not stop it, since an abort may be the reason for it.
 *
 * @returns the things that could not be rolled back
 */
export async function rollBackAll<T>(
  settings: IpamSettings,
  things: readonly T[],
  { stepsOf, thingOf }: RollingBack<T>,
): Promise<T[]> {
  const { wapi, clock, observed, ownership, pools, events } = settings;
  if (things.length === 0) return [];
  // After this wait, searches find the objects to delete.
  if (observed.searchLag > 0) await clock.sleep(2 * observed.searchLag);
  pools.released();
  const isRolledBack = (some: readonly T[]) =>
    wapi.batch(some.flatMap(stepsOf)).then(
      () => true,
      () => false,
    );
  const isGone = async (one: T) => {
    const thing = thingOf(one);
    if (thing === undefined) return false;
    const standing = await stillStanding(settings, [{ thing }], undefined).catch(() => [{}]);
    const token = ownership.tokenOf(thing);
    if (standing.length > 0 || token === undefined) return standing.length === 0;
    // Searches may not show it yet. Its reference does.
    const fields = ["extattrs"] as const;
    const row = await ifFound(wapi.get(thing.ref as Ref<"network">, { fields })).catch(() => thing);
    return row === undefined || ownership.tokenOf(row) !== token;
  };
  const isUndone = async (one: T) => {
    for (let tries = 1; ; tries += 1) {
      if ((await isRolledBack([one])) || (await isGone(one))) return true;
      if (tries === mostTries) return false;
      await backOff(clock, tries);
    }
  };
  const left: T[] = [];
  const tell = (one: T) => {
    const thing = thingOf(one);
    if (thing !== undefined) events.rolledBack(thing);
  };
  for (const some of slices(things)) {
    if (await isRolledBack(some)) {
      some.forEach(tell);
      continue;
    }
    for (const one of some) {
      if (await isUndone(one)) tell(one);
      else left.push(one);
    }
  }
  return left;
}
