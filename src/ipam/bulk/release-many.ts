import { withPartial } from "../../errors.js";
import { Stopwatch } from "../../wapi/progress.js";
import type { Ref } from "../../wapi/types.js";
import type { AddressType, ManyReleased, ReleasedOne, SubnetType } from "../objects/results.js";
import { releasedOne } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { Chunks } from "./chunks.js";
import { chunksOf, isSubnet, type Releasable, refOf } from "./releasable.js";
import { refuseForeign, remove, removeSubnets, standingOf } from "./removal.js";
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
  const current = { call: "releaseMany", request: options, started: performance.now() };
  try {
    for await (const chunk of releasesOf(settings, targets, options)()) {
      for (const { ref, released: isReleased } of chunk.values()) {
        if (isReleased) released.push(ref);
        else gone += 1;
      }
      settings.events.happened(current, () => [...chunk.values()].flatMap(releasedOne));
      current.started = performance.now();
    }
  } catch (error) {
    settings.events.failed(current, error);
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
    return releasesOf(settings, targets, options);
  });
}

/** One call and its progress. @returns the function that begins it, and continues it after an error */
function releasesOf(
  settings: IpamSettings,
  targets: ManyToRelease,
  options: ReleaseManyOptions,
): () => AsyncGenerator<ReadonlyMap<number, ReleasedOne>, void, undefined> {
  const chunks = chunksOf(targets);
  // The number of an iterator's targets is not known.
  const total = Array.isArray(targets) ? targets.length : undefined;
  const stopwatch = new Stopwatch(settings.clock);
  // Targets that were read from the iterator and are not released yet.
  let pending: readonly Releasable[] = [];
  let done = 0;
  // The error of the targets' iterator, which cannot be continued.
  let broken: { readonly error: unknown } | undefined;

  const hasMore = async (): Promise<boolean> => {
    if (broken !== undefined) throw broken.error;
    if (pending.length > 0) return true;
    try {
      const next = await chunks.next();
      pending = next.value ?? [];
      return next.done !== true;
    } catch (error) {
      broken = { error };
      throw error;
    }
  };

  return async function* () {
    while (await hasMore()) {
      const { released, left, error } = await release(settings, pending, options);
      const settled = pending.filter((target) => !left.includes(target));
      const outcome = outcomeOf(settled, released, done);
      pending = left;
      if (outcome.size > 0) {
        done += outcome.size;
        const progress = stopwatch.of(done, total ?? done);
        options.onProgress?.(total === undefined ? { ...progress, timeLeft: undefined } : progress);
        yield outcome;
      }
      if (error !== undefined) throw error;
    }
  };
}

/** Releases some targets in as few requests as possible. `error` is set if some are left. */
async function release(
  settings: IpamSettings,
  targets: readonly Releasable[],
  options: ReleaseManyOptions,
): Promise<{
  readonly released: readonly Ref<AddressType | SubnetType>[];
  readonly left: readonly Releasable[];
  readonly error?: unknown;
}> {
  const { force, signal } = options;
  const released: Ref<AddressType | SubnetType>[] = [];
  try {
    const standing = await standingOf(settings, targets, signal);
    if (!force) refuseForeign(settings, standing);
    const addresses = standing.filter(({ target }) => !isSubnet(target));
    released.push(...(await remove(settings, addresses, signal)));
    // Subnets come last, when the addresses in them are gone.
    const subnets = standing.filter(({ target }) => isSubnet(target));
    for await (const some of removeSubnets(settings, subnets, options)) released.push(...some);
    return { released, left: [] };
  } catch (error) {
    return { released, left: targets.filter((target) => !released.includes(refOf(target))), error };
  }
}

/** @param first - the index of the first target */
function outcomeOf(
  targets: readonly Releasable[],
  released: readonly Ref<AddressType | SubnetType>[],
  first: number,
): Map<number, ReleasedOne> {
  const done = new Set(released);
  return new Map(
    targets.map((target, index) => {
      const ref = refOf(target);
      // A target that is listed twice is released once.
      const isReleased = done.delete(ref);
      return [first + index, { ref, released: isReleased, reason: isReleased ? "deleted" : "gone" }];
    }),
  );
}
