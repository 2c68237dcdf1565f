import { AmbiguousTargetError, isInfobloxError, UncertainWriteError, withPartial } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { type Described, type MarkCriteria, undefinedAttribute } from "../marks/ownership.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";
import { deleteObjects, identityOf } from "./delete.js";
import type { Intent, TakenAddress, Tracked } from "./intent.js";
import { inOrder, type Made, readRows, search, typeOf } from "./kinds.js";
import { type Claimed, hasPlaces, Places, type PlacesState } from "./places.js";
import { isExhausted, isTooMany } from "./refusals.js";
import { mismatch } from "./request-mismatch.js";
import { newTokenId, partsOfToken, type TokenId, tokenOf } from "./token.js";

type Tracking = Intent<never> & { readonly tracked: Tracked };

/** How often several objects of one id are looked at, which others may be about to put in order. */
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
  /** Whether an id, which others may use, stands for them; else the token of this call. */
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
 * What one call has to do with the objects of its ids and tokens: marks them, guards their creates, finds them again, tells
 * its own from those of others, and rolls back its own.
 *
 * An object with a request id is found by that; every other by its creation token. With an id each send has a token of its
 * own, so that what a refused send has left on a grid is told from what a lost one has made; without an id all sends
 * of a call share one, which is what the guard of each looks for.
 */
export class Claim {
  /** The first write of unknown fate: from then on no refusal proves that nothing was done. */
  lost: UncertainWriteError | undefined;
  readonly #settings: IpamSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #ofCall = newTokenId();
  #ofSend: TokenId = newTokenId();
  readonly #sends = new Set<TokenId>();
  /** Sends that the grid has refused: what carries their tokens is the rest of a request that was not undone. */
  readonly #refused = new Set<TokenId>();
  /** Sends that were refused for what is there already: perhaps their own object, where they were delivered twice. */
  readonly #contested = new Set<TokenId>();
  /** What this call is known to have made, for grids without creation tokens. */
  readonly #made = new Set<string>();
  readonly #places: Places;

  constructor(settings: IpamSettings, signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.#signal = signal;
    this.#places = new Places(settings);
  }

  /** Begins a send: objects with an id get tokens that none has had before. */
  beginSend(): void {
    this.#ofSend = newTokenId();
    this.#sends.add(this.#ofSend);
  }

