import { isInfobloxError, UncertainWriteError } from "../../errors.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { pause } from "./pace.js";

/** A write of which it can be found out what became of it. */
export interface TracedWrite<T> {
  /** Sends it. */
  readonly write: () => Promise<T>;
  /**
   * What it has done; `undefined` where it has done nothing, so that it can be sent again.
   *
   * @param lost - the answer that was lost, to be thrown where nobody can tell
   */
  readonly look: (lost: UncertainWriteError) => Promise<T | undefined>;
  /** What to look for, where that can't be found out: for the error. */
  readonly lookFor: string;
  readonly signal: AbortSignal | undefined;
}

/** How often a write whose answers are lost, and which did nothing, is sent. */
const mostTries = 8;

/**
 * Writes once, whatever is lost on the way: where the answer is, a look tells whether it was done.
 *
 * @throws {UncertainWriteError} where that can't be told; its hint says what to look for
 */
export async function writtenOnce<T>(
  { pace }: IpamSettings,
  { write, look, lookFor, signal }: TracedWrite<T>,
): Promise<T> {
  let lost: UncertainWriteError | undefined;
  for (let tries = 1; ; tries += 1) {
    let refusal: unknown;
    try {
      return await write();
    } catch (error) {
      if (isInfobloxError(error, "UncertainWriteError")) lost ??= error;
      else if (lost === undefined) throw error;
      // What keeps a repetition from being sent says nothing of the first; a refusal may well be because of it.
      else if (isRefusal(error) || isInfobloxError(error, "PoolExhaustedError")) refusal = error;
      else throw uncertain(lost, lookFor, error);
    }
    const traced = lost;
    const done = await look(traced).catch((error: unknown) => {
      if (isInfobloxError(error, "UncertainWriteError")) throw error;
      throw uncertain(traced, lookFor, error);
    });
    if (done !== undefined) return done;
    if (refusal !== undefined) throw refusal;
    if (tries === mostTries || signal?.aborted) throw uncertain(traced, lookFor, undefined);
    await pause(pace, tries, signal);
  }
}

/** The lost answer, with what to look for. */
export function uncertain(lost: UncertainWriteError, hint: string, cause: unknown): UncertainWriteError {
  const { method, path, attempts } = lost;
  const message = `${method} ${path}: the answer was lost, and whether this was done could not be found out.`;
  return new UncertainWriteError(message, { method, path, attempts, hint, cause: cause ?? lost });
}
