import { access, rename, rm } from "node:fs/promises";
import { AbortedError, checkObject } from "../../errors.js";
import type { IpamSettings } from "../settings/settings.js";
import { compareInventories, type InventoryDifference } from "./comparison.js";
import { readInventory, writeInventory } from "./files.js";
import { Inventory } from "./inventory.js";
import type { WatchOptions } from "./requests.js";
import { checkInventoryRequest } from "./schemas.js";
import { SpillFolder } from "./sorted-lines.js";

/** A difference between two looks. */
export type WatchedDifference = InventoryDifference & {
  /** The time at which the earlier inventory began, in ISO 8601. */
  readonly since: string;
  /** The time at which the later inventory ended. */
  readonly until: string;
};

/**
 * Watches an address plan by repeated inventories: see `Ipam.watch`.
 *
 * It does not see an object that appears and disappears between two looks, nor one that is deleted and made again with the same
 * values.
 */
export class Watch implements AsyncIterable<WatchedDifference> {
  readonly #settings: IpamSettings;
  readonly #options: WatchOptions;
  /** The file that keeps the last inventory, from which a later watch can continue; `undefined` if none was given. */
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
        // Rename only now: if the loop ends before the last difference, all of them come again.
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

/** The time at which the inventory in a file began. Its first entry is a view, and views are read first. */
async function firstTime(file: string): Promise<string | undefined> {
  for await (const { readAt } of readInventory(file)) return readAt;
  return undefined;
}