  /** The grid has refused the last send. */
  refused(error: unknown): void {
    const isOwnPerhaps = isTooMany(error) || isInfobloxError(error, "ConflictError") || isExhausted(error);
    (isOwnPerhaps ? this.#contested : this.#refused).add(this.#ofSend);
  }

  made(thing: Made): void {
    this.#made.add(thing.ref);
  }

  /** What the object of an intent is marked with. */
  marksOf(intent: Intent<never>): Pick<Described, "requestId" | "token"> {
    const token = intent.tracked === undefined ? undefined : this.#tokenOf(intent);
    return { requestId: intent.requestId, token };
  }

  /** Whether what becomes of some of these intents can be found out. */
  canFind(intents: readonly Intent<never>[]): boolean {
    return this.#groups(intents).length > 0;
  }

  /** Whether others may ask for the same as one of these intents. */
  isShared(intents: readonly Intent<never>[]): boolean {
    return intents.some((intent) => isTracked(intent) && isClaimed(intent));
  }

  /**
   * Searches that fail the request where there is one object more of a type than it makes: so a request that is carried out
   * late or twice is undone, and of many callers with one id one makes the object. Of the other types that an id can
   * stand for the answer shows what there is.
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
   * The first steps of a request that makes the objects of these intents, on a grid whose searches aren't enough.
   *
   * @param addresses - what they take, where two that choose at once may choose alike
   */
  placeSteps(intents: readonly Intent<never>[], addresses: readonly Taken[]): readonly Step<unknown>[] {
    return this.#places.steps([...this.#claimed(intents), ...this.#claimedAddresses(addresses)]);
  }

  /** Whether the grid refused one of these places. */
  isPlaceTaken(intents: readonly Intent<never>[], addresses: readonly Taken[], error: unknown): boolean {
    if (!hasPlaces(this.#settings) || !isInfobloxError(error, "ConflictError")) return false;
    return this.#places.isAbout([...this.#claimed(intents), ...this.#claimedAddresses(addresses)], error);
  }

  /** What holds the places of these intents, for which no objects were found. */
  async placesState(
    intents: readonly Intent<never>[],
    addresses: readonly Taken[],
    signal = this.#signal,
  ): Promise<PlacesState> {
    const claimed = [...this.#claimed(intents), ...this.#claimedAddresses(addresses)];
    if (claimed.length === 0 || !hasPlaces(this.#settings)) return { hasMoved: false, held: [] };
    // A refused send of this call may have left its places, and no object: that was looked for.
    const isOwn = this.#settings.observed.searchLag === 0 && this.lost === undefined;
    const isAbandoned = (token: string) => {
      const { id } = partsOfToken(token);
      return this.#refused.has(id) || (isOwn && this.#contested.has(id));
    };
    // The plan itself may release what has an address. After a lost answer the addresses stay those chosen before it.
    const releases = intents.some(({ noun }) => noun === "release" || noun === "deletion");
    const areAddressesFree = releases ? "now" : this.lost === undefined;
    return this.#places.look(claimed, { isAbandoned, areAddressesFree }, signal);
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
    return intents.flatMap((intent) => {
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
   * What stands for these intents, one object each. Several are put in order first: what a refused request has left is
   * rolled back, and of several that were made side by side the first stays.
   *
   * @throws {RequestMismatchError} where an id stands for something else
   * @throws {AmbiguousTargetError} where an id keeps standing for several objects
   */
  async standing(
    intents: readonly Intent<never>[],
    signal: AbortSignal | undefined = this.#signal,
  ): Promise<readonly Standing[]> {
    const { clock, observed } = this.#settings;
    for (let looks = 1; ; looks += 1) {
      // By then everything shows that was made together with what shows now.
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
   * Makes sure of what a request has made. On a grid as it should be the guard has done that already, and the answer shows it.
   *
   * @returns those that stay; instead of the others somebody else's stand
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
    // The id stands for an object of others already: ours goes, and the look says what theirs is.
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
   * Deletes objects that this call has made, and nothing that has their place by now. The caller's signal has no say in it.
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

  /** What to search for, for the error of a call whose fate can't be found out. */
  hint(intents: readonly Intent<never>[]): string | undefined {
    const all = intents.flatMap((intent) => callersIdOf(intent) ?? []);
    const ids = [...new Set(all)];
    if (ids.length > 0)
      return `Repeat the request with the same request id: that is safe (${ids.slice(0, 3).join(", ")}).`;
    const criteria = this.#settings.ownership.tokened([this.#ofCall]);
    if (criteria === undefined || !this.canFind(intents)) {
      const before = this.lost?.hint ?? "Search for what it would have made.";
      return `${before} With setup() once, this library finds that out itself.`;
    }
    return `If it was, what it has made has a creation token that begins so: ${JSON.stringify(criteria.extattrs)}. Search for that.`;
  }

  /** The error of a write of unknown fate; `cause` itself where none is. */
  unknownFate(cause: unknown, intents: readonly Intent<never>[], what: string): unknown {
    const { lost } = this;
    if (lost === undefined) return cause;
    const { method, path, attempts } = lost;
    return new UncertainWriteError(
      `${method} ${path}: the answer was lost, and whether ${what} was done could not be found out.`,
      { method, path, attempts, hint: this.hint(intents), cause: cause ?? lost },
    );
  }

  /** One object each, as it was asked for. */
  #single(found: ReadonlyMap<Tracking, readonly Made[]>): Standing[] {
    return [...found].flatMap(([intent, [thing]]): Standing[] => {
      if (thing === undefined) return [];
      const isOurs = this.#isOurs(thing);
      if (!isOurs) this.#refuseMismatch(intent, thing);
      return [{ intent, thing: { ...thing, created: isOurs }, isOurs }];
    });
  }

  /** Of several objects that stand for one intent, deletes those of this call that don't stay. */
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
    // Whoever has the first keeps it; everybody sees the same order.
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
        `The grid's searches don't find what it has just made (${wanted.join(", ")}): whether others have made the same can't be told.`,
        { candidates: wanted },
      ),
      [...made.values()],
    );
  }

  /** What the grid has for each intent, in no order. */
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
        // An attribute that the grid doesn't have is on none of its objects.
        if (ownership.drops(undefinedAttribute(error))) return undefined;
        throw ownership.explained(error);
      });
    if (answers === undefined) return this.#look(intents, signal);
    // In the order in which they were asked for, so that errors name the first.
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

  /** Whether an object that a search found is that of the intent: patterns find candidates only. */
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

  /** Whether it is the rest of a request that the grid has refused, and not undone. */
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

  /** @param isGuard - for a guard, which counts type by type; a look needs all that one id can stand for only once */
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
        hint: "Calls at the same moment may just be putting it in order: ask again in a minute. If it stays so, release those that are not wanted, by reference.",
      },
    );
  }
}

/** What the caller knows an intent by: ids of several are made of the caller's and their names. */
function callersIdOf({ requestId, sharedBy, name }: Intent<never>): string | undefined {
  if (requestId === undefined) return sharedBy === undefined ? undefined : JSON.stringify(sharedBy);
  const end = `/${name}`;
  return `"${requestId.endsWith(end) ? requestId.slice(0, -end.length) : requestId}"`;
}

interface Searched {
  readonly type: string;
  readonly step: Step<unknown>;
}

/** Searches that guard a request, and how their answers are read: what they show of objects that an id stands for. */
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

/** Whether a look found what it was to find, and that isn't what it should be. */
export function isFinding(error: unknown): boolean {
  return isInfobloxError(error, "RequestMismatchError") || isInfobloxError(error, "AmbiguousTargetError");
}
