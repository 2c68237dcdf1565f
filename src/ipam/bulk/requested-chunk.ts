import {
  AmbiguousTargetError,
  isInfobloxError,
  type RequestDifference,
  UncertainWriteError,
} from "../../errors.js";
import { inOrder, type Made, type MarkedIn } from "../once/kinds.js";
import { makeOnce } from "../once/once.js";
import { pause } from "../once/pace.js";
import { mismatch } from "../once/request-mismatch.js";
import { type Marks, placeId, undefinedAttribute } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal, isTooMany } from "../sources/exhaustion.js";
import type { Chunk, ChunkTaken } from "./chunk.js";
import { newSharedAttempt } from "./shared-attempt.js";
import { withdraw } from "./taking-back.js";

/** A chunk of a request that has an id: each of its places has one of its own. */
export interface RequestedChunk<T extends Made> extends Chunk<T> {
  readonly requestId: string;
  /** In what a thing that is there already differs from what is asked for. */
  readonly differences: (place: number, existing: T) => readonly RequestDifference[];
  /** Whether it is likely that an earlier call has filled some of the places. */
  readonly lookFirst: boolean;
}

/** How often a chunk is sent that others get in the way of, or whose answer is lost. */
const mostTries = 8;
const mostLooks = 20;
/** How long it is found out what became of a chunk that the caller has aborted. */
const patience = 5_000;

/**
 * Creates many things in one request, each of them once under the id of its place, from however many processes. A search
 * for the ids in the same request fails where somebody has one already: the grid then undoes the request, what is there
 * is taken as it is, and the rest is asked for. On a grid that breaks one of the promises on which this stands (it keeps
 * parts of a refused request, or finds what is new only later), they are made one by one, which copes with that.
 */
export function takeRequestedChunk<T extends Made>(
  settings: IpamSettings,
  chunk: RequestedChunk<T>,
): Promise<ChunkTaken<T>> {
  const attempt = newSharedAttempt(chunk.places.length);
  return settings.ownership.marking((marksOf) => {
    const marks = (place: number) =>
      marksOf({ ...chunk.described, attempt, requestId: placeId(chunk.requestId, place) });
    return new Taking(settings, chunk, attempt, marks).take();
  });
}

class Taking<T extends Made> {
  readonly #settings: IpamSettings;
  readonly #chunk: RequestedChunk<T>;
  readonly #attempt: string;
  readonly #marks: (place: number) => Marks;
  readonly #taken = new Map<number, T>();
  #lost: UncertainWriteError | undefined;

  constructor(
    settings: IpamSettings,
    chunk: RequestedChunk<T>,
    attempt: string,
    marks: (place: number) => Marks,
  ) {
    this.#settings = settings;
    this.#chunk = chunk;
    this.#attempt = attempt;
    this.#marks = marks;
  }

