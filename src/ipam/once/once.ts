import { isInfobloxError, type WapiError, withPartial } from "../../errors.js";
import type { Marks } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import {
  isContended,
  isExhausted,
  isMissingSource,
  isOutOfBlocks,
  isRefusal,
  isTooMany,
} from "../sources/exhaustion.js";
import { Claim } from "./claim.js";
import type { Kind, Made } from "./kinds.js";
import { pause } from "./pace.js";
import { persistently } from "./persistence.js";
import type { Draft, Make, Request } from "./request.js";
import { isFinding } from "./unknown-fate.js";

/** How often a write whose answer is lost is repeated, at most; and how often one that others get in the way of. */
const mostTries = 10;
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
  const claim = new Claim(settings, kind, described);
  const making = new Making(settings, kind, described, claim);
  return settings.ownership.creating({ ...described, attempt: claim.attempt }, (marks) =>
    making.toTheEnd(take((draft) => making.make(draft), marks)),
  );
}

type Outcome<T> =
  /** With what the guard saw. */
  | { readonly kind: "made"; readonly thing: T; readonly seen: readonly T[] | undefined }
  /** The guard failed: there is one already. */
  | { readonly kind: "second"; readonly error: WapiError }
  | { readonly kind: "lost"; readonly error: unknown }
  | { readonly kind: "refused"; readonly error: WapiError };

/** Sends a create until it is known what became of it. */
class Making<T extends Made> {
  readonly #settings: IpamSettings;
  readonly #kind: Kind<T>;
  readonly #request: Request<T>;
  readonly #claim: Claim<T>;
  /** A request was refused as exhausted, and nobody has looked whether it was done before that. */
  #isUnseen = false;

  constructor(settings: IpamSettings, kind: Kind<T>, request: Request<T>, claim: Claim<T>) {
    this.#settings = settings;
    this.#kind = kind;
    this.#request = request;
    this.#claim = claim;
  }

  /**
   * The thing, in the end: what took the last of all sources may be this call's own, where the network has delivered its
   * request twice and it is the second that was answered.
   */
  async toTheEnd(taking: Promise<T>): Promise<T> {
    try {
      return await taking;
    } catch (error) {
      const isToLook = this.#isUnseen && this.#claim.where() !== undefined;
      const mayStand = isToLook && isInfobloxError(error, "PoolExhaustedError");
      const own = mayStand ? await this.#claim.existing() : undefined;
      if (own === undefined) throw error;
      return own;
    }
  }

  async make(draft: Draft<T>): Promise<T> {
    const { pace, learnt } = this.#settings;
    const { signal } = this.#request;
    // Such a grid would keep what the guard refuses: better to look first.
    const earlier = learnt.keepsParts && this.#claim.isShared ? await this.#claim.existing() : undefined;
    if (earlier !== undefined) return earlier;
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#send(draft);
      const thing =
        outcome.kind === "made" ? await this.#settled(outcome) : await this.#standing(outcome, draft);
      if (thing !== undefined) return thing;
      if (outcome.kind === "refused" && !(draft.chosen && isContended(outcome.error))) throw outcome.error;
      if (tries === mostTries)
        throw this.#claim.unknownFate("error" in outcome ? outcome.error : this.#claim.neverOurs());
      await pause(pace, tries, signal);
    }
  }

  /** Makes sure of what was made. Where that can't be done, whoever asked is told what there is. */
  async #settled({ thing, seen }: Extract<Outcome<T>, { kind: "made" }>): Promise<T | undefined> {
    try {
      return await this.#claim.settled(thing, seen);
    } catch (error) {
      throw withPartial(error, await this.#claim.leftOf(thing));
    }
  }

  async #send(draft: Draft<T>): Promise<Outcome<T>> {
    const { wapi, ownership } = this.#settings;
    const { signal } = this.#request;
    const where = this.#guarded(draft) ? this.#claim.where() : undefined;
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
    return this.#claim.isShared || this.#claim.lost !== undefined || create === undefined;
  }

  #judge(error: unknown): Outcome<T> {
    if (isInfobloxError(error, "UncertainWriteError")) {
      this.#claim.lost ??= error;
      return { kind: "lost", error };
    }
    if (isTooMany(error)) return { kind: "second", error };
    if (isRefusal(error)) return { kind: "refused", error };
    if (this.#claim.lost === undefined) throw error;
    // Whatever keeps the repetition from being sent says nothing of the first.
    return { kind: "lost", error };
  }

  /** What stands after a create that didn't come through, if anything does. */
  async #standing(outcome: Exclude<Outcome<T>, { kind: "made" }>, draft: Draft<T>): Promise<T | undefined> {
    switch (outcome.kind) {
      case "second":
        return this.#seen();
      case "refused":
        if (!this.#mayStand(outcome.error, draft)) {
          this.#isUnseen ||= this.#guarded(draft) && isExhausted(outcome.error);
          return undefined;
        }
        return this.#seen(this.#isLeftover(outcome.error, draft));
      case "lost":
        return this.#request.signal?.aborted ? this.#abandoned() : this.#afterLoss();
    }
  }

  async #seen(leftover = false): Promise<T | undefined> {
    const { pace } = this.#settings;
    try {
      return await persistently(pace, this.#request.signal, () => this.#claim.existing(leftover));
    } catch (error) {
      throw this.#claim.unseen(error);
    }
  }

  /** Whether something of ours may be there although the create was refused. */
  #mayStand(error: WapiError, draft: Draft<T>): boolean {
    if (this.#claim.where() === undefined) return false;
    if (this.#claim.isShared || this.#claim.lost !== undefined) return true;
    if (isOwnDouble(error, draft)) return true;
    return draft.goesOn === true && !isOutOfBlocks(error) && !isMissingSource(error);
  }

  /** What is there of ours, without a loss before, is the beginning of what was refused further on. */
  #isLeftover(error: WapiError, draft: Draft<T>): boolean {
    return draft.goesOn === true && this.#claim.lost === undefined && !isOwnDouble(error, draft);
  }

  async #afterLoss(): Promise<T | undefined> {
    try {
      return await this.#claim.existing();
    } catch (error) {
      throw isFinding(error) ? error : this.#claim.unknownFate(error);
    }
  }

  async #abandoned(): Promise<never> {
    let end: unknown;
    try {
      end = await this.#claim.abandoned(AbortSignal.timeout(patience));
    } catch (error) {
      throw this.#claim.unknownFate(error);
    }
    throw end ?? this.#claim.unknownFate(undefined);
  }
}

/**
 * Whether what is in the way of what was named may be just that: where the network delivers a request twice, it is the
 * second that is answered.
 */
function isOwnDouble(error: WapiError, { chosen, create, goesOn }: Draft<unknown>): boolean {
  const isOnlyIfUnused = !chosen && create === undefined && goesOn !== true;
  return isOnlyIfUnused || (isInfobloxError(error, "ConflictError") && !isExhausted(error));
}

/** More than one of the type itself fails the request; of the other types, one more is enough to know. */
function guarding(type: string) {
  return (searched: string) => (searched === type ? { failAbove: 1 } : { limit: 1 });
}
