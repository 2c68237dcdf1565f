import { withPartial } from "../../errors.js";
import { type Progress, Stopwatch } from "../../wapi/progress.js";
import type { Ref } from "../../wapi/types.js";
import type { AddressType, ManyReleased, ReleasedOne, SubnetType } from "../objects/results.js";
import { releasedOne } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { Chunks } from "./chunks.js";
import { chunksOf, isSubnet, type Releasable, refOf, totalOf } from "./releasable.js";
import { refuseForeign, removeAddresses, removeSubnets, standingOf } from "./removal.js";
import type { ManyToRelease, ReleaseManyOptions } from "./requests.js";
import { checkBulkRequest } from "./schemas.js";

/** See `Ipam.releaseMany`. Only a hundred targets are in memory at a time, and the references of those that were released. */
export async function releaseMany(
  settings: IpamSettings,
  targets: ManyToRelease,
  given: unknown,
): Promise<ManyReleased> {
  const options: ReleaseManyOptions = await checkBulkRequest("releaseMany", given);
  const released: Ref<AddressType | SubnetType>[] = [];
  let gone = 0;
  let started = performance.now();
  try {
    for await (const chunk of new Releases(settings, targets, options).run()) {
      for (const { ref, released: isReleased } of chunk.values()) {
        if (isReleased) released.push(ref);
        else gone += 1;
      }
      settings.events.happened("releaseMany", options, started, () =>
        [...chunk.values()].flatMap(releasedOne),
      );
      started = performance.now();
    }
  } catch (error) {
    settings.events.failed("releaseMany", options, started, error);
    throw withPartial(error, released);
  }
  return { released: released.length, gone };
}

/** See `Ipam.releaseManyInChunks`. */
export function releaseManyInChunks(
  settings: IpamSettings,
  targets: ManyToRelease,
  given: unknown,
): Chunks<ReleasedOne> {
  return new Chunks(async () => {
    const options: ReleaseManyOptions = await checkBulkRequest("releaseMany", given);
    const releases = new Releases(settings, targets, options);
    return () => releases.run();
  });
}

/** One call and its progress. After an error, `run` continues where it ended. */
class Releases {
  readonly #settings: IpamSettings;
  readonly #options: ReleaseManyOptions;
  readonly #chunks: AsyncIterator<readonly Releasable[], void>;
  readonly #total: number | undefined;
  readonly #stopwatch: Stopwatch;
  /** Targets that were read from the iterator and are not released yet. */
  #pending: readonly Releasable[] = [];
  #done = 0;
  /** The error of the targets' iterator, which cannot be continued. */
  #broken: { readonly error: unknown } | undefined;

  constructor(settings: IpamSettings, targets: ManyToRelease, options: ReleaseManyOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#chunks = chunksOf(targets);
    this.#total = totalOf(targets);
    this.#stopwatch = new Stopwatch(settings.clock);
  }

  async *run(): AsyncGenerator<ReadonlyMap<number, ReleasedOne>, void, undefined> {
    while (await this.#hasMore()) {
      const { outcome, error } = await this.#releasePending();
      if (outcome.size > 0) {
        this.#done += outcome.size;
        this.#options.onProgress?.(this.#progress);
        yield outcome;
      }
      if (error !== undefined) throw error;
    }
  }

  async #hasMore(): Promise<boolean> {
    if (this.#broken !== undefined) throw this.#broken.error;
    if (this.#pending.length > 0) return true;
    try {
      const { done, value } = await this.#chunks.next();
      this.#pending = value ?? [];
      return done !== true;
    } catch (error) {
      this.#broken = { error };
      throw error;
    }
  }

  /** Releases the pending targets. `error` is set if some are left. */
  async #releasePending(): Promise<{
    readonly outcome: ReadonlyMap<number, ReleasedOne>;
    readonly error?: unknown;
  }> {
    const { force, signal } = this.#options;
    const targets = this.#pending;
    const released: Ref<AddressType | SubnetType>[] = [];
    try {
      const standing = await standingOf(this.#settings, targets, signal);
      if (!force) refuseForeign(this.#settings, standing);
      const addresses = standing.filter(({ target }) => !isSubnet(target));
      released.push(...(await removeAddresses(this.#settings, addresses, signal)));
      // Subnets come last, when the addresses in them are gone.
      const subnets = standing.filter(({ target }) => isSubnet(target));
      released.push(...(await removeSubnets(this.#settings, subnets, this.#options)));
      this.#pending = [];
      return { outcome: this.#outcomeOf(targets, released) };
    } catch (error) {
      const done = new Set(released);
      const isDone = (target: Releasable) => done.has(refOf(target));
      this.#pending = targets.filter((target) => !isDone(target));
      return { outcome: this.#outcomeOf(targets.filter(isDone), released), error };
    }
  }

  #outcomeOf(
    targets: readonly Releasable[],
    released: readonly Ref<AddressType | SubnetType>[],
  ): Map<number, ReleasedOne> {
    const done = new Set(released);
    return new Map(
      targets.map((target, index) => {
        const ref = refOf(target);
        // A target that is listed twice is released once.
        const isReleased = done.delete(ref);
        return [this.#done + index, { ref, released: isReleased, reason: isReleased ? "deleted" : "gone" }];
      }),
    );
  }

  get #progress(): Progress {
    const [done, total] = [this.#done, this.#total];
    if (total !== undefined) return this.#stopwatch.of(done, total);
    return { ...this.#stopwatch.of(done, done), timeLeft: undefined };
  }
}
