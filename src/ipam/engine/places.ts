/**
 * Places: small networks in a network view of our own, at a hash of what is to be unique. Where a grid runs requests side by
 * side, or its searches lag, no search tells whether another object of an id is under way. That there is one network of a block
 * only is what the grid's store itself sees to.
 *
 * An id has a place, which is made in the request that makes its object, and stays. A delete leaves a mark: a place at a hash of
 * the object's creation token. A place whose token has such a mark is that of an object that is gone; the next object
 * of the id takes the next place. Nothing ever changes a place, so whatever is late, doubled or stale does no harm.
 */

import { createHash } from "node:crypto";
import { type Block, formatBlock, parseBlock } from "../../cidr.js";
import { InvalidRequestError, isInfobloxError } from "../../errors.js";
import { phrase } from "../../phrase.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import { type Step, step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import type { TakenAddress } from "./intent.js";
import { isShared } from "./token.js";

/** The network view that places lie in. `setup` makes it. */
export const placesView = "infoblox-ipam places";

/** How the comment of a deletion mark begins; its time follows. */
export const deletedAt = "deleted ";
/** How that of the mark of a change begins. */
export const changedAt = "changed ";
/** How that of the mark of a place that was given up begins. */
export const overAt = "over ";
/** How that of another place begins. */
const madeAt = "made ";
/** The most that one search finds. */
const mostFound = 1_000;

/** An id that is to stand for one object, or an address that is to have one, and the token of that object. */
export interface Claimed {
  /** What the place is a hash of: the id, and where it is looked for. */
  readonly key: string;
  readonly id: string;
  readonly token: string;
  /** The address, where it isn't an id. */
  readonly address?: TakenAddress | undefined;
}

/** What is known of some places. */
export interface PlacesState {
  /** Whether for some of them another place is the next one. */
  readonly hasMoved: boolean;
  /** Those that are held, by an object that no search shows yet, or that has the address. */
  readonly held: readonly Claimed[];
}

interface PlaceRow {
  readonly network?: string;
  readonly comment?: string;
  readonly extattrs?: ExtensibleAttributes;
}

/** Whether the engine makes places on this grid. */
export function hasPlaces({ observed }: IpamSettings): boolean {
  return observed.behavior?.path === "places";
}

/** The mark that the object of a token was deleted: the last step of the request that deletes it. None without places. */
export function deletionMark(settings: IpamSettings, token: string | undefined): Step<unknown>[] {
  if (token === undefined || isShared(token) || !hasPlaces(settings)) return [];
  const comment = stamp(settings, deletedAt);
  const extattrs = tokenMark(settings, token);
  return [createPlace(deletionAddress(settings, token), { comment, extattrs })];
}

/**
 * The mark that an object was changed from this state: so of two changes of one state one is done, whatever their searches have
 * found. Not on grids that keep the parts of what they refuse: a mark without a change would end all changes.
 *
 * @param last - the token of the change before
 */
export function changeMark(settings: IpamSettings, last: string): Step<unknown>[] {
  if (!hasPlaces(settings) || settings.observed.keepsParts) return [];
  return [createPlace(changeAddress(settings, last), { comment: stamp(settings, changedAt) })];
}

/** Whether a refusal says that somebody else has changed the object from this state. */
export function isChangedBefore(settings: IpamSettings, last: string, error: unknown): boolean {
  return (
    hasPlaces(settings) &&
    isInfobloxError(error, "ConflictError") &&
    error.text.includes(changeAddress(settings, last))
  );
}