  async take(): Promise<ChunkTaken<T>> {
    try {
      return { things: this.#taken, error: await this.#fill() };
    } catch (error) {
      // Without the attribute they are made again, where that is allowed.
      if (undefinedAttribute(error) !== undefined) throw error;
      const isKnown = isInfobloxError(error, "RequestMismatchError");
      return { things: this.#taken, error: isKnown ? error : this.#unknown(error) };
    }
  }

  /** @returns why some places stay empty */
  async #fill(): Promise<unknown> {
    const { learnt, pace } = this.#settings;
    const { signal, lookFirst } = this.#chunk;
    if (lookFirst) await this.#adopt();
    for (let tries = 1; this.#open.length > 0; tries += 1) {
      if (learnt.keepsParts || learnt.searchLag > 0) return this.#oneByOne();
      const error = await this.#send();
      if (this.#open.length === 0) break;
      const found = await this.#adopt();
      if (signal?.aborted || (found === 0 && this.#isFinal(error, tries)))
        return isRefusal(error) ? error : (this.#unknown(error) ?? this.#unseen());
      if (this.#open.length > 0) await pause(pace, Math.min(tries, 3), signal);
    }
    return undefined;
  }

  /** What was refused though nobody has its ids, is refused for good. */
  #isFinal(error: unknown, tries: number): boolean {
    return tries >= mostTries || (isRefusal(error) && !isTooMany(error));
  }

  /** @returns what kept the request from being done, or its answer from coming */
  async #send(): Promise<unknown> {
    try {
      await this.#create();
      return undefined;
    } catch (error) {
      if (undefinedAttribute(error) !== undefined) throw error;
      if (isInfobloxError(error, "UncertainWriteError")) this.#lost ??= error;
      else if (!isRefusal(error) && this.#lost === undefined) throw error;
      return error;
    }
  }

  async #create(): Promise<void> {
    const { wapi, ownership } = this.#settings;
    const { kind, draft, signal } = this.#chunk;
    const open = this.#open;
    const drafts = open.map((place) => draft(place, this.#marks(place)));
    const ownType = drafts[0]?.type;
    const guard = kind.searches(this.#where(open), (type) =>
      type === ownType ? { failAbove: open.length } : { limit: open.length },
    );
    const results = await wapi.batch([...drafts.map(({ step }) => step), ...guard], { signal });
    const made = drafts.map(({ read }, index) => read(results[index]));
    const seen = kind.read(results.slice(drafts.length), ownership.expiryAttribute);
    const own = new Set(made.map(({ ref }) => ref));
    const strangers = seen.filter(({ ref }) => !own.has(ref));
    const strange = new Set(strangers.map((one) => this.#placeOf(one)));
    const isSlow = seen.length - strangers.length < made.length;
    if (isSlow) await this.#learnLag(made);
    await this.#withdraw(made.filter((_, index) => strange.has(open[index])));
    for (const [index, thing] of made.entries()) {
      const place = open[index];
      if (place !== undefined && !strange.has(place)) this.#taken.set(place, thing);
    }
    if (isSlow) await this.#settle();
  }

  /** Waits until searches find what was made. */
  async #learnLag(made: readonly T[]): Promise<void> {
    const { pace, learnt } = this.#settings;
    const { places, signal } = this.#chunk;
    const started = pace.now();
    for (let looks = 1; looks <= mostLooks; looks += 1) {
      await pause(pace, Math.min(looks, 3), signal);
      const found = new Set((await this.#look(places)).map(({ ref }) => ref));
      if (!made.every(({ ref }) => found.has(ref))) continue;
      learnt.searchLag = Math.max(learnt.searchLag, pace.now() - started);
      return;
    }
    for (const [index, thing] of made.entries()) this.#taken.set(this.#open[index] ?? 0, thing);
    throw this.#unseen();
  }

  /** By when all show that were made together, of several for one place everybody keeps the same. */
  async #settle(): Promise<void> {
    const { pace, learnt } = this.#settings;
    const { kind, places, signal } = this.#chunk;
    await pace.sleep(2 * learnt.searchLag, signal);
    const groups = this.#byPlace(await this.#look(places));
    for (const [place, thing] of [...this.#taken]) {
      const [winner] = inOrder(kind, groups.get(place) ?? []);
      if (winner === undefined || winner.ref === thing.ref) continue;
      this.#taken.delete(place);
      await this.#withdraw([thing]);
    }
  }

  /**
   * Takes what stands for the open places: what this call made and heard nothing of, and what others made.
   *
   * @returns how many
   */
  async #adopt(): Promise<number> {
    const { learnt } = this.#settings;
    const { kind } = this.#chunk;
    const before = this.#taken.size;
    for (const [place, things] of this.#byPlace(await this.#look(this.#open))) {
      const ours = inOrder(kind, things.filter(this.#isOurs));
      const others = things.filter((thing) => !ours.includes(thing));
      const [first, ...twins] = ours;
      const [other] = others;
      if (first !== undefined && other === undefined) {
        await this.#withdraw(twins);
        this.#taken.set(place, { ...first, created: true });
      } else if (first === undefined && other !== undefined && others.length === 1) {
        this.#refuseMismatch(place, other);
        this.#taken.set(place, { ...other, created: false });
      } else {
        learnt.keepsParts = true;
        await this.#withdraw(ours);
      }
    }
    return this.#taken.size - before;
  }

  async #oneByOne(): Promise<undefined> {
    const { kind, networkView, described, signal, requestId, draft, differences } = this.#chunk;
    for (const place of this.#open) {
      const request = {
        ...{ ...described, networkView, signal, requestId: placeId(requestId, place) },
        differences: (existing: T) => differences(place, existing),
      };
      const thing = await makeOnce(this.#settings, kind, request, (make, marks) => {
        const { type, step, read } = draft(place, marks);
        return make({ type, steps: [step], chosen: true, read: ([result]) => read(result) });
      });
      this.#taken.set(place, thing);
    }
    return undefined;
  }

  async #look(places: readonly number[]): Promise<T[]> {
    const { wapi, ownership } = this.#settings;
    const { kind, signal } = this.#chunk;
    const limit = 3 * places.length;
    const searches = kind.searches(this.#where(places), () => ({ limit }));
    const until = signal?.aborted ? AbortSignal.timeout(patience) : signal;
    return kind.read(await wapi.batch(searches, { signal: until }), ownership.expiryAttribute);
  }

  async #withdraw(ours: readonly T[]): Promise<void> {
    const { attemptAttribute } = this.#settings.ownership;
    if (ours.length === 0) return;
    // Where there are no one-time ids, what has just been made is told by its address.
    const mark = attemptAttribute === undefined ? {} : { extattrs: { [attemptAttribute]: this.#attempt } };
    await withdraw(this.#settings, this.#chunk.kind, ours, mark);
  }

  get #open(): readonly number[] {
    return this.#chunk.places.filter((place) => !this.#taken.has(place));
  }

  #isOurs = (thing: T): boolean => this.#settings.ownership.attemptOf(thing) === this.#attempt;

  #byPlace(things: readonly T[]): Map<number, T[]> {
    const groups = new Map<number, T[]>();
    for (const thing of things) {
      const place = this.#placeOf(thing);
      if (place !== undefined) groups.set(place, [...(groups.get(place) ?? []), thing]);
    }
    return new Map([...groups].sort(([one], [other]) => one - other));
  }

  #placeOf(thing: T): number | undefined {
    const id = this.#settings.ownership.requestIdOf(thing);
    return this.#chunk.places.find((place) => placeId(this.#chunk.requestId, place) === id);
  }

  #where(places: readonly number[]): MarkedIn {
    const { requestId, networkView } = this.#chunk;
    return { ...this.#settings.ownership.requestedPlaces(requestId, places), network_view: networkView };
  }

  #refuseMismatch(place: number, existing: T): void {
    const { kind, requestId, differences } = this.#chunk;
    const error = mismatch(kind.noun, placeId(requestId, place), existing.ref, differences(place, existing));
    if (error !== undefined) throw error;
  }

  /** The chunk of unknown fate. */
  #unknown(cause: unknown): unknown {
    const lost = this.#lost;
    if (lost === undefined) return cause;
    const { method, path, attempts } = lost;
    const { kind, requestId, places } = this.#chunk;
    return new UncertainWriteError(
      `${method} ${path}: how much of ${places.length} ${kind.noun} requests was done could not be found out.`,
      {
        ...{ method, path, attempts, cause },
        hint: `Repeat the request with the same request id, "${requestId}": that is safe.`,
      },
    );
  }

  #unseen(): AmbiguousTargetError {
    const candidates = [...this.#taken.values()].map(({ ref }) => ref);
    return new AmbiguousTargetError(
      `The grid's searches don't find what it has just made for "${this.#chunk.requestId}": whether others have made the same can't be told.`,
      { candidates },
    );
  }
}
