import { isInfobloxError } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import type { Kind, Made } from "../once/kinds.js";
import type { MarkCriteria } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { slices } from "./slices.js";

/**
 * Releases what was taken, and gives what could not be released. Without the caller's signal, which may be why. What
 * others have taken over by now has another one-time id, and stays.
 */
export async function giveBack<T extends Made>(
  settings: IpamSettings,
  kind: Kind<T>,
  taken: readonly T[],
): Promise<T[]> {
  const { wapi, pools, learnt, pace } = settings;
  // By then searches find it.
  if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
  const isGone = (some: readonly T[]) =>
    wapi.batch(some.flatMap((thing) => deletionOf(settings, kind, thing))).then(
      () => true,
      () => false,
    );
  const left: T[] = [];
  for (const some of slices(taken)) {
    if (await isGone(some)) continue;
    for (const one of some) if (!(await isGone([one]))) left.push(one);
  }
  pools.released();
  return left;
}

function deletionOf<T extends Made>(
  { ownership }: IpamSettings,
  kind: Kind<T>,
  thing: T,
): readonly Step<unknown>[] {
  const { attemptAttribute } = ownership;
  const attempt = ownership.attemptOf(thing);
  if (attemptAttribute === undefined || attempt === undefined) return [step.delete(thing.ref)];
  const found = kind.search(thing, { extattrs: { [attemptAttribute]: attempt } });
  return [found.discard(), step.delete(found.ref)];
}

/**
 * Deletes what is too much of what a chunk made, each by its one-time id: its reference may be another's by now. What
 * isn't deleted by that shows when it is looked at again.
 */
export async function withdraw<T extends Made>(
  { wapi }: IpamSettings,
  kind: Kind<T>,
  surplus: readonly T[],
  mark: MarkCriteria,
): Promise<void> {
  for (const thing of surplus) {
    const found = kind.search(thing, mark);
    try {
      await wapi.batch([found.discard(), step.delete(found.ref)]);
    } catch (error) {
      if (!isRefusal(error) && !isInfobloxError(error, "UncertainWriteError")) throw error;
    }
  }
}
