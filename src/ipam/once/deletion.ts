import { isInfobloxError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { isSameAttempt } from "./attempts.js";
import type { Kind, Made } from "./kinds.js";
import { pause } from "./pace.js";

/** How often a delete whose answer is lost is repeated. */
const mostTries = 8;

/**
 * Deletes a thing, and finds out what became of a delete whose answer was lost. Gone is done.
 *
 * A reference stands for a place as much as for an object: by now somebody else may have the place. So what has a one-time id
 * is deleted by a search for that, in one request; only what has none is deleted by its reference.
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
  const attempt = ownership.attemptOf(thing);
  const mark = ownership.attempted(thing);
  let lost: unknown;
  for (let tries = 1; ; tries += 1) {
    let refused: unknown;
    try {
      if (mark === undefined) {
        await wapi.delete(thing.ref, { signal });
      } else {
        const found = kind.search(thing, mark);
        await wapi.batch([found.discard(), step.delete(found.ref)], { signal });
      }
      return true;
    } catch (error) {
      if (isInfobloxError(error, "NotFoundError") && mark === undefined) return lost !== undefined;
      if (isInfobloxError(error, "UncertainWriteError")) lost ??= error;
      // Finds nothing to delete, as a rule.
      else if (mark !== undefined && isRefusal(error)) refused = error;
      else throw lost ?? error;
    }
    const standing = await wapi.get(thing.ref, { fields: ["extattrs"], signal }).catch((error: unknown) => {
      if (isInfobloxError(error, "NotFoundError")) return undefined;
      throw lost ?? error;
    });
    // Gone, or another's by now.
    if (standing === undefined) return lost !== undefined;
    if (mark === undefined) throw lost;
    if (!isSameAttempt(ownership.attemptOf(standing), attempt)) return lost !== undefined;
    if (tries === mostTries) throw lost ?? refused;
    await pause(pace, tries, signal);
  }
}
