import { PoolExhaustedError, type RequestDifference } from "../../errors.js";
import type { Progress } from "../../wapi/progress.js";
import type { AddressSource } from "../addresses/address-sources.js";
import type { Made } from "../once/kinds.js";
import type { Marks } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isContended, isExhausted, isTooMany } from "../sources/exhaustion.js";
import { asGiven, type PoolRefusal, promising, refusalOf, type Wanted } from "../sources/pool.js";
import type { Target } from "../sources/targets.js";
import { type Chunk, type ChunkTaken, type ManyDraft, takeChunk } from "./chunk.js";
import type { Places } from "./places.js";
import { takeRequestedChunk } from "./requested-chunk.js";
import { atOnce } from "./slices.js";

/** Things of a call for many, by their places in it. */
export type Placed<T> = ReadonlyMap<number, T>;

/** What a source gives, chunk by chunk; at the end its refusal, where it ran out before there was enough. */
export type Drained<T> = AsyncGenerator<Placed<T>, PoolRefusal | undefined, undefined>;

/** Many things to be taken, and how far that has come. */
export interface Many<T extends Made> extends Wanted, Pick<Chunk<T>, "kind" | "described"> {
  /** For messages: `"addresses"`. */
  readonly plural: string;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly places: Places;
  readonly requestId: string | undefined;
  /** Whether what was made is given back where not all can be had. */
  readonly allOrNothing: boolean;
  /** In what a thing that has the request id of a place differs from what is asked for. */
  readonly differences: (place: number, existing: T) => readonly RequestDifference[];
  /** Has a target drained, as what it turns out to be on the grid. */
  readonly from: (target: Target, drain: (source: AddressSource) => Drained<T>) => Drained<T>;
  readonly draft: (source: AddressSource, place: number, marks: Marks) => ManyDraft<T>;
}

/**
 * Takes from one source after the other until there are enough, and gives each chunk when it is made: the next one is
 * sent only when it is asked for.
 *
 * @throws {PoolExhaustedError} where there aren't enough; whoever calls again goes on where it ended
 */
export async function* takeMany<T extends Made>(
  settings: IpamSettings,
  many: Many<T>,
): AsyncGenerator<Placed<T>, void, undefined> {
  const { places, plural } = many;
  if (places.left === 0) return;
  const refusals: PoolRefusal[] = [];
  for await (const target of promising(settings, many)) {
    const refusal = yield* many.from(target, (source) => drain(settings, many, source));
    if (refusal === undefined) return;
    refusals.push(refusal);
  }
  const tried = asGiven(refusals, many);
  const sources = [...new Set(tried.map(({ source }) => source))].join(", ");
  const whereabouts = places.done > 0 ? "; those that stay taken are in the error's partial" : "";
  const message = `Only ${places.done} of ${places.count} ${plural} could be had in ${sources}${whereabouts}.`;
  throw new PoolExhaustedError(message, { tried, hint: tried.at(-1)?.hint });
}

/**
 * Takes what is needed from one source, or all that it has: then what it said last is given. A chunk is all or
 * nothing, so one that is too large for what is left is halved.
 */
async function* drain<T extends Made>(
  settings: IpamSettings,
  many: Many<T>,
  source: AddressSource,
): Drained<T> {
  const { places, onProgress } = many;
  let most = atOnce;
  let lookFirst = false;
  while (places.left > 0) {
    const asked = places.upcoming(most);
    const taken: ChunkTaken<T> = await chunkOf(settings, many, source, asked, lookFirst);
    const { things, error } = taken;
    places.filled(asked, new Set(things.keys()));
    lookFirst = [...things.values()].some(({ created }) => !created);
    if (things.size > 0) {
      onProgress?.(places.progress);
      yield things;
    }
    if (error === undefined) continue;
    const isInTheWay = isTooMany(error) || isContended(error);
    const isShort = isExhausted(error) || (isInTheWay && things.size > 0);
    if (!isShort || asked.length === 1) return refusalOf(source.target, error);
    if (things.size === 0) most = Math.floor(asked.length / 2);
  }
  return undefined;
}

function chunkOf<T extends Made>(
  settings: IpamSettings,
  many: Many<T>,
  source: AddressSource,
  places: readonly number[],
  lookFirst: boolean,
): Promise<ChunkTaken<T>> {
  const { requestId, differences } = many;
  const draft = (place: number, marks: Marks) => many.draft(source, place, marks);
  const chunk = { ...many, places, draft };
  return requestId === undefined
    ? takeChunk(settings, chunk)
    : takeRequestedChunk(settings, { ...chunk, requestId, differences, lookFirst });
}
