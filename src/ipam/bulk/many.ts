import { isInfobloxError, type WapiError, withPartial } from "../../errors.js";
import { phrase } from "../../phrase.js";
import type { Progress } from "../../wapi/progress.js";
import { Application } from "../engine/apply.js";
import { atOnce } from "../engine/chunk-size.js";
import type { Claim } from "../engine/claim.js";
import { compareAndDelete } from "../engine/delete.js";
import type { Intent, SourceChooser } from "../engine/intent.js";
import type { Made } from "../engine/kinds.js";
import { isContended, isExhausted, isMissingSource, isTooMany } from "../engine/refusals.js";
import { type RollingBack, rollBackAll } from "../engine/roll-back.js";
import { placeId } from "../marks/ownership.js";
import type { AddressSource, Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { ChosenAddresses } from "../sources/chosen-addresses.js";
import {
  absentOptional,
  asGiven,
  explainedQuery,
  nothingLeft,
  nounOf,
  type PoolRefusal,
  promising,
  refusalOf,
  type Wanted,
} from "../sources/pool.js";
import type { Places } from "./places.js";

/** Results of a call for many, by their index. */
export type ByPlace<T> = ReadonlyMap<number, T>;

/** The results from one source, chunk by chunk. Returns the refusal if the source ran out before there were enough. */
export type Drained<T> = AsyncGenerator<ByPlace<T>, PoolRefusal | undefined, undefined>;

/** A call for many blocks or addresses, and its progress. */
export interface Many extends Wanted {
  /** The word for its results in messages: `"addresses"`. */
  readonly plural: string;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly places: Places;
  readonly requestId: string | undefined;
  /** One for all chunks: if a request arrives late, its guards find what later chunks have made instead. */
  readonly claim: Claim;
  /** The source to use if the grid has no object for this one. */
  readonly instead: (source: AddressSource, error: WapiError) => Promise<AddressSource>;
  readonly explain?: (error: unknown) => Promise<unknown>;
  readonly intent: (
    place: number,
    naming: { readonly name: string; readonly requestId: string | undefined },
  ) => Intent<AddressSource>;
}

/** The results of a chunk, by their index. `error` is set if some are missing. */
interface ChunkTaken<T> {
  readonly things: ByPlace<T>;
  readonly error?: unknown;
}

/**
 * Takes from one source after the other until there are enough results. It yields each chunk when it is made, and sends the next
 * request only when the caller asks for more.
 *
 * @throws {PoolExhaustedError} if there are not enough; a second call with the same `many` continues from there
 */
export async function* takeMany<T extends Made>(
  settings: IpamSettings,
  many: Many,
): AsyncGenerator<ByPlace<T>, void, undefined> {
  const { places, plural } = many;
  if (places.left === 0) return;
  const refusals: PoolRefusal[] = [];
  for await (const target of promising(settings, many)) {
    const refusal = yield* fromOne(settings, many, target);
    if (refusal === undefined) return;
    refusals.push(refusal);
  }
  const tried = asGiven(refusals, many);
  const sources = [...new Set(tried.map(({ source }) => source))].join(", ");
  const whereabouts = places.done > 0 ? [{ term: "seePartial" } as const] : [];
  const message = phrase(
    `Only ${places.done} of ${places.count} ${plural} were available in ${sources}`,
    ...whereabouts,
    ".",
  );
  const open = intentsOf(many, places.upcoming(atOnce));
  throw many.claim.unknownFate(nothingLeft(message, tried, many), open, `the request for ${plural}`);
}

/** The same from one source. An optional query without matches counts as exhausted. */
async function* fromOne<T extends Made>(settings: IpamSettings, many: Many, target: Target): Drained<T> {
  const source = { target, exclude: many.exclude };
  try {
    return yield* drain(settings, many, source);
  } catch (error) {
    if (target.kind !== "query" && isMissingSource(error))
      return yield* drain(settings, many, await many.instead(source, error));
    const explained = explainedQuery(error, target, nounOf(many), many.networkView);
    const absent = isInfobloxError(explained, "NotFoundError")
      ? await absentOptional(settings, target, many)
      : undefined;
    if (absent === undefined) throw explained;
    return absent;
  }
}

/**
 * Takes what is needed from one source, or everything that it has; then it returns the last refusal. A chunk is all or nothing, so
 * a chunk that is too large for the rest of the source is halved.
 */
async function* drain<T extends Made>(settings: IpamSettings, many: Many, source: AddressSource): Drained<T> {
  const { places, onProgress } = many;
  let most = atOnce;
  let looksFirst = false;
  while (places.left > 0) {
    const asked = places.upcoming(most);
    const taken: ChunkTaken<T> = await takeChunk(settings, many, source, asked, looksFirst);
    const { things, error } = taken;
    places.filled(asked, new Set(things.keys()));
    looksFirst = [...things.values()].some(({ created }) => !created);
    if (things.size > 0) {
      onProgress?.(places.progress);
      yield things;
    }
    if (error === undefined) continue;
    const isInTheWay = isTooMany(error) || isContended(error);
    const isShort = isExhausted(error) || (isInTheWay && things.size > 0);
    if (!isShort || asked.length === 1)
      return refusalOf(source.target, (await many.explain?.(error)) ?? error);
    if (things.size === 0) most = Math.floor(asked.length / 2);
  }
  return undefined;
}

/** Takes one chunk with one request. Each object is made once; objects that exist already are adopted. */
async function takeChunk<T extends Made>(
  settings: IpamSettings,
  many: Many,
  source: AddressSource,
  places: readonly number[],
  looksFirst: boolean,
): Promise<ChunkTaken<T>> {
  const { plural, signal, claim } = many;
  const application = new Application(settings, intentsOf(many, places), {
    ...{ signal, looksFirst, rollsBack: false, areIndependent: true, claim },
    what: `the request for ${places.length} ${plural}`,
    sources: alwaysFrom(settings, many, source),
    partialOf: () => undefined,
  });
  const error = await application.run().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  // What was made keeps a lost request from being done later.
  if (error === undefined) claim.lost = undefined;
  const things = new Map([...application.results].map(([name, thing]) => [Number(name), thing as T]));
  return { things, error };
}

function intentsOf({ intent, requestId }: Many, places: readonly number[]): Intent<AddressSource>[] {
  return places.map((place) =>
    intent(place, {
      name: String(place),
      requestId: requestId === undefined ? undefined : placeId(requestId, place),
    }),
  );
}

function alwaysFrom(
  settings: IpamSettings,
  { networkView, queried, signal }: Many,
  source: AddressSource,
): SourceChooser<AddressSource> {
  const chosen = new ChosenAddresses<Intent<AddressSource>>(settings, signal);
  return {
    begin: async () => {},
    of: (intent) => chosen.sourceFor(intent, source),
    another: async () => false,
    ...(queried === "network" && {
      choose: (intents) => chosen.choose(intents.map((key) => ({ key, source, networkView }))),
      chosen: (intent) => [chosen.of(intent)].filter((one) => one !== undefined),
      chooseAnew: (intents, passed) => chosen.forget(intents, passed),
    }),
  };
}

/**
 * Collects all chunks, in the order of the indices.
 *
 * @throws the error of a chunk; its `partial` lists what stays. With `allOrNothing` everything is rolled back, unless there is a
 *   request id, by which other calls may have adopted the objects
 */
export async function gathered<T extends Made>(
  settings: IpamSettings,
  chunks: AsyncIterable<ByPlace<T>>,
  {
    allOrNothing = false,
    requestId,
  }: { readonly allOrNothing?: boolean | undefined; readonly requestId?: string | undefined },
): Promise<T[]> {
  const taken = new Map<number, T>();
  try {
    for await (const chunk of chunks) for (const [place, thing] of chunk) taken.set(place, thing);
    return inOrder(taken);
  } catch (error) {
    const told = isInfobloxError(error) ? (error.partial ?? []) : [];
    const things = inOrder(taken);
    const isRolledBack = allOrNothing && requestId === undefined;
    const rollingBack: RollingBack<T> = {
      stepsOf: (thing) => compareAndDelete(settings, thing),
      thingOf: (thing) => thing,
    };
    throw withPartial(error, [
      ...told,
      ...(isRolledBack ? await rollBackAll(settings, things, rollingBack) : things),
    ]);
  }
}

function inOrder<T>(taken: ByPlace<T>): T[] {
  return [...taken].sort(([one], [other]) => one - other).map(([, thing]) => thing);
}
