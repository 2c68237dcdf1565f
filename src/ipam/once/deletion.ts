import { isInfobloxError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import type { Kind, Made } from "./kinds.js";
import { pause } from "./pace.js";

/** How often a delete whose answer is lost is repeated. */
const mostTries = 8;

/**
 * Deletes a thing, and finds out what became of a delete whose answer was lost. Gone is done.
 *
 * A reference stands for a place as much as for an object: who gets the address next may get the same one. So a delete
 * is repeated only for an object that still has its one-time id, which the repetition searches for.
 *
 * @returns whether this call deleted it; `false`: it was gone already
 * @throws {UncertainWriteError} where something stands there that has no one-time id to be told by
 */
export async function deleteOnce<T extends Made>(
  { wapi, ownership, pace }: IpamSettings,
  kind: Kind<T>,
  thing: T,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { attemptAttribute } = ownership;
  const mark = ownership.attemptOf(thing);
  let lost: unknown;
  for (let tries = 1; ; tries += 1) {
    try {
      if (lost === undefined || attemptAttribute === undefined || mark === undefined) {
        await wapi.delete(thing.ref, { signal });
      } else {
        const found = kind.search(thing, { extattrs: { [attemptAttribute]: mark } });
        await wapi.batch([found.discard(), step.delete(found.ref)], { signal });
      }
      return true;
    } catch (error) {
      if (isInfobloxError(error, "NotFoundError")) return lost !== undefined;
      if (isInfobloxError(error, "UncertainWriteError")) lost ??= error;
      else if (lost === undefined) throw error;
      // A repetition that finds nothing to delete is looked into like one whose answer is lost.
      else if (!isRefusal(error)) throw lost;
    }
    const standing = await wapi.get(thing.ref, { fields: ["extattrs"], signal }).catch((error: unknown) => {
      if (isInfobloxError(error, "NotFoundError")) return undefined;
      throw lost;
    });
    // Gone, or another's by now.
    if (standing === undefined) return true;
    if (mark === undefined || tries === mostTries) throw lost;
    if (ownership.attemptOf(standing) !== mark) return true;
    await pause(pace, tries, signal);
  }
}
