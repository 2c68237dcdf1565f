import { isInfobloxError } from "../../errors.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { pause } from "./pace.js";

/** A change of which it can be seen whether it was done. */
export interface VisibleChange {
  readonly change: () => PromiseLike<unknown>;
  /** Whether what it was to bring about holds. */
  readonly isDone: () => Promise<boolean>;
  /** How often it may be done: once, unless doing it twice does no harm. */
  readonly mostTries: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes a change, and looks what became of it where its answer was lost: done is done, and what isn't is done again
 * where that does no harm.
 *
 * @throws {UncertainWriteError} where it still doesn't hold, or can't be looked at
 */
export async function doneAtLast(
  { pace }: IpamSettings,
  { change, isDone, mostTries, signal }: VisibleChange,
): Promise<void> {
  let lost: unknown;
  for (let tries = 1; ; tries += 1) {
    try {
      await change();
      return;
    } catch (error) {
      if (isInfobloxError(error, "UncertainWriteError")) lost ??= error;
      // A repetition that is refused may well be so because the first one was done.
      else if (lost === undefined || !isRefusal(error)) throw lost ?? error;
    }
    const done = await isDone().catch(() => {
      throw lost;
    });
    if (done) return;
    if (tries >= mostTries) throw lost;
    await pause(pace, tries, signal);
  }
}

/** Whether an object that was asked for by its reference is gone. */
export async function isGone(reading: PromiseLike<unknown>): Promise<boolean> {
  try {
    await reading;
    return false;
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return true;
    throw error;
  }
}
