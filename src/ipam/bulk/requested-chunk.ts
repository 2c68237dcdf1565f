import {
  AmbiguousTargetError,
  isInfobloxError,
  type RequestDifference,
  UncertainWriteError,
  withPartial,
} from "../../errors.js";
import { isSameAttempt, isVouched, takeBack, vouchFor } from "../once/attempts.js";
import { inOrder, type Made, type MarkedIn } from "../once/kinds.js";
import { makeOnce } from "../once/once.js";
import { pause } from "../once/pace.js";
import { persistently } from "../once/persistence.js";
import { mismatch } from "../once/request-mismatch.js";
import { unseenAfterRefusal } from "../once/unknown-fate.js";
import { type Marks, placeId, undefinedAttribute } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isContended, isRefusal, isTooMany } from "../sources/exhaustion.js";
import type { Chunk, ChunkTaken } from "./chunk.js";
import { newSharedAttempt } from "./shared-attempt.js";

/** A chunk of a request that has an id: each of its places has one of its own. */
export interface RequestedChunk<T extends Made> extends Chunk<T> {
  readonly requestId: string;
  /** In what a thing that is there already differs from what is asked for. */
  readonly differences: (place: number, existing: T) => readonly RequestDifference[];
  /** Whether it is likely that an earlier call has filled some of the places. */
  readonly lookFirst: boolean;
  /** Whether those who ask for the same give back what they made where not all can be had. */
  readonly allOrNothing: boolean;
}

/** How often a chunk is sent that others get in the way of, or whose answer is lost. */
const mostTries = 8;
/** How often places are looked at whose things others may be about to put in order. */
const mostLooks = 6;
/** How often it is looked whether searches find what was just made. */
const mostLooksForOwn = 20;
/** How many things a look sees: with many callers on a grid that keeps parts there are several for each place. */
const mostSeen = 1_000;
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

