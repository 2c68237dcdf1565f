import { isInfobloxError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import type { Kind, Made } from "../once/kinds.js";
import type { MarkCriteria } from "../ownership.js";
import type { AddressType, SubnetType } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { slices } from "./slices.js";

/** Releases what was taken, and gives what could not be released. Without the caller's signal, which may be why. */
export async function giveBack<T extends { readonly ref: Ref<AddressType | SubnetType> }>(
  { wapi, pools }: IpamSettings,
  taken: readonly T[],
): Promise<T[]> {
  const left: T[] = [];
  for (const some of slices(taken)) {
    await wapi
      .batch(some.map(({ ref }) => step.delete<AddressType | SubnetType>(ref)))
      .catch(() => left.push(...some));
  }
  pools.released();
  return left;
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
