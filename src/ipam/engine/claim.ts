import {
  AmbiguousTargetError,
  type ConflictError,
  isInfobloxError,
  UncertainWriteError,
  withPartial,
} from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { type Described, type MarkCriteria, undefinedAttribute } from "../marks/ownership.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";
import { deleteObjects, identityOf } from "./delete.js";
import type { Intent, TakenAddress, Tracked } from "./intent.js";
import { inOrder, type Made, readRows, search, typeOf } from "./kinds.js";
import { type Claimed, claimOfState, hasPlaces, Places, type PlacesState } from "./places.js";
import { isExhausted, isTooMany } from "./refusals.js";
import { mismatch } from "./request-mismatch.js";
import { newTokenId, partsOfToken, type TokenId, tokenOf } from "./token.js";

type Tracking = Intent<never> & { readonly tracked: Tracked };

/** How often a call looks again at several objects of one id. Other calls may be removing the surplus meanwhile. */
const mostLooks = 20;
/** The most that one search of a look finds. */
const mostFound = 1_000;

/** An address that an intent is to take. */
export interface Taken {
  readonly intent: Intent<never>;
  readonly address: TakenAddress;
}

/** Intents whose objects one search per type finds. */
interface Group {
  readonly intents: readonly Tracking[];
  readonly tracked: Tracked;
  readonly where: object;
  /** Whether a request id or shared attributes identify them, which other calls may use, too. If not, the token of this call does. */
  readonly isClaimed: boolean;
}

/** An object that stands for an intent. */
export interface Standing {
  readonly intent: Intent<never>;
  readonly thing: Made;
  /** Whether this call has made it. */
  readonly isOurs: boolean;
}

/**
 * Keeps track of the objects that one call makes: marks them, guards their creates, finds them again, tells its own from those
 * of other calls, and rolls back its own.
 *
 * A request id finds its object; a creation token finds any other. With an id, each send has its own token: so the remains of
 * a refused send can be told from the objects of a lost one. Without an id, all sends of a call share one token, and the guard
 * of each send searches for it.
 */
export class Claim {
  /** The first write whose answer was lost. From then on a refusal does not prove that nothing was done. */
  lost: UncertainWriteError | undefined;
  readonly #settings: IpamSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #ofCall = newTokenId();
  #ofSend: TokenId = newTokenId();
  readonly #sends = new Set<TokenId>();
  /** Sends that the grid refused. Objects with their tokens are remains that the grid did not undo. */
  readonly #refused = new Set<TokenId>();
  /** Sends that were refused because an object exists already. If they were delivered twice, it may be their own. */
  readonly #contested = new Set<TokenId>();
  /** References of objects that this call has made, for grids without creation tokens. */
  readonly #made = new Set<string>();
  readonly #places: Places;

  constructor(settings: IpamSettings, signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.#signal = signal;
    this.#places = new Places(settings);
  }

  /** Begins a send: its objects with an id get a new token. */
  beginSend(): void {
    this.#ofSend = newTokenId();
    this.#sends.add(this.#ofSend);
  }