/** What one request made, by its places, and what its guard saw. */
interface Created<T> {
  readonly made: ReadonlyMap<number, T>;
  readonly seen: readonly T[];
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
      const found = isRefusal(error) ? await this.#adoptParts() : await this.#adopt();
      if (signal?.aborted || (found === 0 && this.#isFinal(error, tries)))
        return isRefusal(error) ? error : (this.#unknown(error) ?? this.#unseen());
      if (this.#open.length > 0) await pause(pace, Math.min(tries, 3), signal);
    }
    return undefined;
  }

  /** @returns how many the grid turns out to have of what it refused */
  async #adoptParts(): Promise<number> {
    try {
      return await persistently(this.#settings.pace, this.#chunk.signal, () => this.#adopt());
    } catch (error) {
      throw this.#unseenParts(error);
    }
  }

  /** What was refused though nobody has its ids, is refused for good. */
  #isFinal(error: unknown, tries: number): boolean {
    return tries >= mostTries || (isRefusal(error) && !isTooMany(error) && !isContended(error));
  }

  /** @returns what kept the request from being done, or its answer from coming */
  async #send(): Promise<unknown> {
    let made: Created<T>;
    try {
      made = await this.#create();
    } catch (error) {
      if (undefinedAttribute(error) !== undefined) throw error;
      if (isInfobloxError(error, "UncertainWriteError")) this.#lost ??= error;
      else if (!isRefusal(error) && this.#lost === undefined) throw error;
      return error;
    }
    await this.#makeSure(made);
    return undefined;
  }

  async #create(): Promise<Created<T>> {
    const { wapi, ownership } = this.#settings;
    const { kind, draft, signal } = this.#chunk;
    const open = this.#open;
    const drafts = open.map((place) => draft(place, this.#marks(place)));
    const ownType = drafts[0]?.type;
    const guard = kind.searches(this.#where(open), (type) =>
      type === ownType ? { failAbove: open.length } : { limit: open.length },
    );
    const results = await wapi.batch([...drafts.map(({ step }) => step), ...guard], { signal });
    const made = new Map(drafts.map(({ read }, index) => [open[index] ?? 0, read(results[index])]));
    return { made, seen: kind.read(results.slice(drafts.length), ownership.expiryAttribute) };
  }

  /** Keeps what was made, but where somebody else has filled the place. */
  async #makeSure({ made, seen }: Created<T>): Promise<void> {
    for (const [place, thing] of made) this.#taken.set(place, thing);
    const own = new Set([...made.values()].map(({ ref }) => ref));
    const strangers = seen.filter(({ ref }) => !own.has(ref));
    const isSlow = seen.length - strangers.length < own.size;
    if (isSlow) await this.#learnLag([...own]);
    for (const stranger of strangers) {
      const place = this.#placeOf(stranger) ?? -1;
      const thing = made.get(place);
      if (thing === undefined || !this.#taken.delete(place)) continue;
      await this.#withdraw([thing]);
    }
    if (isSlow) await this.#settle();
  }

  /** Waits until searches find what was made. */
  async #learnLag(made: readonly string[]): Promise<void> {
    const { pace, learnt } = this.#settings;
    const { places, signal } = this.#chunk;
    const started = pace.now();
    for (let looks = 1; looks <= mostLooksForOwn; looks += 1) {
      await pause(pace, Math.min(looks, 3), signal);
      const found = new Set((await this.#look(places)).map(({ ref }) => ref as string));
      if (!made.every((ref) => found.has(ref))) continue;
      learnt.searchLag = Math.max(learnt.searchLag, pace.now() - started);
      return;
    }
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
    const before = this.#taken.size;
    for (let looks = 1; looks <= mostLooks; looks += 1) {
      if (await this.#takeOver()) break;
      await pause(this.#settings.pace, Math.min(looks, 5), this.#chunk.signal);
    }
    return this.#taken.size - before;
  }

  /** @returns whether no open place has several things, or one that may just be taken back */
  async #takeOver(): Promise<boolean> {
    const { learnt } = this.#settings;
    const { kind } = this.#chunk;
    const surplus: T[] = [];
    const others = new Map<number, T>();
    const found = await this.#look(this.#open);
    // Of so many that not all are seen, one that seems to be alone may not be.
    const isAll = found.length < mostSeen;
    let isInOrder = isAll;
    for (const [place, things] of this.#byPlace(found)) {
      const ours = inOrder(kind, things.filter(this.#isOurs));
      const [other, ...more] = things.filter((thing) => !ours.includes(thing));
      const [first, ...twins] = ours;
      if (other === undefined && first !== undefined && isAll) {
        surplus.push(...twins);
        this.#taken.set(place, { ...first, created: true });
      } else if (other !== undefined && first === undefined && more.length === 0 && isAll) {
        this.#refuseMismatch(place, other);
        others.set(place, other);
      } else {
        surplus.push(...ours);
        learnt.keepsParts = true;
        isInOrder = false;
      }
    }
    await this.#withdraw(surplus);
    if (others.size > 0 && !(await this.#vouch([...others.values()]))) return false;
    for (const [place, other] of others) this.#taken.set(place, { ...other, created: false });
    return isInOrder;
  }

  /** Keeps whoever made these things from taking them back, where that might be about to happen. */
  async #vouch(others: readonly T[]): Promise<boolean> {
    const { ownership, learnt } = this.#settings;
    const { attemptAttribute } = ownership;
    const isCalm = !this.#chunk.allOrNothing && !learnt.keepsParts && learnt.searchLag === 0;
    if (isCalm || attemptAttribute === undefined) return true;
    const found = others.flatMap((thing) => {
      const attempt = ownership.attemptOf(thing);
      if (attempt === undefined || isVouched(attempt)) return [];
      const mark = { extattrs: { [attemptAttribute]: attempt } };
      return [{ step: this.#chunk.kind.search(thing, mark), attempt }];
    });
    return vouchFor(this.#settings, found);
  }

  async #oneByOne(): Promise<undefined> {
    const { kind, networkView, described, signal, requestId, draft, differences } = this.#chunk;
    for (const place of this.#open) {
      const request = {
        ...{ ...described, networkView, signal, requestId: placeId(requestId, place) },
        differences: (existing: T) => differences(place, existing),
      };
      const making = makeOnce(this.#settings, kind, request, (make, marks) => {
        const { type, step, read } = draft(place, marks);
        return make({ type, steps: [step], chosen: true, read: ([result]) => read(result) });
      });
      const thing = await making.catch((error: unknown) => {
        // The id to repeat is that of the whole request.
        if (isInfobloxError(error, "UncertainWriteError")) this.#lost ??= error;
        throw error;
      });
      this.#taken.set(place, thing);
    }
    return undefined;
  }

  async #look(places: readonly number[]): Promise<T[]> {
    const { wapi, ownership } = this.#settings;
    const { kind, signal } = this.#chunk;
    const searches = kind.searches(this.#where(places), () => ({ limit: mostSeen }));
    const until = signal?.aborted ? AbortSignal.timeout(patience) : signal;
    return kind.read(await wapi.batch(searches, { signal: until }), ownership.expiryAttribute);
  }

  /** Takes back what this call made, unless somebody has taken it over. The caller's signal has no say in that. */
  async #withdraw(ours: readonly T[]): Promise<void> {
    const { attemptAttribute } = this.#settings.ownership;
    // Where there are no one-time ids, what has just been made is told by its address.
    const mark = attemptAttribute === undefined ? {} : { extattrs: { [attemptAttribute]: this.#attempt } };
    for (const [index, thing] of ours.entries()) {
      try {
        await takeBack(this.#settings, this.#chunk.kind.search(thing, mark));
      } catch (error) {
        throw withPartial(error, ours.slice(index));
      }
    }
  }

  get #open(): readonly number[] {
    return this.#chunk.places.filter((place) => !this.#taken.has(place));
  }

  #isOurs = (thing: T): boolean => isSameAttempt(this.#settings.ownership.attemptOf(thing), this.#attempt);

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
    const { kind, places } = this.#chunk;
    return new UncertainWriteError(
      `${method} ${path}: how much of ${places.length} ${kind.noun} requests was done could not be found out.`,
      { method, path, attempts, cause, hint: this.#repeatHint() },
    );
  }

  /** The error of a look that failed after a refusal: on some grids a part of what was refused stays. */
  #unseenParts(cause: unknown): unknown {
    if (this.#lost !== undefined) return cause;
    const { kind, places } = this.#chunk;
    return unseenAfterRefusal(cause, {
      noun: `${places.length} ${kind.noun} requests`,
      pronoun: "them",
      hint: this.#repeatHint(),
    });
  }

  #repeatHint(): string {
    return `Repeat the request with the same request id, "${this.#chunk.requestId}": that is safe.`;
  }

  #unseen(): AmbiguousTargetError {
    const candidates = [...this.#taken.values()].map(({ ref }) => ref);
    return new AmbiguousTargetError(
      `The grid's searches don't find what it has just made for "${this.#chunk.requestId}": whether others have made the same can't be told.`,
      { candidates },
    );
  }
}
