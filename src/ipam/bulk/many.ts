import { PoolExhaustedError } from "../../errors.js";
import { type Progress, Stopwatch } from "../../wapi/progress.js";
import type { AddressSource } from "../addresses/address-sources.js";
import type { Made } from "../once/kinds.js";
import type { Marks } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isExhausted, isTooMany } from "../sources/exhaustion.js";
import { asGiven, type PoolRefusal, promising, refusalOf, type Wanted } from "../sources/pool.js";
import type { Target } from "../sources/targets.js";
import { type Chunk, type ManyDraft, takeChunk } from "./chunk.js";
import { atOnce } from "./slices.js";

/** Many things to be taken, and how far that has come. */
export interface Many<T extends Made> extends Wanted, Pick<Chunk<T>, "kind" | "described"> {
  /** For messages: `"addresses"`. */
  readonly plural: string;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly count: number;
  readonly taken: T[];
  /** Has a target drained, as what it turns out to be on the grid. */
  readonly from: (
    target: Target,
    drain: (source: AddressSource) => Promise<PoolRefusal | undefined>,
  ) => Promise<PoolRefusal | undefined>;
  readonly drafts: (source: AddressSource, length: number, marks: Marks) => readonly ManyDraft<T>[];
}

/**
 * Takes from one source after the other until there are enough.
 *
 * @throws {PoolExhaustedError} where there aren't; what was taken stays in `taken`
 */
export async function takeMany<T extends Made>(settings: IpamSettings, many: Many<T>): Promise<void> {
  const { taken, count, plural } = many;
  const refusals: PoolRefusal[] = [];
  const stopwatch = new Stopwatch(settings.pace);
  for await (const target of promising(settings, many)) {
    const refusal = await many.from(target, (source) => drain(settings, many, stopwatch, source));
    if (refusal === undefined) return;
    refusals.push(refusal);
  }
  const tried = asGiven(refusals, many);
  const sources = [...new Set(tried.map(({ source }) => source))].join(", ");
  const whereabouts = taken.length > 0 ? "; those that stay taken are in the error's partial" : "";
  const message = `Only ${taken.length} of ${count} ${plural} could be had in ${sources}${whereabouts}.`;
  throw new PoolExhaustedError(message, { tried, hint: tried.at(-1)?.hint });
}

/**
 * Takes what is needed from one source, or all that it has: then what it said last is given. A chunk is all or
 * nothing, so one that is too large for what is left is halved.
 */
async function drain<T extends Made>(
  settings: IpamSettings,
  many: Many<T>,
  stopwatch: Stopwatch,
  source: AddressSource,
): Promise<PoolRefusal | undefined> {
  const { count, taken, onProgress, drafts } = many;
  let most = atOnce;
  while (taken.length < count) {
    const length = Math.min(most, count - taken.length);
    const { things, error } = await takeChunk(settings, {
      ...many,
      drafts: (marks) => drafts(source, length, marks),
    });
    taken.push(...things);
    if (things.length > 0) onProgress?.(stopwatch.of(taken.length, count));
    if (error === undefined) continue;
    const isShort = isExhausted(error) || (isTooMany(error) && things.length > 0);
    if (!isShort || length === 1) return refusalOf(source.target, error);
    if (things.length === 0) most = Math.floor(length / 2);
  }
  return undefined;
}
