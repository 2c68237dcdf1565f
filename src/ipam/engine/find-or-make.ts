import { isInfobloxError } from "../../errors.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";

/** How often what isn't there is made. */
const mostTries = 8;

/**
 * Makes what a grid has only once, because its name or place is unique: whoever is second finds what the first has made,
 * also where both looked before either made it, and where an answer was lost.
 *
 * @param find - what is there; `undefined` where it is to be made
 * @throws what the grid says where it can't be made
 */
export async function findOrMake<T>(
  { clock }: IpamSettings,
  {
    find,
    make,
    signal,
  }: {
    readonly find: () => Promise<T | undefined>;
    readonly make: () => Promise<T>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<T> {
  const existing = await find();
  if (existing !== undefined) return existing;
  for (let tries = 1; ; tries += 1) {
    try {
      return await make();
    } catch (error) {
      const isLost = isInfobloxError(error, "UncertainWriteError");
      if (!isLost && !isInfobloxError(error, "ConflictError")) throw error;
      const found = await find().catch((cause: unknown) => {
        throw isLost ? error : cause;
      });
      if (found !== undefined) return found;
      if (!isLost || tries === mostTries || signal?.aborted) throw error;
      await backOff(clock, tries, signal);
    }
  }
}
