import { isInfobloxError } from "../../errors.js";
import { type Pace, pause } from "./pace.js";

const mostTries = 4;

/**
 * A look at what a refused request may have left, whose failure would leave that open: again where the grid gave no answer,
 * beyond the retries that every read has. The grid has just refused something, so it is there.
 */
export async function persistently<T>(
  pace: Pace,
  signal: AbortSignal | undefined,
  look: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await look();
    } catch (error) {
      const isUnanswered = isInfobloxError(error, "ServerError") || isInfobloxError(error, "ConnectionError");
      if (!isUnanswered || tries === mostTries || signal?.aborted) throw error;
      await pause(pace, tries + 2, signal);
    }
  }
}
