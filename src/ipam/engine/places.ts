/**
 * Places: small networks in a network view of our own, at a hash of the key that has to be unique. If a grid runs requests side
 * by side, or its searches lag, no search can tell whether another object of an id is being made. But the grid never stores two
 * networks with one CIDR.
 *
 * An id has a place. The request that makes the object makes the place, too, and the place stays. A delete leaves a mark: a
 * place at a hash of the object's creation token. If the token of a place has such a mark, its object is gone, and the next
 * object of the id takes the next place. Nothing ever changes a place, so requests that arrive late or twice do no harm.
 *
 * The state of an object that is changed has a place, too, at a hash of the tokens of its last changes. So only one of two
 * changes of one state is done, whatever their searches have found.
 */

import { createHash } from "node:crypto";
import { type Block, formatBlock, parseBlock } from "../../cidr.js";
import { InvalidRequestError, isInfobloxError } from "../../errors.js";
import { phrase } from "../../phrase.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import { type Step, step } from "../../wapi/step.js";
import { addressType } from "../objects/in-use.js";
import type { IpamSettings } from "../settings/settings.js";
import type { TakenAddress } from "./intent.js";
import { batchWithAddresses } from "./outside-networks.js";
import { isShared } from "./token.js";

/** The network view of the places. `setup` makes it. */
export const placesView = "infoblox-ipam places";

/** The beginning of a deletion mark's comment. Its time follows. */
export const deletedAt = "deleted ";
/** The beginning of the comment of the place of a change. */
export const changedAt = "changed ";
/** The beginning of the comment of the mark that a place was given up. */
export const overAt = "over ";
/** The beginning of the comment of a place. */
const madeAt = "made ";
/** The most that one search finds. */
const mostFound = 1_000;

/** What only one request may have: an id or an address for its object, or the state that it changes. */
export interface Claimed {
  /** The text that is hashed: the id, and the types and the view that it is unique in. */
  readonly key: string;
  /** Absent if the claim is for a state. */
  readonly id?: string;
  /** The token of the object, or of the request. */
  readonly token: string;
  /** Set if the claim is for an address, not for an id. */
  readonly address?: TakenAddress | undefined;
}

