import {
  AbortedError,
  AmbiguousTargetError,
  isInfobloxError,
  UncertainWriteError,
  withPartial,
} from "../../errors.js";
import type { MarkCriteria } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { isVouched, newAttempt, takeBack, vouched, vouchFor } from "./attempts.js";
import { inOrder, type Kind, type Made, type MarkedIn } from "./kinds.js";
import { pause } from "./pace.js";
import type { Request } from "./request.js";
import { mismatch } from "./request-mismatch.js";
import { unseenAfterRefusal } from "./unknown-fate.js";

/** How often several objects of one request id are looked at, which others may be about to put in order. */
const mostLooks = 20;
/** How often it is looked whether searches find what was just made. */
const mostLooksForOwn = 20;

/** All that has the mark: what this call made, and what others did. */
interface Standing<T> {
  readonly ours: T[];
  readonly others: T[];
}

/**
 * What one call has to do with the objects of its mark: its request id, else its own one-time id. Tells its own from those
 * of others, and sees to it that one stays.
 */
export class Claim<T extends Made> {
  readonly attempt = newAttempt();
  /** The first write of unknown fate. */
  lost: UncertainWriteError | undefined;
  readonly #settings: IpamSettings;
  readonly #kind: Kind<T>;
  readonly #request: Request<T>;
  /** Several objects were seen at once, so that some of them are about to go. */
  #contested = false;
  /** What was made here, for grids without one-time ids. */
  readonly #made = new Set<string>();

  constructor(settings: IpamSettings, kind: Kind<T>, request: Request<T>) {
    this.#settings = settings;
    this.#kind = kind;
    this.#request = request;
  }

  /** Whether others may ask for the same thing. */
  get isShared(): boolean {
    return this.#request.requestId !== undefined || this.#request.sharedBy !== undefined;
  }

  /** What finds the thing by what it is shared by, else by its one-time id; `undefined` where it has neither. */
  where(): MarkedIn | undefined {
    const { ownership } = this.#settings;
    const { requestId, sharedBy, networkView } = this.#request;
    const shared =
      requestId === undefined ? sharedBy && { extattrs: sharedBy } : ownership.requested(requestId);
    const mark = shared ?? this.#attemptMark();
    return mark && { ...mark, network_view: networkView };
  }

