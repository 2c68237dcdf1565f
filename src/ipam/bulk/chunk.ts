import { isInfobloxError, UncertainWriteError } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { inOrder, type Kind, type Made } from "../once/kinds.js";
import { pause } from "../once/pace.js";
import { type MarkCriteria, type Marks, undefinedAttribute } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isContended, isExhausted, isMissingSource, isRefusal, isTooMany } from "../sources/exhaustion.js";
import { newSharedAttempt } from "./shared-attempt.js";
import { withdraw } from "./taking-back.js";

/** One of many things to be created, and how to read it. */
export interface ManyDraft<T> {
  /** Its object type. */
  readonly type: string;
  readonly step: Step<unknown>;
  readonly read: (result: unknown) => T;
  /** Whether a thing that was found is this one. Left out: any is, for all are alike. */
  readonly fits?: ((thing: T) => boolean) | undefined;
}

/** Things that are created in one request. */
export interface Chunk<T extends Made> {
  readonly kind: Kind<T>;
  readonly networkView: string;
  readonly described: Omit<Parameters<IpamSettings["ownership"]["creating"]>[0], "requestId">;
  readonly signal: AbortSignal | undefined;
  /** What of the whole call: which places. */
  readonly places: readonly number[];
  readonly draft: (place: number, marks: Marks) => ManyDraft<T>;
}

/** What stands of a chunk, by its places: all of it; or a part of it, and why it isn't more. */
export interface ChunkTaken<T> {
  readonly things: ReadonlyMap<number, T>;
  readonly error?: unknown;
}

/** The same of things in order: from the first on. */
interface Taken<T> {
  readonly things: readonly T[];
  readonly error?: unknown;
}

/** How often a chunk is sent whose answer was lost, and how often surplus is looked for. */
const mostTries = 8;
/** How long it is found out what became of a chunk that the caller has aborted. */
const patience = 5_000;

/**
 * Creates many things in one request, each of them once. All carry a one-time id of this chunk, and a search for it in
 * the same request fails where there are more of them than were asked for: a request that arrives twice is undone. When
 * the answer is lost, the id finds what was made. Where a grid keeps the beginning of what it refused, so does this.
 */
export function takeChunk<T extends Made>(settings: IpamSettings, chunk: Chunk<T>): Promise<ChunkTaken<T>> {
  const { places, draft } = chunk;
  const attempt = newSharedAttempt(places.length);
  return settings.ownership.creating({ ...chunk.described, attempt }, async (marks) => {
    const { attemptAttribute } = settings.ownership;
    const mark = attemptAttribute === undefined ? undefined : { extattrs: { [attemptAttribute]: attempt } };
    const drafts = places.map((place) => draft(place, marks));
    const { things, error } = await new Taking(settings, chunk, drafts, mark).take();
    return { things: new Map(things.map((thing, index) => [places[index] ?? 0, thing])), error };
  });
}

class Taking<T extends Made> {
  readonly #settings: IpamSettings;
  readonly #chunk: Chunk<T>;
  readonly #drafts: readonly ManyDraft<T>[];
  readonly #mark: MarkCriteria | undefined;
  #lost: UncertainWriteError | undefined;

  constructor(
    settings: IpamSettings,
    chunk: Chunk<T>,
    drafts: readonly ManyDraft<T>[],
    mark: MarkCriteria | undefined,
  ) {
    this.#settings = settings;
    this.#chunk = chunk;
    this.#drafts = drafts;
    this.#mark = mark;
  }

