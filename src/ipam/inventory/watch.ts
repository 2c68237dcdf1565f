import { access, rename, rm } from "node:fs/promises";
import { AbortedError, checkObject } from "../../errors.js";
import type { IpamSettings } from "../settings/settings.js";
import { compareInventories, type InventoryDifference } from "./comparison.js";
import { readInventory, writeInventory } from "./files.js";
import { Inventory } from "./inventory.js";
import type { WatchOptions } from "./requests.js";
import { checkInventoryRequest } from "./schemas.js";
import { SpillFolder } from "./sorted-lines.js";

/** A difference, and between which two looks it came about. */
export type WatchedDifference = InventoryDifference & {
  /** When the earlier inventory began, in ISO 8601. */
  readonly since: string;
  /** When the later one ended. */
  readonly until: string;
};

/**
 * What changes in the address plan, by repeated inventories: see `Ipam.watch`.
 *
 * What came and went between two looks isn't seen; a thing that was deleted and made anew alike isn't either.
 */
export class Watch implements AsyncIterable<WatchedDifference> {
  readonly #settings: IpamSettings;
  readonly #options: WatchOptions;
  /** The file that keeps the last inventory, to go on from later; `undefined` where none was given. */
  readonly cursor: string | undefined;

  /** Made by `Ipam`: see `ipam.watch`. */
  constructor(settings: IpamSettings, options: WatchOptions) {
    checkObject("options", options, { interval: 300_000 });
    this.#settings = settings;
    this.#options = options;
    this.cursor = options.cursor;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchedDifference, void, undefined> {
    const options = await checkInventoryRequest("watch", this.#options);
    const { interval, cursor, ignore, onLook, ...inventory } = options;
    const { clock } = this.#settings;
    const folder = new SpillFolder();
    const now = () => new Date(clock.wallTime()).toISOString();
    const kept = cursor ?? (await folder.file());
    const next = `${kept}.next`;
    try {
      const read = () => new Inventory(this.#settings, inventory);
      let begun = now();
      let since = (await exists(kept)) ? await firstTime(kept) : undefined;
      if (since === undefined) {
        since = begun;
        await writeInventory(kept, read());
        onLook?.({ since, until: now(), differences: 0 });
        await this.#pause(interval);
      }
      for (;;) {
        begun = now();
        await writeInventory(next, read());
        const until = now();
        let differences = 0;
        for await (const one of compareInventories(kept, next, ignore === undefined ? {} : { ignore })) {
          differences += 1;
          yield { ...one, since, until };
        }
        // Only now: whoever stops before the last difference gets all of them again.
        await rename(next, kept);
        onLook?.({ since, until, differences });
        since = begun;
        await this.#pause(interval);
      }
    } finally {
      await rm(next, { force: true });
      await folder.remove();
    }
  }

  async #pause(interval: number): Promise<void> {
    const { signal } = this.#options;
    await this.#settings.clock.sleep(interval, signal);
    if (signal?.aborted) throw new AbortedError("The watch was aborted.", { cause: signal.reason });
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** When the inventory in a file began: its views are read first. */
async function firstTime(file: string): Promise<string | undefined> {
  for await (const { readAt } of readInventory(file)) return readAt;
  return undefined;
}