  /**
   * The one object that has the mark, put in order where there are several.
   *
   * @param leftover - what this call made is no whole
   */
  async existing(leftover = false): Promise<T | undefined> {
    const { pace, learnt } = this.#settings;
    // By then everything shows that was made together with what shows now.
    if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
    for (let looks = 1; ; looks += 1) {
      const { ours, others } = await this.#look();
      if (others.length === 0) return leftover ? this.withdraw(ours) : this.#keepOne(ours);
      if (ours.length > 0) {
        this.#contested = true;
        learnt.keepsParts ||= learnt.searchLag === 0;
        await this.withdraw(ours);
      } else if (others.length > 1) {
        this.#contested = true;
      } else {
        const [other] = others;
        if (other === undefined) return undefined;
        this.#refuseMismatch(other);
        if (await this.#vouch(other)) return { ...other, created: false };
      }
      if (looks === mostLooks) throw this.#several([...ours, ...others]);
      await pause(pace, Math.min(looks, 5), this.#request.signal);
    }
  }

  /**
   * Makes sure of what was made: that no other has the mark.
   *
   * @param seen - what the guard saw; `undefined` where there was none
   */
  async settled(thing: T, seen: readonly T[] | undefined): Promise<T | undefined> {
    const { learnt, pace } = this.#settings;
    this.#made.add(thing.ref);
    if (seen === undefined) return thing;
    if (!this.isShared) return this.lost === undefined ? thing : this.#withoutTwin(thing);
    const shows = seen.some(({ ref }) => ref === thing.ref);
    const started = pace.now();
    if (!shows) learnt.searchLag = Math.max(learnt.searchLag, await this.#untilShown(thing));
    if (seen.some(({ ref }) => ref !== thing.ref)) {
      this.#contested = true;
      await this.withdraw([thing]);
      return this.existing();
    }
    if (shows && learnt.searchLag === 0 && this.lost === undefined) return thing;
    await pace.sleep(Math.max(0, 2 * learnt.searchLag - (pace.now() - started)));
    return this.#winner(thing);
  }

  /**
   * What is left of a thing that nobody could make sure of: taken back where others that were made at the same time may
   * stay instead of it, so that the id doesn't stand for several.
   */
  async leftOf(thing: T): Promise<readonly T[]> {
    const { learnt, pace } = this.#settings;
    const mark = this.#attemptMark();
    if (!this.#made.has(thing.ref)) return [];
    if (learnt.searchLag === 0 || mark === undefined) return [thing];
    await pace.sleep(2 * learnt.searchLag);
    const isGone = await takeBack(this.#settings, this.#kind.search(thing, mark)).catch(() => false);
    return isGone ? [] : [thing];
  }

  /** The end of a call whose caller has aborted it. What a request id stands for may be others' by now; the rest is taken back. */
  async abandoned(until: AbortSignal): Promise<AbortedError | undefined> {
    const { signal } = this.#request;
    for (let looks = 1; looks <= mostLooks; looks += 1) {
      const { ours } = await this.#look(until);
      if (ours.length > 0) {
        if (!this.isShared) await this.withdraw(ours);
        const left = this.isShared ? ours : (await this.#look(until)).ours;
        const end = left.length === 0 ? "taken back" : "left as it is";
        const message = `The caller's signal was aborted when the ${this.#kind.noun} had been made; it was ${end}.`;
        return withPartial(new AbortedError(message, { cause: signal?.reason }), left);
      }
      await pause(this.#settings.pace, looks);
    }
    return undefined;
  }

  /** The write of unknown fate, with what to look for. Where none is, what was to be its cause. */
  unknownFate(cause: unknown): unknown {
    const { lost } = this;
    if (lost === undefined) return cause;
    const { method, path, attempts } = lost;
    const mark = this.where();
    const hint =
      mark === undefined
        ? lost.hint
        : this.isShared
          ? `Repeat the request with the same ${this.#sharedText()}: that is safe.`
          : `If it was, the ${this.#kind.noun} has the one-time id ${JSON.stringify(mark.extattrs)}: search for that.`;
    return new UncertainWriteError(
      `${method} ${path}: the answer was lost, and whether this was done could not be found out.`,
      { method, path, attempts, hint, cause: cause ?? lost },
    );
  }

  /** The error of a look that failed after a refusal: on some grids a part of what was refused stays. */
  unseen(cause: unknown): unknown {
    if (this.lost !== undefined) return cause;
    const hint = this.isShared
      ? `Repeat the request with the same ${this.#sharedText()}: that is safe.`
      : `If it was, it has the one-time id ${JSON.stringify(this.where()?.extattrs)}: search for that.`;
    return unseenAfterRefusal(cause, { noun: `the ${this.#kind.noun}`, pronoun: "it", hint });
  }

  /** The error of a call whose things others take the place of, again and again. */
  neverOurs(): AmbiguousTargetError {
    return this.#several([]);
  }

  /** Takes back what this call made, unless somebody vouches for it by now. The caller's signal has no say in that. */
  async withdraw(ours: readonly T[]): Promise<undefined> {
    const mark = this.#attemptMark();
    for (const thing of ours) {
      try {
        if (mark !== undefined) await takeBack(this.#settings, this.#kind.search(thing, mark));
        else await this.#settings.wapi.delete(thing.ref);
      } catch (error) {
        // Without a one-time id it isn't known whether what a second delete finds is the same.
        const isEnd = isRefusal(error) || isInfobloxError(error, "UncertainWriteError");
        if (mark !== undefined || !isEnd) throw withPartial(error, ours);
      }
      this.#made.delete(thing.ref);
    }
    return undefined;
  }

  /** Of several that were made at once, everybody keeps the same. */
  async #winner(thing: T): Promise<T | undefined> {
    const { ours, others } = await this.#look();
    if (others.length === 0) return this.#keepOne(ours.length > 0 ? ours : [thing]);
    this.#contested = true;
    const [winner] = inOrder(this.#kind, [...ours, ...others]);
    const losers = ours.filter((one) => one !== winner);
    await this.withdraw(losers);
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
    for (let looks = 1; looks <= mostLooksForOwn; looks += 1) {
      await pause(pace, Math.min(looks, 3));
      const { ours, others } = await this.#look();
      if ([...ours, ...others].some(({ ref }) => ref === thing.ref)) return pace.now() - started;
    }
    const message = `The grid's searches don't find ${thing.ref}, which it has just made: whether another ${this.#kind.noun} has the same request id can't be told.`;
    throw withPartial(new AmbiguousTargetError(message, { candidates: [thing.ref] }), [thing]);
  }

  async #keepOne(ours: readonly T[]): Promise<T | undefined> {
    const [first, ...twins] = inOrder(this.#kind, ours);
    await this.withdraw(twins);
    return first && { ...first, created: true };
  }

  /** Keeps whoever made a thing from taking it back, where that might be about to happen. */
  async #vouch(thing: T): Promise<boolean> {
    const { ownership, learnt } = this.#settings;
    const { attemptAttribute } = ownership;
    const attempt = ownership.attemptOf(thing);
    const isCalm = !this.#contested && !learnt.keepsParts && learnt.searchLag === 0;
    if (isCalm || attemptAttribute === undefined || attempt === undefined || isVouched(attempt)) return true;
    const search = this.#kind.search(thing, { extattrs: { [attemptAttribute]: attempt } });
    return vouchFor(this.#settings, [{ step: search, attempt }]);
  }

  async #look(signal = this.#request.signal): Promise<Standing<T>> {
    const { wapi, ownership } = this.#settings;
    const where = this.where();
    if (where === undefined) throw this.unknownFate(undefined);
    const searches = this.#kind.searches(where, () => ({ limit: 10 }));
    const found = this.#kind.read(await wapi.batch(searches, { signal }), ownership.expiryAttribute);
    const isOurs = (thing: T) => {
      const attempt = ownership.attemptOf(thing);
      return attempt === undefined
        ? this.#made.has(thing.ref)
        : [this.attempt, vouched(this.attempt)].includes(attempt);
    };
    return { ours: found.filter(isOurs), others: found.filter((thing) => !isOurs(thing)) };
  }

  #attemptMark(): MarkCriteria | undefined {
    const { attemptAttribute } = this.#settings.ownership;
    return attemptAttribute === undefined ? undefined : { extattrs: { [attemptAttribute]: this.attempt } };
  }

  #refuseMismatch(existing: T): void {
    const { differences, requestId = "" } = this.#request;
    const error = mismatch(this.#kind.noun, requestId, existing.ref, differences(existing));
    if (error !== undefined) throw error;
  }

  #sharedText(): string {
    const { requestId = this.attempt, sharedBy } = this.#request;
    return sharedBy === undefined ? `request id, "${requestId}"` : `attributes, ${JSON.stringify(sharedBy)}`;
  }

  #several(things: readonly T[]): AmbiguousTargetError {
    const candidates = things.map(({ ref }) => ref);
    return new AmbiguousTargetError(
      `Several objects have the same ${this.#sharedText()}: ${candidates.join(", ")}.`,
      {
        candidates,
        hint: "Calls at the same moment may just be putting it in order: ask again in a minute. If it stays so, release those that are not wanted, by reference.",
      },
    );
  }
}
