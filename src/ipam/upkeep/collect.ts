import { isInfobloxError, withPartial } from "../../errors.js";
import { Stopwatch } from "../../wapi/progress.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import { backOff } from "../engine/backoff.js";
import { slices } from "../engine/chunk-size.js";
import { compareAndDelete, identityOf } from "../engine/delete.js";
import { sendAsGridNeeds } from "../engine/grid-behavior.js";
import { searchSelf } from "../engine/kinds.js";
import { claimOfState, Places } from "../engine/places.js";
import { isRefusal } from "../engine/refusals.js";
import { sweepPlaces } from "../engine/sweep.js";
import { newTokenId } from "../engine/token.js";
import { expiryIn, formatExpiry } from "../marks/expiry.js";
import type { MarkCriteria } from "../marks/ownership.js";
import { inTheWay } from "../objects/in-use.js";
import type { Address, AddressType, Subnet } from "../objects/results.js";
import type { SubnetRow } from "../objects/rows.js";
import type { Happening } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { recount } from "../subnets/recount.js";
import { type Contents, contentsOf, leavingHosts } from "../subnets/subnet-contents.js";
import { findHeld, type Held, heldAddress, heldBlock, whereHeld } from "./held.js";
import type { CollectOptions } from "./requests.js";
import { checkUpkeepRequest } from "./schemas.js";

/** The result of `Ipam.collect`. With `dryRun` it says what would be done. Plain data. */
export interface Collected {
  readonly dryRun: boolean;
  readonly released: readonly CollectedObject[];
  readonly kept: readonly KeptObject[];
}

/** An object that was freed. */
export interface CollectedObject extends Held {
  /** `"gone"` if somebody else has freed it. With `dryRun` it is `"expired"`. */
  readonly reason: "deleted" | "gone" | "expired";
}

/** An object that has expired, but was not freed. */
export interface KeptObject extends Held {
  /**
   * - `"renewed"`: its expiry was changed meanwhile
   * - `"in-use"`: addresses of the subnet are in use; `inUse` lists some
   * - `"divided"`: the subnet has become a container
   * - `"refused"`: the grid refused the delete; `message` is its text
   */
  readonly reason: "renewed" | "in-use" | "divided" | "refused";
  /** Some of the addresses in use: `"10.0.7.5 (HOST web-1.example.com)"`. */
  readonly inUse: readonly string[];
  readonly message: string | undefined;
}

type Fate = Pick<CollectedObject, "reason"> | Pick<KeptObject, "reason" | "inUse" | "message">;

const deleted = { reason: "deleted" } as const;
const gone = { reason: "gone" } as const;
const expired = { reason: "expired" } as const;
const divided = { reason: "divided", inUse: [], message: undefined } as const;
const renewed = { reason: "renewed", inUse: [], message: undefined } as const;

/** Half as many as usual in one request, since each takes two steps: its search and the delete. */
const addressesAtOnce = 50;
/** How often a delete is sent when its answer is lost. That is safe: its search does not find an object that is gone. */
const mostTries = 5;

/** See `Ipam.collect`. */
export async function collect(settings: IpamSettings, given: unknown): Promise<Collected> {
  const options: CollectOptions = await checkUpkeepRequest("collect", given);
  const collection = new Collection(settings, options);
  try {
    await collection.run();
    if (options.dryRun !== true) await sweepPlaces(settings, options.signal);
    return collection.result;
  } catch (error) {
    throw withPartial(error, collection.result.released);
  }
}

/**
 * One run. Each delete is in one `request` with a search for the object by its place, its owner and the expiry that was read. If the
 * expiry was changed meanwhile, the search finds nothing, and the request fails.
 */
class Collection {
  readonly #settings: IpamSettings;
  readonly #options: CollectOptions;
  readonly #stopwatch: Stopwatch;
  readonly #released: CollectedObject[] = [];
  readonly #kept: KeptObject[] = [];
  #total = 0;

  constructor(settings: IpamSettings, options: CollectOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#stopwatch = new Stopwatch(settings.clock);
  }

