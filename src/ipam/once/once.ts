import { randomUUID } from "node:crypto";
import {
  AbortedError,
  AmbiguousTargetError,
  isInfobloxError,
  type RequestDifference,
  UncertainWriteError,
  type WapiError,
  withPartial,
} from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { CallOptions } from "../../wapi/call-options.js";
import { type Step, step } from "../../wapi/step.js";
import type { MarkCriteria, Marks } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isContended, isMissingSource, isOutOfBlocks, isRefusal, isTooMany } from "../sources/exhaustion.js";
import { inOrder, type Kind, type Made, type MarkedIn } from "./kinds.js";
import { pause } from "./pace.js";
import { mismatch } from "./request-mismatch.js";

/** A thing to be created. */
export interface Draft<T> {
  /** The object type of the thing itself. */
  readonly type: string;
  readonly steps: readonly (Step<unknown> | RawStep)[];
  /** Whether steps follow that which creates the thing: what goes with it. */
  readonly goesOn?: boolean | undefined;
  /** Whether it is the grid that chooses the address, so that another can be had where somebody was faster. */
  readonly chosen: boolean;
  /** The thing, from what the steps gave. */
  readonly read: (results: readonly unknown[]) => T;
  /** The same as a plain create, where it is but one step. */
  readonly create?: ((options: CallOptions) => Promise<T>) | undefined;
}

/** A request, as far as doing it once goes. */
export interface Request<T> {
  readonly networkView: string;
  readonly requestId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In what a thing that is there already differs from what is asked for. */
  readonly differences: (existing: T) => readonly RequestDifference[];
}

/** Creates a thing once. */
export type Make<T> = (draft: Draft<T>) => Promise<T>;

/** How often a write whose answer is lost is repeated, at most; and how often one that others get in the way of. */
const mostTries = 10;
/** How often several objects of one request id are looked at, which others may be about to put in order. */
const mostLooks = 6;
/** How long it is found out what became of a write that the caller has aborted. */
const patience = 5_000;

/**
 * Makes one thing, and only one, whatever is lost on the way.
 *
 * The create rides in one `request` with a search for its mark, which fails when it finds a second object: the grid then
 * undoes the create. So a repetition is always safe, and of many callers with one request id only one gets to create.
 * Without a request id the mark is a one-time id, and the guard is needed only once an answer was lost.
 *
 * A grid that keeps its word needs no more. Two doubts remain. Where a `request` isn't undone as a whole, the object of
 * the second caller stays, and is taken back by its one-time id. Where searches lag behind writes, a caller doesn't find
 * its own object at first: it waits until it does and as long again, by when all others show, too. Whoever takes over
 * what somebody else might be about to take back changes its one-time id first, so that it stays.
 */
export function makeOnce<T extends Made>(
  settings: IpamSettings,
  kind: Kind<T>,
  described: Request<T> & Parameters<IpamSettings["ownership"]["creating"]>[0],
  take: (make: Make<T>, marks: Marks) => Promise<T>,
): Promise<T> {
  const making = new Making(settings, kind, described);
  return settings.ownership.creating({ ...described, attempt: making.attempt }, (marks) =>
    take((draft) => making.make(draft), marks),
  );
}

/** A one-time id. */
export function newAttempt(): string {
  return randomUUID();
}

/** The one-time id of a thing that somebody else has taken over: whoever made it won't find it by its own any more. */
function vouched(attempt: string): string {
  return `${attempt}+`;
}

function isVouched(attempt: string): boolean {
  return attempt.endsWith("+");
}

type Outcome<T> =
  /** With what the guard saw. */
  | { readonly kind: "made"; readonly thing: T; readonly seen: readonly T[] | undefined }
  /** The guard failed: there is one already. */
  | { readonly kind: "second"; readonly error: WapiError }
  | { readonly kind: "lost"; readonly error: unknown }
  | { readonly kind: "refused"; readonly error: WapiError };

class Making<T extends Made> {
  readonly attempt = newAttempt();
  readonly #settings: IpamSettings;
  readonly #kind: Kind<T>;
  readonly #request: Request<T>;
  /** The first write of unknown fate. */
  #lost: UncertainWriteError | undefined;
  /** Several objects were seen at once, so that some of them are about to go. */
  #contested = false;
  /** What was made here, for grids without one-time ids. */
  readonly #made = new Set<string>();

  constructor(settings: IpamSettings, kind: Kind<T>, request: Request<T>) {
    this.#settings = settings;
    this.#kind = kind;
    this.#request = request;
  }