/** The places of one call. */
export class Places {
  readonly #settings: IpamSettings;
  /** How many places of an id have been used up, by key. */
  readonly #turns = new Map<string, number>();
  /** When a place was first seen that no object shows for, by the clock. */
  readonly #heldSince = new Map<string, number>();

  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * The steps that make these places: the first of the request that makes the objects.
   *
   * @throws {InvalidRequestError} where the grid keeps no request ids or creation tokens in attributes
   */
  steps(claims: readonly Claimed[]): Step<unknown>[] {
    if (!hasPlaces(this.#settings)) return [];
    return claims.map((claim) => {
      const extattrs = { ...idMark(this.#settings, claim.id), ...tokenMark(this.#settings, claim.token) };
      const comment = stamp(this.#settings, madeAt);
      return createPlace(this.#addressOf(claim), { comment, extattrs });
    });
  }

  /** Whether a refusal is about one of these places. */
  isAbout(claims: readonly Claimed[], { text }: { readonly text: string }): boolean {
    return claims.some((claim) => text.includes(this.#addressOf(claim)));
  }

  /**
   * Finds out what holds these places, where no object was found for their ids.
   *
   * @param isAbandoned - whether a token is that of a send that is known to have made no object
   * @param areAddressesFree - whether the grid has just said that it has the addresses free; `"now"`: the request makes sure
   */
  async look(
    claims: readonly Claimed[],
    {
      isAbandoned,
      areAddressesFree,
    }: { readonly isAbandoned: (token: string) => boolean; readonly areAddressesFree: boolean | "now" },
    signal: AbortSignal | undefined,
  ): Promise<PlacesState> {
    const before = claims.map((claim) => this.#turnOf(claim));
    const held = await this.#held(claims, signal);
    const over = [...held].flatMap(([claim, holder]) => {
      const place = this.#addressOf(claim);
      // Seen once before, so that its object was looked for since: both show at the same moment.
      const isKnown = this.#heldSince.has(place);
      const isStale = this.#isStale(claim, holder, areAddressesFree);
      return isStale || (isKnown && isAbandoned(holder.token)) ? [claim] : [];
    });
    for (const claim of over) await this.#giveUp(claim, signal);
    return {
      hasMoved: over.length > 0 || claims.some((claim, index) => this.#turnOf(claim) !== before[index]),
      held: [...held.keys()].filter((claim) => !over.includes(claim)),
    };
  }

  /**
   * Which of these places are held; where an object is gone or another id has the hash, it is the next one's turn.
   *
   * Model: `releasedBefore`.
   */
  async #held(
    claims: readonly Claimed[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<Claimed, Holder>> {
    const holders = await this.#holders(claims, signal);
    const deleted = await this.#usedUp(holders, signal);
    const held = new Map<Claimed, Holder>();
    for (const claim of claims) {
      let holder = holders.get(this.#addressOf(claim));
      while (holder !== undefined && (holder.id !== claim.id || deleted.has(holder))) {
        this.#turns.set(claim.key, this.#turnOf(claim) + 1);
        holder = holders.get(this.#addressOf(claim));
      }
      if (holder !== undefined) held.set(claim, holder);
    }
    return held;
  }

  /** What holds the places of these ids, and those that are their turn. */
  async #holders(claims: readonly Claimed[], signal: AbortSignal | undefined): Promise<Map<string, Holder>> {
    const { wapi, ownership } = this.#settings;
    const answers = await wapi.batch(
      [
        findPlaces(ownership.requested(...claims.map(({ id }) => id))),
        ...claims.map((claim) => findPlaces({ network: this.#addressOf(claim) })),
      ],
      { signal },
    );
    return new Map(
      answers.flat().map(({ network = "", comment = "", extattrs = {} }) => {
        const [id = "", token = ""] = [ownership.requestIdOf({ extattrs }), ownership.tokenOf({ extattrs })];
        return [network, { id, token, since: Date.parse(comment.replace(madeAt, "")) }] as const;
      }),
    );
  }

  /** Those whose objects were deleted, or whose places were given up. */
  async #usedUp(
    holders: ReadonlyMap<string, Holder>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlySet<Holder>> {
    const all = [...holders];
    if (all.length === 0) return new Set();
    const marks = all.flatMap(([place, { token }]) => [
      findPlaces({ network: deletionAddress(this.#settings, token) }),
      findPlaces({ network: overAddress(this.#settings, place) }),
    ]);
    const found = await this.#settings.wapi.batch(marks, { signal });
    const isMarked = (index: number) =>
      (found[2 * index]?.length ?? 0) + (found[2 * index + 1]?.length ?? 0) > 0;
    return new Set(all.filter((_, index) => isMarked(index)).map(([, holder]) => holder));
  }

  /** Whether a place has been without an object for longer than a request takes: somebody deleted that by hand. */
  #isStale(claim: Claimed, { since }: Holder, areAddressesFree: boolean | "now"): boolean {
    const { clock, observed } = this.#settings;
    const mostWait = observed.behavior?.waitMs ?? 0;
    const place = this.#addressOf(claim);
    const firstSeen = this.#heldSince.get(place) ?? clock.now();
    this.#heldSince.set(place, firstSeen);
    if (claim.address !== undefined)
      return areAddressesFree === "now" || (areAddressesFree && clock.wallTime() - since > mostWait);
    return clock.now() - firstSeen > mostWait;
  }

  /**
   * Leaves the mark that a place is used up, though no delete said so. Somebody else may be faster, which does as well.
   *
   * Model: `sweepPlace`.
   */
  async #giveUp(claim: Claimed, signal: AbortSignal | undefined): Promise<void> {
    const mark = createPlace(overAddress(this.#settings, this.#addressOf(claim)), {
      comment: stamp(this.#settings, overAt),
    });
    try {
      await this.#settings.wapi.batch([mark], { signal });
    } catch (error) {
      if (!isInfobloxError(error, "ConflictError")) throw error;
    }
  }

  #turnOf({ key }: Claimed): number {
    return this.#turns.get(key) ?? 0;
  }

  #addressOf(claim: Claimed): string {
    return addressOf(this.#settings, ["id", claim.key, this.#turnOf(claim)]);
  }
}

interface Holder {
  readonly id: string;
  readonly token: string;
  /** When it was made, by the clock of its maker. */
  readonly since: number;
}

function createPlace(network: string, marks: PlaceMarks): Step<unknown> {
  const create = step.create("ipv6network", { network, network_view: placesView, ...marks });
  return create.discard();
}

function stamp({ clock }: IpamSettings, text: string): string {
  return `${text}${new Date(clock.wallTime()).toISOString()}`;
}

interface PlaceMarks {
  readonly comment: string;
  readonly extattrs?: Readonly<Record<string, string>>;
}

function findPlaces(where: object): Step<readonly PlaceRow[]> {
  return step.find("ipv6network", {
    where: { ...where, network_view: placesView },
    fields: ["network", "comment", "extattrs"],
    limit: mostFound,
  }) as Step<readonly PlaceRow[]>;
}

function changeAddress(settings: IpamSettings, last: string): string {
  return addressOf(settings, ["changed", last]);
}

/** @param place - the address of the place that is used up */
function overAddress(settings: IpamSettings, place: string): string {
  return addressOf(settings, ["over", place]);
}

function deletionAddress(settings: IpamSettings, token: string): string {
  return addressOf(settings, ["deleted", token]);
}

/** A unique local block: a single address, or where the grid takes no such networks a /64. */
function addressOf({ observed }: IpamSettings, hashed: readonly (string | number)[]): string {
  const isHost = observed.behavior?.hostPlaces ?? true;
  const digest = createHash("sha256").update(JSON.stringify(hashed)).digest("hex");
  const digits = `fd${digest.slice(0, isHost ? 30 : 14)}`.padEnd(32, "0");
  const groups = digits.match(/.{4}/g)?.join(":");
  return formatBlock(parseBlock(`${groups}/${isHost ? 128 : 64}`) as Block);
}

function idMark(settings: IpamSettings, id: string): Readonly<Record<string, string>> {
  const { requestIdAttribute } = settings.ownership;
  if (requestIdAttribute === undefined) throw unkept("request ids", "requestIdMarker");
  return { [requestIdAttribute]: id };
}

function tokenMark(settings: IpamSettings, token: string): Readonly<Record<string, string>> {
  const { tokenAttribute } = settings.ownership;
  if (tokenAttribute === undefined) throw unkept("creation tokens", "attemptAttribute");
  return { [tokenAttribute]: token };
}

function unkept(what: string, option: string): InvalidRequestError {
  return new InvalidRequestError(
    `On a grid with the profile "places" ${what} stand in an extensible attribute, and this grid or this Ipam has none.`,
    { field: option, hint: phrase({ term: "setup" }, ", and leave the option out.") },
  );
}