  async take(): Promise<Taken<T>> {
    const { signal } = this.#chunk;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#send();
      } catch (error) {
        if (undefinedAttribute(error) !== undefined) throw error;
        const taken = await this.#afterAll(error);
        const isToWait = isContended(taken.error) && taken.things.length === 0 && tries < mostTries;
        if ((taken.things.length > 0 || taken.error !== undefined) && !isToWait) return taken;
        if (tries === mostTries || signal?.aborted) throw this.#unknown(error);
      }
      await pause(this.#settings.pace, tries, signal);
    }
  }

  async #send(): Promise<Taken<T>> {
    const { wapi, learnt } = this.#settings;
    const steps = this.#drafts.map((draft) => draft.step);
    const results = await wapi.batch([...steps, ...this.#guard()], { signal: this.#chunk.signal });
    const things = this.#drafts.map(({ read }, index) => read(results[index]));
    // Where a search is slow, the guard may have missed a second delivery; and the lost one may come late.
    if (this.#mark === undefined || (this.#lost === undefined && learnt.searchLag === 0)) return { things };
    try {
      const standing = await this.#standing();
      return { things: standing.length === things.length ? standing : things };
    } catch (error) {
      // What was made is known, whatever keeps it from being looked at.
      return { things, error: this.#lost === undefined ? error : this.#unknown(error) };
    }
  }

  /** More than were asked for fail the request, and so undo it. */
  #guard(): Step<undefined>[] {
    const where = this.#where();
    if (where === undefined) return [];
    return this.#chunk.kind
      .searches(where, () => ({ failAbove: this.#drafts.length }))
      .map((search) => search.discard());
  }

  /** What stands after a request that didn't come through; no things and no error where it is to be sent again. */
  async #afterAll(error: unknown): Promise<Taken<T>> {
    if (isInfobloxError(error, "UncertainWriteError")) this.#lost ??= error;
    else if (!isRefusal(error) && this.#lost === undefined) throw error;
    if (this.#lost === undefined && !this.#mayStand(error)) return { things: [], error };
    if (this.#mark === undefined) throw this.#lost;
    const things = await this.#standing().catch((cause: unknown) => {
      throw this.#unknown(cause);
    });
    const { signal } = this.#chunk;
    if (signal?.aborted && things.length > 0) return { things, error };
    if (isRefusal(error) && things.length < this.#drafts.length) return { things, error };
    return { things };
  }

  /** What was made, in the order of what was asked for; what is too much is taken back. */
  async #standing(): Promise<readonly T[]> {
    const { pace, learnt } = this.#settings;
    for (let looks = 1; ; looks += 1) {
      if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
      const found = await this.#look();
      const kept = this.#matched(found);
      const surplus = found.filter((thing) => !kept.includes(thing));
      if (surplus.length === 0 || looks === mostTries)
        return kept.map((thing) => ({ ...thing, created: true }));
      await withdraw(this.#settings, this.#chunk.kind, surplus, this.#mark ?? {});
    }
  }

  async #look(): Promise<T[]> {
    const { kind, signal } = this.#chunk;
    const where = this.#where();
    if (where === undefined) return [];
    const limit = 3 * this.#drafts.length;
    const until = signal?.aborted ? AbortSignal.timeout(patience) : signal;
    const searches = kind.searches(where, () => ({ limit }));
    const { wapi, ownership } = this.#settings;
    const found = await wapi.batch(searches, { signal: until });
    return inOrder(kind, kind.read(found, ownership.expiryAttribute));
  }

  /** From the first draft on, as far as there is something for each. */
  #matched(found: readonly T[]): T[] {
    const left = [...found];
    const kept: T[] = [];
    for (const { fits } of this.#drafts) {
      const index = left.findIndex((thing) => fits?.(thing) ?? true);
      const [thing] = index < 0 ? [] : left.splice(index, 1);
      if (thing === undefined) break;
      kept.push(thing);
    }
    return kept;
  }

  #where() {
    return this.#mark && { ...this.#mark, network_view: this.#chunk.networkView };
  }

  /** Whether something of ours may be there although the request was refused: its beginning, on some grids. */
  #mayStand(error: unknown): boolean {
    if (this.#mark === undefined || isMissingSource(error)) return false;
    // What is in the way, or took the last of it, may be our own, where the network has delivered the request twice.
    const isInTheWay = isExhausted(error) || isInfobloxError(error, "ConflictError");
    return this.#drafts.length > 1 || isTooMany(error) || isInTheWay;
  }

  /** The chunk of unknown fate, with what to look for. */
  #unknown(cause: unknown): unknown {
    const lost = this.#lost;
    if (this.#mark === undefined) return lost ?? cause;
    const { noun } = this.#chunk.kind;
    const { method, path, attempts } = lost ?? { method: "POST", path: "request", attempts: undefined };
    return new UncertainWriteError(
      `${method} ${path}: how much of ${this.#drafts.length} ${noun} requests was done could not be found out.`,
      {
        ...{ method, path, attempts, cause },
        hint: `What was has the one-time id ${JSON.stringify(this.#mark.extattrs)}: search for that.`,
      },
    );
  }
}