/** What a look at some places has found. */
export interface PlacesState {
  /** Whether the next place of some of them is another one now. */
  readonly hasMoved: boolean;
  /** The claims whose place is held: by an object that searches do not show yet, or by one that has the address. */
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

/** The step that marks the object of a token as deleted: the last step of the request that deletes it. None without places. */
export function deletionMark(settings: IpamSettings, token: string | undefined): Step<unknown>[] {
  if (token === undefined || isShared(token) || !hasPlaces(settings)) return [];
  const comment = stamp(settings, deletedAt);
  const extattrs = tokenMark(settings, token);
  return [createPlace(deletionAddress(settings, token), { comment, extattrs })];
}

/**
 * The claim of a request that changes an object, or deletes it only in this state.
 *
 * @param last - the tokens of the object's last changes
 */
export function claimOfState(last: string, token: string): Claimed {
  return { key: JSON.stringify(["changed", last]), token };
}

/** The places of one call. */
export class Places {
  readonly #settings: IpamSettings;
  /** How many places of a claim are used up, by its key. */
  readonly #turns = new Map<string, number>();
  /** The places of the last request. */
  #sent: readonly string[] = [];
  /** When this call first saw a place without an object, by the clock. */
  readonly #heldSince = new Map<string, number>();

  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * The steps that make these places: the first steps of the request that makes the objects.
   *
   * @throws {InvalidRequestError} if the grid does not keep request ids and creation tokens in attributes
   */
  steps(claims: readonly Claimed[]): Step<unknown>[] {
    if (!hasPlaces(this.#settings)) return [];
    this.#sent = claims.map((claim) => this.#addressOf(claim));
    return claims.map(({ id, token }, index) => {
      const ofId = id === undefined ? {} : idMark(this.#settings, id);
      const comment = stamp(this.#settings, id === undefined ? changedAt : madeAt);
      const extattrs = { ...ofId, ...tokenMark(this.#settings, token) };
      return createPlace(this.#sent[index] as string, { comment, extattrs });
    });
  }

  /** Whether a refusal is about one of the places of the last request, or about one of these claims. */
  isTaken({ text }: { readonly text: string }, claims?: readonly Claimed[]): boolean {
    const places = claims?.map((claim) => this.#addressOf(claim)) ?? this.#sent;
    return places.some((place) => text.includes(place));
  }

  /**
   * Finds out who holds these places, after no object was found for their ids.
   *
   * @param isAbandoned - whether a token is that of a send that has certainly made no object
   * @param freesAddresses - whether the request itself releases the objects that have the addresses
   */
  async look(
    claims: readonly Claimed[],
    {
      isAbandoned,
      freesAddresses,
    }: { readonly isAbandoned: (token: string) => boolean; readonly freesAddresses: boolean },
    signal: AbortSignal | undefined,
  ): Promise<PlacesState> {
    const hasMoved = () => claims.some((claim) => !this.#sent.includes(this.#addressOf(claim)));
    if (hasMoved()) return { hasMoved: true, held: [] };
    const held = await this.#held(claims, signal);
    const inUse = freesAddresses ? [] : await this.#inUse([...held.keys()], signal);
    const over = [...held].flatMap(([claim, holder]) => {
      const place = this.#addressOf(claim);
      // A place and its object show at the same moment. So if the place was seen before, the look since then was enough.
      const isKnown = this.#heldSince.has(place);
      const isStale = this.#isStale(claim, holder, { isFree: !inUse.includes(claim), freesAddresses });
      return isStale || (isKnown && isAbandoned(holder.token)) ? [claim] : [];
    });
    for (const claim of over) await this.#giveUp(claim, signal);
    return {
      hasMoved: hasMoved(),
      held: [...held.keys()].filter((claim) => !over.includes(claim)),
    };
  }

  /**
   * Which of these places are held. If the object of a place is gone, or the place is that of another id, the next place counts.
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
      while (holder !== undefined && (holder.id !== (claim.id ?? "") || deleted.has(holder))) {
        this.#next(claim);
        holder = holders.get(this.#addressOf(claim));
      }
      if (holder !== undefined) held.set(claim, holder);
    }
    return held;
  }

  /** The holders of all places of these ids, and of those that are next, by the network of the place. */
  async #holders(claims: readonly Claimed[], signal: AbortSignal | undefined): Promise<Map<string, Holder>> {
    const { wapi, ownership } = this.#settings;
    const ids = claims.flatMap(({ id }) => id ?? []);
    const answers = await wapi.batch(
      [
        ...(ids.length === 0 ? [] : [findPlaces(ownership.requested(...ids))]),
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

  /** The holders whose objects were deleted or whose places were given up. */
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

  /**
   * The claims whose addresses are in use. A place and its object show at the same moment. So if an address is free after its place
   * has been seen, its object is gone. That the address was free before is no proof: the request with the place may have been late.
   */
  async #inUse(held: readonly Claimed[], signal: AbortSignal | undefined): Promise<readonly Claimed[]> {
    const claims = held.filter(({ address }) => address !== undefined);
    const searches = claims.map(({ address: { ip = "", networkView = "" } = {} }) =>
      step.find(addressType(ip.includes(":") ? 6 : 4), {
        where: { ip_address: ip, network_view: networkView, status: "USED" },
        fields: ["ip_address"],
        limit: 1,
      }),
    );
    if (searches.length === 0) return [];
    const [, found] = await batchWithAddresses(this.#settings.wapi, [], searches, { signal });
    return claims.filter((_, index) => (found[index]?.length ?? 0) > 0);
  }

  /** Whether a place has had no object for longer than a request takes: somebody has deleted the object by hand. */
  #isStale(
    claim: Claimed,
    { since }: Holder,
    { isFree, freesAddresses }: { readonly isFree: boolean; readonly freesAddresses: boolean },
  ): boolean {
    const { clock, observed } = this.#settings;
    const mostWait = observed.behavior?.waitMs ?? 0;
    const place = this.#addressOf(claim);
    const firstSeen = this.#heldSince.get(place) ?? clock.now();
    this.#heldSince.set(place, firstSeen);
    if (claim.address !== undefined) return freesAddresses || (isFree && clock.wallTime() - since > mostWait);
    return clock.now() - firstSeen > mostWait;
  }

  /**
   * Marks a place as used up although no delete did. If another caller was faster, the mark is there.
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
    this.#next(claim);
  }

  #next({ key }: Claimed): void {
    this.#turns.set(key, (this.#turns.get(key) ?? 0) + 1);
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
  /** When the place was made, by the clock of the caller that made it. */
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

/** @param place - the address of the place that is used up */
function overAddress(settings: IpamSettings, place: string): string {
  return addressOf(settings, ["over", place]);
}

function deletionAddress(settings: IpamSettings, token: string): string {
  return addressOf(settings, ["deleted", token]);
}

/** A unique local IPv6 block: a single address, or a /64 if the grid refuses networks of one address. */
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
    `On a grid with the profile "places", ${what} are kept in an extensible attribute. This grid or this Ipam has none for them.`,
    { field: option, hint: phrase({ term: "setup" }, ", and leave this option out.") },
  );
}