  /** Notes that the grid has refused the last send. */
  refused(error: unknown): void {
    const isOwnPerhaps = isTooMany(error) || isInfobloxError(error, "ConflictError") || isExhausted(error);
    (isOwnPerhaps ? this.#contested : this.#refused).add(this.#ofSend);
  }

  made(thing: Made): void {
    this.#made.add(thing.ref);
  }

  /** The marks of an intent's object. */
  marksOf(intent: Intent<never>): Pick<Described, "requestId" | "token"> {
    const token = intent.tracked === undefined ? undefined : this.#tokenOf(intent);
    return { requestId: intent.requestId, token };
  }

  /** Whether a search can find the objects of some of these intents. */
  canFind(intents: readonly Intent<never>[]): boolean {
    return this.#groups(intents).length > 0;
  }

  /** Whether other calls may ask for the same object as one of these intents. */
  isShared(intents: readonly Intent<never>[]): boolean {
    return intents.some((intent) => isTracked(intent) && isClaimed(intent));
  }

  /**
   * Searches that fail the request if there are more objects of a type than the request makes. So the grid undoes a request
   * that arrives late or twice, and of many callers with one id only one makes the object. For the other types that an id can
   * stand for, the answer shows which objects exist.
   */
  guards(intents: readonly Intent<never>[]): Guard {
    const groups = this.#settings.observed.refusesGuards ? [] : this.#groups(intents, true);
    const searches = groups.flatMap(({ intents: some, tracked, where, isClaimed: isSeen }): Searched[] => {
      const { kind, type } = tracked;
      const own = search(type, where, { failAbove: some.length });
      if (!isSeen) return [{ type, step: own.discard() }];
      const more = [...kind.types, ...kind.others].filter((one) => one !== type);
      return [
        { type, step: own },
        ...more.map((one) => ({ type: one, step: search(one, where, { limit: some.length }) })),
      ];
    });
    return {
      steps: searches.map(({ step }) => step),
      read: (results) =>
        searches.flatMap(({ type }, index) => {
          const rows = results[index];
          return rows === undefined ? [] : this.#read(type, rows as readonly unknown[]);
        }),
    };
  }

  /**
   * The first steps of a request that makes the objects of these intents, on a grid with the profile `places`.
   *
   * @param addresses - the addresses that they take, on a grid where two requests may choose the same one
   */
  placeSteps(intents: readonly Intent<never>[], addresses: readonly Taken[]): readonly Step<unknown>[] {
    return this.#places.steps([...this.#claimed(intents), ...this.#claimedAddresses(addresses)]);
  }

  /** Whether the grid refused a place of the last send, or the place of one of these addresses. */
  isPlaceTaken(error: unknown, addresses?: readonly Taken[]): error is ConflictError {
    if (!hasPlaces(this.#settings) || !isInfobloxError(error, "ConflictError")) return false;
    return this.#places.isTaken(error, addresses && this.#claimedAddresses(addresses));
  }

  /** Looks who holds the places of these intents, after no objects were found for them. */
  async placesState(
    intents: readonly Intent<never>[],
    addresses: readonly Taken[],
    signal = this.#signal,
  ): Promise<PlacesState> {
    const claimed = [...this.#claimed(intents), ...this.#claimedAddresses(addresses)];
    if (claimed.length === 0 || !hasPlaces(this.#settings)) return { hasMoved: false, held: [] };
    // A refused send of this call may have left its places. The look before found no object of it.
    const isOwn = this.#settings.observed.searchLag === 0 && this.lost === undefined;
    const isAbandoned = (token: string) => {
      const { id } = partsOfToken(token);
      return this.#refused.has(id) || (isOwn && this.#contested.has(id));
    };
    // The plan itself may release the object that has an address.
    const freesAddresses = intents.some(({ noun }) => noun === "release" || noun === "deletion");
    return this.#places.look(claimed, { isAbandoned, freesAddresses }, signal);
  }

  #claimedAddresses(addresses: readonly Taken[]): Claimed[] {
    return addresses.map(({ intent, address }) => ({
      key: JSON.stringify(["address", address.networkView, address.ip]),
      id: `address ${address.ip} ${address.networkView}`,
      token: isTracked(intent) ? this.#tokenOf(intent) : this.#ofSend,
      address,
    }));
  }

  #claimed(intents: readonly Intent<never>[]): Claimed[] {
    return intents.flatMap((intent): Claimed[] => {
      const last = intent.changesFrom?.();
      if (last !== undefined) return [claimOfState(last, this.#ofSend)];
      if (!isTracked(intent)) return [];
      const { requestId, sharedBy, tracked } = intent;
      const id = requestId ?? (sharedBy && JSON.stringify(Object.entries(sharedBy).sort()));
      if (id === undefined) return [];
      const { kind, view } = tracked;
      const key = JSON.stringify([[...kind.types, ...kind.others].sort(), view, id]);
      return [{ key, id, token: this.#tokenOf(intent) }];
    });
  }

  /**
   * The objects that exist for these intents, one each. If there are several, the surplus is removed first: remains of refused
   * requests are rolled back, and of objects that were made side by side the first stays.
   *
   * @throws {RequestMismatchError} if an id stands for an object that differs from the request
   * @throws {AmbiguousTargetError} if an id still stands for several objects after all looks
   */
  async standing(
    intents: readonly Intent<never>[],
    signal: AbortSignal | undefined = this.#signal,
  ): Promise<readonly Standing[]> {
    const { clock, observed } = this.#settings;
    for (let looks = 1; ; looks += 1) {
      // After this wait, searches show all objects that were made at the same time.
      if (observed.searchLag > 0) await clock.sleep(2 * observed.searchLag);
      const found = await this.#look(intents, signal);
      const crowded = [...found].filter(
        ([, things]) => things.length > 1 || things.some((one) => this.#isLeft(one)),
      );
      if (crowded.length === 0) return this.#single(found);
      for (const [, things] of crowded) await this.#thinOut(things);
      if (looks === mostLooks)
        throw this.#several(crowded.map(([intent, things]) => [intent, things] as const));
      await backOff(clock, Math.min(looks, 5), signal);
    }
  }

  /**
   * Checks that the objects of a request are the only ones. On most grids the guards have done that, and their answers show it.
   *
   * @returns the objects that stay; for the other intents another call's object exists
   */
  async confirm(
    made: ReadonlyMap<Intent<never>, Made>,
    seen: readonly Made[],
  ): Promise<ReadonlyMap<Intent<never>, Made>> {
    const { observed } = this.#settings;
    for (const thing of made.values()) this.made(thing);
    const shared = new Map([...made].filter(([intent]) => isClaimed(intent)));
    const refs = new Set<string>(seen.map(({ ref }) => ref));
    const own = new Set<string>([...made.values()].map(({ ref }) => ref));
    const strangers = seen.filter(({ ref }) => !own.has(ref));
    const hasGuards = !observed.refusesGuards && shared.size > 0;
    const hidden = hasGuards ? [...shared.values()].filter(({ ref }) => !refs.has(ref)) : [];
    if (hidden.length > 0 && !hasPlaces(this.#settings)) await this.#untilShown(shared);
    // The id stands for another call's object already: ours is rolled back, and a look reads theirs.
    const isBeside = (intent: Intent<never>) => strangers.some((one) => this.#isOf(intent, one));
    const others = new Set([...shared.keys()].filter(isBeside).map(({ name }) => name));
    const beside = new Map(
      [...shared].filter(([{ name, goesWith = name }]) => others.has(name) || others.has(goesWith)),
    );
    await this.rollBack([...beside.values()]);
    const kept = new Map([...made].filter(([intent]) => !beside.has(intent)));
    // An id that has a place has one object.
    if (hasPlaces(this.#settings) && shared.size === made.size) return kept;
    const isInDoubt = observed.searchLag > 0 && (shared.size > 0 || this.lost !== undefined);
    if (!isInDoubt && !(observed.refusesGuards && this.lost !== undefined)) return kept;
    const intents = [...kept.keys()].filter((intent) => this.lost !== undefined || shared.has(intent));
    if (intents.length === 0) return kept;
    const standing = new Map((await this.standing(intents)).map(({ intent, thing }) => [intent, thing]));
    return new Map(
      [...kept].filter(
        ([intent, { ref }]) => !intents.includes(intent) || (standing.get(intent)?.ref ?? ref) === ref,
      ),
    );
  }

  /**
   * Deletes objects that this call has made, and no objects that others have made in their place. The caller's signal does not
   * stop it.
   *
   * Model: `rollBack`.
   */
  async rollBack(things: readonly Made[]): Promise<void> {
    if (things.length === 0) return;
    const deletions = things.map((thing) => ({ thing, where: identityOf(this.#settings, thing, true) }));
    try {
      await deleteObjects(this.#settings, deletions);
    } catch (error) {
      throw withPartial(error, things);
    }
    this.#settings.pools.released();
  }

  /** The hint of an `UncertainWriteError`: what to repeat or to search for. */
  hint(intents: readonly Intent<never>[]): string | undefined {
    const all = intents.flatMap((intent) => callersIdOf(intent) ?? []);
    const ids = [...new Set(all)];
    if (ids.length > 0)
      return `Repeat the request with the same request id (${ids.slice(0, 3).join(", ")}): that is safe.`;
    const { ownership } = this.#settings;
    const { tokenAttribute } = ownership;
    const [token, ...others] = intents.filter(isTracked).map((intent) => this.#tokenOf(intent));
    if (tokenAttribute !== undefined && token !== undefined) {
      const searched = { [tokenAttribute]: others.length === 0 ? token : { matches: `^${this.#ofCall}` } };
      return `If it was, its objects have a creation token: search for ${JSON.stringify(searched)}.`;
    }
    const before = this.lost?.hint ?? "Search for what it would have made.";
    if (tokenAttribute !== undefined && ownership.lastChangeAttribute !== undefined) return before;
    return `${before} After one call of setup() on this grid, the library finds that out itself.`;
  }

  /** The error of a write whose outcome is uncertain; `cause` itself if no answer was lost. */
  unknownFate(cause: unknown, intents: readonly Intent<never>[], what: string): unknown {
    const { lost } = this;
    if (lost === undefined) return cause;
    const { method, path, attempts } = lost;
    return new UncertainWriteError(
      `${method} ${path}: the answer was lost, and whether ${what} was done could not be found out.`,
      { method, path, attempts, hint: this.hint(intents), cause: cause ?? lost },
    );
  }

  /** One object for each intent. Objects of other calls are compared with the request. */
  #single(found: ReadonlyMap<Tracking, readonly Made[]>): Standing[] {
    return [...found].flatMap(([intent, [thing]]): Standing[] => {
      if (thing === undefined) return [];
      const isOurs = this.#isOurs(thing);
      if (!isOurs) this.#refuseMismatch(intent, thing);
      return [{ intent, thing: { ...thing, created: isOurs }, isOurs }];
    });
  }

  /** If several objects stand for one intent, deletes the surplus ones that this call has made. */
  async #thinOut(things: readonly Made[]): Promise<void> {
    const { observed } = this.#settings;
    const hasOthers = things.some((one) => !this.#isOurs(one));
    const left = things.filter(
      (one) => this.#isLeft(one) || (hasOthers && this.#isFrom(this.#contested, one)),
    );
    if (left.length > 0) {
      observed.keepsParts ||= observed.searchLag === 0;
      return this.rollBack(left);
    }
    const [first, ...others] = inOrder(things);
    if (hasOthers && observed.searchLag === 0) observed.keepsParts = true;
    // The first object stays. All calls see the same order, so they agree.
    if (first !== undefined) await this.rollBack(others.filter((one) => this.#isOurs(one)));
  }

  async #untilShown(made: ReadonlyMap<Intent<never>, Made>): Promise<void> {
    const { clock, observed } = this.#settings;
    const started = clock.now();
    const wanted = [...made.values()].map(({ ref }) => ref);
    for (let looks = 1; looks <= mostLooks; looks += 1) {
      await backOff(clock, Math.min(looks, 3));
      const found = await this.#look([...made.keys()], this.#signal);
      const refs = new Set([...found.values()].flat().map(({ ref }) => ref));
      if (!wanted.every((ref) => refs.has(ref))) continue;
      observed.searchLag = Math.max(observed.searchLag, clock.now() - started);
      return;
    }
    throw withPartial(
      new AmbiguousTargetError(
        `The grid's searches do not find the new objects ${wanted.join(", ")}: whether other calls have made the same ones is unknown.`,
        { candidates: wanted },
      ),
      [...made.values()],
    );
  }

  /** The objects that the grid has for each intent, in no order. */
  async #look(
    intents: readonly Intent<never>[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<Tracking, readonly Made[]>> {
    const { wapi, ownership } = this.#settings;
    const searches = this.#groups(intents).flatMap((group) => {
      const { kind } = group.tracked;
      const types = group.isClaimed ? [...kind.types, ...kind.others] : kind.types;
      return types.map((type) => ({ group, type, step: search(type, group.where, { limit: mostFound }) }));
    });
    if (searches.length === 0) return new Map();
    const answers = await wapi
      .batch(searches.map(({ step }) => step) as Step<readonly unknown[]>[], { signal })
      .catch((error: unknown) => {
        // If the grid does not define the attribute, no object has it.
        if (ownership.drops(undefinedAttribute(error))) return undefined;
        throw ownership.explained(error);
      });
    if (answers === undefined) return this.#look(intents, signal);
    // In the order of the request, so that an error names its first intent.
    const found = new Map<Tracking, Made[]>(intents.filter(isTracked).map((intent) => [intent, []]));
    for (const [index, { group, type }] of searches.entries()) {
      for (const thing of this.#read(type, answers[index] ?? [])) {
        const intent = group.intents.find((one) => this.#isOf(one, thing));
        if (intent !== undefined) found.set(intent, [...(found.get(intent) ?? []), thing]);
      }
    }
    return found;
  }

  #read(type: string, rows: readonly unknown[]): Made[] {
    return readRows(type, rows, this.#settings.ownership.expiryAttribute);
  }

  /** Whether an object that a search found is that of the intent: the search's pattern may match others, too. */
  #isOf(intent: Intent<never>, thing: Made): boolean {
    const { ownership } = this.#settings;
    if (intent.sharedBy !== undefined) return true;
    if (intent.requestId !== undefined) return ownership.requestIdOf(thing) === intent.requestId;
    return ownership.tokenOf(thing) === this.#tokenOf(intent);
  }

  #isOurs(thing: Made): boolean {
    const token = this.#settings.ownership.tokenOf(thing);
    if (token === undefined) return this.#made.has(thing.ref);
    const { id } = partsOfToken(token);
    return id === this.#ofCall || this.#sends.has(id);
  }

  /** Whether the object is what a refused request has left. */
  #isLeft(thing: Made): boolean {
    return this.#isFrom(this.#refused, thing);
  }

  #isFrom(sends: ReadonlySet<TokenId>, thing: Made): boolean {
    const token = this.#settings.ownership.tokenOf(thing);
    return token !== undefined && sends.has(partsOfToken(token).id);
  }

  #tokenOf(intent: Intent<never>): string {
    return tokenOf(isClaimed(intent) ? this.#ofSend : this.#ofCall, intent.name);
  }

  /** @param isGuard - a guard needs one group per type, since it counts by type; a look needs one per kind */
  #groups(intents: readonly Intent<never>[], isGuard = false): Group[] {
    const byKey = new Map<string, Tracking[]>();
    for (const intent of intents) {
      if (!isTracked(intent)) continue;
      const { kind, type, view } = intent.tracked;
      const mark = intent.sharedBy ?? isClaimed(intent);
      const key = JSON.stringify([isGuard ? type : [kind.types, kind.others], view, mark]);
      byKey.set(key, [...(byKey.get(key) ?? []), intent]);
    }
    return [...byKey.values()].flatMap((some): Group[] => {
      const [first] = some;
      if (first === undefined) return [];
      const criteria = this.#criteria(first, some);
      if (criteria === undefined) return [];
      const { tracked } = first;
      return [
        { intents: some, tracked, where: { ...tracked.view, ...criteria }, isClaimed: isClaimed(first) },
      ];
    });
  }

  #criteria(first: Tracking, some: readonly Tracking[]): MarkCriteria | undefined {
    const { ownership } = this.#settings;
    if (first.sharedBy !== undefined) return { extattrs: first.sharedBy };
    if (first.requestId !== undefined)
      return ownership.requested(...some.flatMap(({ requestId }) => requestId ?? []));
    return ownership.tokened(some.map((intent) => this.#tokenOf(intent)));
  }

  /** Model: `mismatch`. */
  #refuseMismatch(intent: Tracking, existing: Made): void {
    const { requestId = JSON.stringify(intent.sharedBy ?? ""), noun, tracked, differences } = intent;
    const isOther = !tracked.kind.types.includes(typeOf(existing));
    const found = isOther
      ? [{ field: "kind", requested: noun, existing: typeOf(existing) }]
      : (differences?.(existing) ?? []);
    const error = mismatch(noun, requestId, existing.ref, found);
    if (error !== undefined) throw error;
  }

  #several(crowded: readonly (readonly [Tracking, readonly Made[]])[]): AmbiguousTargetError {
    const candidates = crowded.flatMap(([, things]) => things.map(({ ref }) => ref as string));
    const ids = crowded.map(
      ([{ requestId, sharedBy, name }]) => requestId ?? (sharedBy && JSON.stringify(sharedBy)) ?? name,
    );
    return new AmbiguousTargetError(
      `Several objects have the request id ${ids.map((id) => `"${id}"`).join(", ")}: ${candidates.join(", ")}.`,
      {
        candidates,
        hint: "Calls at the same moment may be removing the surplus: repeat the call in a minute. If there are still several, release by reference those that are not wanted.",
      },
    );
  }
}

/** The id that the caller passed. In a call with several intents, each request id is the caller's with the intent's name. */
function callersIdOf({ requestId, sharedBy, name }: Intent<never>): string | undefined {
  if (requestId === undefined) return sharedBy === undefined ? undefined : JSON.stringify(sharedBy);
  const end = `/${name}`;
  return `"${requestId.endsWith(end) ? requestId.slice(0, -end.length) : requestId}"`;
}

interface Searched {
  readonly type: string;
  readonly step: Step<unknown>;
}

/** Searches that guard a request, and the function that reads the objects in their answers. */
export interface Guard {
  readonly steps: readonly Step<unknown>[];
  readonly read: (results: readonly unknown[]) => readonly Made[];
}

function isTracked(intent: Intent<never>): intent is Tracking {
  return intent.tracked !== undefined;
}

function isClaimed({ requestId, sharedBy }: Intent<never>): boolean {
  return requestId !== undefined || sharedBy !== undefined;
}

/** Whether the error says what a look has found, not that the look failed. */
export function isFinding(error: unknown): boolean {
  return isInfobloxError(error, "RequestMismatchError") || isInfobloxError(error, "AmbiguousTargetError");
}
