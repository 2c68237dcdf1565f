import { isInfobloxError } from "../../errors.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";
import { learnGrid } from "./grid-behavior.js";

/** How often a create is sent when its answer is lost. */
const mostTries = 8;

interface Finding<T> {
  /** Reads the object; `undefined` if it does not exist. */
  readonly find: () => Promise<T | undefined>;
  readonly make: () => Promise<T>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds an object whose name or CIDR is unique on the grid, or makes it. If two calls look before either makes it, the grid
 * refuses the second create, and the second call finds the object of the first. The same works after a lost answer.
 *
 * @throws the error of the grid if the object cannot be made
 */
export async function findOrMake<T>(settings: IpamSettings, finding: Finding<T>): Promise<T> {
  return (await finding.find()) ?? makeOrFind(settings, finding);
}

/** Like {@link findOrMake}, for a caller that has looked. */
export async function makeOrFind<T>(settings: IpamSettings, { find, make, signal }: Finding<T>): Promise<T> {
  const { clock, observed } = settings;
  for (let tries = 1; ; tries += 1) {
    try {
      return await make();
    } catch (error) {
      const isLost = isInfobloxError(error, "UncertainWriteError");
      if (!isLost && !isInfobloxError(error, "ConflictError")) throw error;
      const look = () =>
        find().catch((cause: unknown) => {
          throw isLost ? error : cause;
        });
      let found = await look();
      if (found === undefined && !isLost) {
        await learnGrid(settings);
        // Lagging searches show it only after this time.
        if (observed.searchLag > 0) found = await clock.sleep(2 * observed.searchLag, signal).then(look);
      }
      if (found !== undefined) return found;
      if (!isLost || tries === mostTries || signal?.aborted) throw error;
      await backOff(clock, tries, signal);
    }
  }
}