  async make(draft: Draft<T>): Promise<T> {
    const { pace, learnt } = this.#settings;
    const { requestId, signal } = this.#request;
    // Such a grid would keep what the guard refuses: better to look first.
    const earlier = learnt.keepsParts && requestId !== undefined ? await this.#existing() : undefined;
    if (earlier !== undefined) return earlier;
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#send(draft);
      const thing =
        outcome.kind === "made" ? await this.#settled(outcome) : await this.#standing(outcome, draft);
      if (thing !== undefined) return thing;
      if (outcome.kind === "refused" && !(draft.chosen && isContended(outcome.error))) throw outcome.error;
      if (tries === mostTries) throw this.#givenUp(outcome);
      await pause(pace, tries, signal);
    }
  }

  async #send(draft: Draft<T>): Promise<Outcome<T>> {
    const { wapi, ownership } = this.#settings;
    const { signal } = this.#request;
    const where = this.#guarded(draft) ? this.#where() : undefined;
    try {
      if (where === undefined && draft.create !== undefined) {
        return { kind: "made", thing: await draft.create({ signal }), seen: undefined };
      }
      const guard = where === undefined ? [] : this.#kind.searches(where, guarding(draft.type));
      const results = await wapi.batch([...draft.steps, ...guard], { signal });
      const seen = where && this.#kind.read(results.slice(draft.steps.length), ownership.expiryAttribute);
      return { kind: "made", thing: draft.read(results), seen };
    } catch (error) {
      return this.#judge(error);
    }
  }

  /** With a request id, always; else once an answer was lost, and where it costs nothing. */
  #guarded({ create }: Draft<T>): boolean {
    return this.#request.requestId !== undefined || this.#lost !== undefined || create === undefined;
  }

  #judge(error: unknown): Outcome<T> {
    if (isInfobloxError(error, "UncertainWriteError")) {
      this.#lost ??= error;
      return { kind: "lost", error };
    }
    if (isTooMany(error)) return { kind: "second", error };
    if (isRefusal(error)) return { kind: "refused", error };
    if (this.#lost === undefined) throw error;
    // Whatever keeps the repetition from being sent says nothing of the first.
    return { kind: "lost", error };
  }

  /** What stands after a create that didn't come through, if anything does. */
  async #standing(outcome: Exclude<Outcome<T>, { kind: "made" }>, draft: Draft<T>): Promise<T | undefined> {
    switch (outcome.kind) {
      case "second":
        return this.#existing();
      case "refused":
        if (!this.#mayStand(outcome.error, draft)) return undefined;
        // Without a loss before, what is there of ours is the beginning of what was refused further on.
        return this.#existing(draft.goesOn === true && this.#lost === undefined);
      case "lost":
        if (this.#request.signal?.aborted) return this.#abandoned();
        try {
          return await this.#existing();
        } catch (error) {
          if (
            isInfobloxError(error, "RequestMismatchError") ||
            isInfobloxError(error, "AmbiguousTargetError")
          )
            throw error;
          throw this.#unknown(error);
        }
    }
  }

  /** Whether something may be there although the create was refused. */
  #mayStand(error: WapiError, { goesOn }: Draft<T>): boolean {
    if (this.#request.requestId !== undefined || this.#lost !== undefined) return this.#where() !== undefined;
    return goesOn === true && this.#where() !== undefined && !isOutOfBlocks(error) && !isMissingSource(error);
  }

  /**
   * The one object that has the mark, put in order where there are several.
   *
   * @param leftover - what this call made is no whole
   */
  async #existing(leftover = false): Promise<T | undefined> {
    const { pace, learnt } = this.#settings;
    // By then everything shows that was made together with what shows now.
    if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
    for (let looks = 1; ; looks += 1) {
      const { ours, others } = await this.#look();
      if (others.length === 0) return leftover ? this.#withdraw(ours) : this.#keepOne(ours);
      if (ours.length > 0) {
        this.#contested = true;
        learnt.keepsParts ||= learnt.searchLag === 0;
        await this.#withdraw(ours);
      } else if (others.length > 1) {
        this.#contested = true;
      } else {
        const [other] = others;
        if (other === undefined) return undefined;
        this.#refuseMismatch(other);
        if (await this.#vouch(other)) return { ...other, created: false };
      }
      if (looks === mostLooks) throw this.#ambiguous([...ours, ...others]);
      await pause(pace, Math.min(looks, 3), this.#request.signal);
    }
  }

  /** Makes sure of what was made: that no other has the mark. */
  async #settled({ thing, seen }: Outcome<T> & { kind: "made" }): Promise<T | undefined> {
    const { learnt, pace } = this.#settings;
    this.#made.add(thing.ref);
    if (seen === undefined) return thing;
    if (this.#request.requestId === undefined)
      return this.#lost === undefined ? thing : this.#withoutTwin(thing);
    const shows = seen.some(({ ref }) => ref === thing.ref);
    const started = pace.now();
    if (!shows) learnt.searchLag = Math.max(learnt.searchLag, await this.#untilShown(thing));
    const [stranger] = seen.filter(({ ref }) => ref !== thing.ref);
    if (stranger !== undefined) {
      this.#contested = true;
      await this.#withdraw([thing]);
      return this.#existing();
    }
    if (shows && learnt.searchLag === 0 && this.#lost === undefined) return thing;
    await pace.sleep(Math.max(0, 2 * learnt.searchLag - (pace.now() - started)));
    return this.#winner(thing);
  }

  /** Of several that were made at once, everybody keeps the same. */
  async #winner(thing: T): Promise<T | undefined> {
    const { ours, others } = await this.#look();
    if (others.length === 0) return this.#keepOne(ours.length > 0 ? ours : [thing]);
    this.#contested = true;
    const [winner] = inOrder(this.#kind, [...ours, ...others]);
    const losers = ours.filter((one) => one !== winner);
    await this.#withdraw(losers);
    return losers.length < ours.length && winner !== undefined ? { ...winner, created: true } : undefined;
  }

  /** The first request, whose answer was lost, may be carried out only now: unguarded, and so a second time. */
  async #withoutTwin(thing: T): Promise<T> {
    const { pace, learnt } = this.#settings;
    await pace.sleep(Math.max(2 * learnt.searchLag, 100));
    const { ours } = await this.#look();
    return (await this.#keepOne(ours)) ?? thing;
  }

  async #untilShown(thing: T): Promise<number> {
    const { pace } = this.#settings;
    const started = pace.now();
    for (let looks = 1; looks <= 2 * mostTries; looks += 1) {
      await pause(pace, Math.min(looks, 3));
      const { ours, others } = await this.#look();
      if ([...ours, ...others].some(({ ref }) => ref === thing.ref)) return pace.now() - started;
    }
    const message = `The grid's searches don't find ${thing.ref}, which it has just made: whether another ${this.#kind.noun} has the same request id can't be told.`;
    throw withPartial(new AmbiguousTargetError(message, { candidates: [thing.ref] }), [thing]);
  }

  async #keepOne(ours: readonly T[]): Promise<T | undefined> {
    const [first, ...twins] = inOrder(this.#kind, ours);
    await this.#withdraw(twins);
    return first && { ...first, created: true };
  }

  /** Takes back what this call made, unless somebody vouches for it by now. The caller's signal has no say in that. */
  async #withdraw(ours: readonly T[]): Promise<undefined> {
    const { wapi, pace } = this.#settings;
    const mark = this.#attemptMark();
    for (const thing of ours) {
      const found = mark && this.#kind.search(thing, mark);
      for (let tries = 1; tries <= mostTries; tries += 1) {
        try {
          if (found === undefined) await wapi.delete(thing.ref);
          else await wapi.batch([found.discard(), step.delete(found.ref)]);
          break;
        } catch (error) {
          // Gone, or somebody's who vouches for it.
          if (isRefusal(error)) break;
          if (!isInfobloxError(error, "UncertainWriteError")) throw withPartial(error, ours);
          // Only by its one-time id is it known to be the same.
          if (found === undefined) break;
          await pause(pace, tries);
        }
      }
      this.#made.delete(thing.ref);
    }
    return undefined;
  }

  /** Keeps whoever made a thing from taking it back, where that might be about to happen. */
  async #vouch(thing: T): Promise<boolean> {
    const { wapi, ownership, learnt } = this.#settings;
    const { attemptAttribute } = ownership;
    const mark = ownership.attemptOf(thing);
    const isCalm = !this.#contested && !learnt.keepsParts && learnt.searchLag === 0;
    if (isCalm || attemptAttribute === undefined || mark === undefined || isVouched(mark)) return true;
    const found = this.#kind.search(thing, { extattrs: { [attemptAttribute]: mark } });
    const extattrs = { [attemptAttribute]: vouched(mark) };
    try {
      await wapi.batch([found.discard(), step.update(found.ref, { extattrs }, { fields: ["network_view"] })]);
      return true;
    } catch (error) {
      if (isRefusal(error) || isInfobloxError(error, "UncertainWriteError")) return false;
      throw error;
    }
  }

  #refuseMismatch(existing: T): void {
    const { differences, requestId = "" } = this.#request;
    const error = mismatch(this.#kind.noun, requestId, existing, differences(existing));
    if (error !== undefined) throw error;
  }

  /** The caller has aborted a write that was under way. What a request id stands for may be others' by now; the rest is taken back. */
  async #abandoned(): Promise<never> {
    const { requestId, signal } = this.#request;
    const { pace } = this.#settings;
    const until = AbortSignal.timeout(patience);
    try {
      for (let looks = 1; looks <= mostLooks; looks += 1) {
        const { ours } = await this.#look(until);
        if (ours.length > 0 && requestId === undefined) await this.#withdraw(ours);
        const left = ours.length === 0 || requestId !== undefined ? ours : (await this.#look(until)).ours;
        if (ours.length > 0) {
          const end = left.length === 0 ? "taken back" : "left as it is";
          const message = `The caller's signal was aborted when the ${this.#kind.noun} had been made; it was ${end}.`;
          throw withPartial(new AbortedError(message, { cause: signal?.reason }), left);
        }
        await pause(pace, looks);
      }
    } catch (error) {
      if (signal?.aborted && isInfobloxError(error, "AbortedError") && error.cause === signal.reason)
        throw error;
      throw this.#unknown(error);
    }
    throw this.#unknown(undefined);
  }

  /** All that has the mark: what this call made, and what others did. */
  async #look(signal = this.#request.signal): Promise<{ readonly ours: T[]; readonly others: T[] }> {
    const { wapi, ownership } = this.#settings;
    const where = this.#where();
    if (where === undefined) throw this.#unknown(undefined);
    const found = this.#kind.read(
      await wapi.batch(this.#kind.searches(where, few), { signal }),
      ownership.expiryAttribute,
    );
    const isOurs = (thing: T) => {
      const mark = ownership.attemptOf(thing);
      return mark === undefined
        ? this.#made.has(thing.ref)
        : [this.attempt, vouched(this.attempt)].includes(mark);
    };
    return { ours: found.filter(isOurs), others: found.filter((thing) => !isOurs(thing)) };
  }

  /** What finds the thing by its request id, else by its one-time id. */
  #where(): MarkedIn | undefined {
    const { ownership } = this.#settings;
    const { requestId, networkView } = this.#request;
    const mark = requestId === undefined ? this.#attemptMark() : ownership.requested(requestId);
    return mark && { ...mark, network_view: networkView };
  }

  #attemptMark(): MarkCriteria | undefined {
    const { attemptAttribute } = this.#settings.ownership;
    return attemptAttribute === undefined ? undefined : { extattrs: { [attemptAttribute]: this.attempt } };
  }

  #givenUp({ kind, ...outcome }: Outcome<T>): unknown {
    if (this.#lost !== undefined) return this.#unknown("error" in outcome ? outcome.error : undefined);
    return "error" in outcome ? outcome.error : this.#ambiguous([]);
  }

  /** The write of unknown fate, with what to look for. */
  #unknown(cause: unknown): unknown {
    const lost = this.#lost;
    if (lost === undefined) return cause;
    const { method, path, attempts } = lost;
    const mark = this.#where();
    const { requestId } = this.#request;
    const hint =
      mark === undefined
        ? lost.hint
        : requestId === undefined
          ? `If it was, the ${this.#kind.noun} has the one-time id ${JSON.stringify(mark.extattrs)}: search for that.`
          : `Repeat the request with the same request id, "${requestId}": that is safe.`;
    return new UncertainWriteError(
      `${method} ${path}: the answer was lost, and whether this was done could not be found out.`,
      { method, path, attempts, hint, cause: cause ?? lost },
    );
  }

  #ambiguous(things: readonly T[]): AmbiguousTargetError {
    const candidates = things.map(({ ref }) => ref);
    const { requestId = this.attempt } = this.#request;
    return new AmbiguousTargetError(
      `Several objects have the request id "${requestId}": ${candidates.join(", ")}.`,
      { candidates, hint: "Release those that are not wanted, by reference." },
    );
  }
}

/** More than one of the type itself fails the request; of the other types, one more is enough to know. */
function guarding(type: string) {
  return (searched: string) => (searched === type ? { failAbove: 1 } : { limit: 1 });
}

function few() {
  return { limit: 10 };
}