  get result(): Collected {
    return { dryRun: this.#options.dryRun ?? false, released: this.#released, kept: this.#kept };
  }

  async run(): Promise<void> {
    const { subnets, containers, addresses } = await this.#expired();
    this.#total = subnets.length + containers.length + addresses.length;
    for (const some of slices(addresses, addressesAtOnce)) {
      if (this.#options.dryRun) this.#note(some, expired);
      else await this.#free(some);
    }
    for (const subnet of subnets) {
      const fate = await this.#fateOf(subnet);
      if (typeof fate === "number") await this.#free([subnet], fate);
      else this.#note([subnet], fate);
    }
    this.#note(containers, divided, "container");
  }

  async #expired() {
    const { clock, networkView } = this.#settings;
    const { networkView: network_view = networkView, now = clock.wallTime(), signal } = this.#options;
    const where = { ...this.#marked({ matches: "." }), network_view };
    const found = await findHeld(this.#settings, where, { signal });
    const until = new Date(now).getTime();
    const isOver = ({ expiresAt }: Subnet | Address) =>
      expiresAt !== undefined && expiresAt.getTime() <= until;
    return {
      subnets: found.subnets.filter(isOver),
      containers: found.containers.filter(isOver),
      addresses: found.addresses.filter(isOver),
    };
  }

  /** Criteria for objects of this owner with such an expiry. */
  #marked(expiry: string | { readonly matches: string }): MarkCriteria {
    const owned = whereHeld(this.#settings);
    const expiring = this.#settings.ownership.expiring(expiry);
    return { ...owned, extattrs: { ...("extattrs" in owned && owned.extattrs), ...expiring } };
  }

  #note(things: readonly (Subnet | Address)[], fate: Fate, block: "subnet" | "container" = "subnet"): void {
    if (things.length === 0) return;
    const { ownership, pools } = this.#settings;
    pools.released(things.flatMap((thing) => ("kind" in thing ? thing.ips : [thing.cidr])));
    for (const thing of things) {
      const held = "kind" in thing ? heldAddress(thing, ownership) : heldBlock(block, thing, ownership);
      if ("inUse" in fate) this.#kept.push({ ...held, ...fate });
      else this.#released.push({ ...held, ...fate });
    }
    const done = this.#released.length + this.#kept.length;
    this.#options.onProgress?.(this.#stopwatch.of(done, this.#total));
  }

  /** The fate of a subnet that is not deleted. If it can be deleted: how many of its addresses are in use. */
  async #fateOf(subnet: Subnet): Promise<Fate | number> {
    const { cascade = false, dryRun = false, signal } = this.#options;
    const contents = await this.#contentsOf(subnet);
    if (contents === undefined) return gone;
    if (contents === "divided") return divided;
    if (!this.#isAsSeen(subnet, contents.row)) return renewed;
    const inUse = cascade ? [] : this.#inTheWay(contents);
    if (inUse.length > 0) return { reason: "in-use", inUse, message: undefined };
    if (dryRun) return expired;
    if (!cascade) return contents.used.length;
    // The grid does not delete hosts with their subnet.
    for (const some of slices(await leavingHosts(this.#settings, contents.row, contents.used, signal))) {
      const steps = [searchSelf(subnet, this.#asSeen(subnet)).discard(), ...some];
      await this.#settings.wapi.batch(steps, { signal });
    }
    return Number.POSITIVE_INFINITY;
  }

  async #contentsOf({ ref, networkView }: Subnet): Promise<Contents | "divided" | undefined> {
    const { cascade = false, dryRun = false, signal } = this.#options;
    const look = { networkView, everything: cascade || dryRun, signal };
    try {
      return await contentsOf(this.#settings, { kind: "ref", ref }, look);
    } catch (error) {
      if (isInfobloxError(error, "ConflictError")) return "divided";
      throw error;
    }
  }

  /** The addresses that prevent a release, without those that this run frees. With `dryRun` these still exist. */
  #inTheWay({ used, gateway, othersRanges }: Contents): readonly string[] {
    const freed = new Set<Ref>(this.#released.map(({ ref }) => ref));
    const stays = used.filter(
      ({ objects = [] }) => objects.length === 0 || objects.some((ref) => !freed.has(ref)),
    );
    return [...inTheWay(stays, gateway), ...othersRanges];
  }

  /**
   * Deletes objects in one request. The grid refuses it if one of them was renewed; then each half is sent by itself.
   *
   * @param inUse - how many addresses of a subnet may be in use at most
   */
  async #free(
    things: readonly (Subnet | Address)[],
    inUse = Number.POSITIVE_INFINITY,
    tries = 1,
  ): Promise<void> {
    const { clock, ownership } = this.#settings;
    const { signal } = this.#options;
    const steps = () =>
      things.flatMap((thing): Step<unknown>[] => [
        ...("kind" in thing || !Number.isFinite(inUse) ? [] : recount(this.#settings, thing, inUse)),
        ...this.#places(ownership.lastChangeOf(thing)),
        ...compareAndDelete(this.#settings, thing, { where: this.#asSeen(thing) }),
      ]);
    try {
      await sendAsGridNeeds(this.#settings, steps, { signal });
      this.#note(things, tries > 1 ? gone : deleted);
    } catch (error) {
      if (isInfobloxError(error, "UncertainWriteError") && tries < mostTries && !signal?.aborted) {
        await backOff(clock, tries, signal);
        return this.#free(things, inUse, tries + 1);
      }
      if (!isRefusal(error)) throw error;
      const [only, ...others] = things;
      if (only !== undefined && others.length === 0) {
        return this.#note([only], await this.#standing(only, error.text));
      }
      const middle = Math.ceil(things.length / 2);
      await this.#free(things.slice(0, middle), inUse, tries);
      await this.#free(things.slice(middle), inUse, tries);
    }
  }

  /**
   * The place of an object's state: of a renewal and a delete, only one is done. A grid that is not transactional gets none: if
   * it refused the delete, the place would stay and stop a renewal for a while.
   */
  #places(last: string | undefined): readonly Step<unknown>[] {
    if (last === undefined || this.#settings.observed.keepsParts) return [];
    return new Places(this.#settings).steps([claimOfState(last, newTokenId())]);
  }

  /** The search for this object with the expiry that was read. */
  #asSeen(thing: Subnet | Address): object {
    const { expiresAt } = thing;
    const seen = this.#marked(formatExpiry(expiresAt?.getTime() ?? 0));
    const identity = identityOf(this.#settings, thing, true) as MarkCriteria;
    return { ...identity, ...seen, extattrs: { ...identity.extattrs, ...seen.extattrs } };
  }

  /** The fate of an object whose delete was refused. */
  async #standing(thing: Subnet | Address, message: string): Promise<Fate> {
    const { signal } = this.#options;
    const ref = thing.ref as Ref<AddressType>;
    try {
      const row = await this.#settings.wapi.get(ref, { fields: ["comment", "extattrs"], signal });
      if (!this.#isAsSeen(thing, row)) return renewed;
      const fate = "kind" in thing ? undefined : await this.#fateOf(thing);
      // An address of the subnet may have been taken after the look.
      if (typeof fate === "object" && "inUse" in fate) return fate;
      return { reason: "refused", inUse: [], message };
    } catch (error) {
      if (isInfobloxError(error, "NotFoundError")) return gone;
      throw error;
    }
  }

  #isAsSeen({ expiresAt }: Subnet | Address, row: Pick<SubnetRow, "extattrs">): boolean {
    const now = expiryIn(row.extattrs, this.#settings.ownership.expiryAttribute);
    return now?.getTime() === expiresAt?.getTime();
  }
}

/** The events of a run. */
export function collected({ dryRun, released }: Collected): readonly Happening[] {
  if (dryRun) return [];
  return released.flatMap(({ reason, kind, place, ref, name, requestId }): Happening[] => {
    const where = kind === "subnet" || kind === "container" ? { cidr: place } : { ip: place };
    return reason === "deleted" ? [["released", { ref, ...where, name }, requestId]] : [];
  });
}
