import { invalid } from "../../errors.js";
import { refuseUnknown } from "../../wapi/call-options.js";
import type { WapiClient } from "../../wapi/client.js";
import { type Clock, systemClock } from "../../wapi/clock.js";
import { Ownership, type OwnershipOptions } from "../marks/ownership.js";
import { checkProfile, type GridBehavior, type ProfileOption } from "../profile/profile.js";
import { recognizeSentences } from "../profile/sentences.js";
import { EventEmitter } from "./events.js";
import { type PoolOptions, Pools } from "./pools.js";

/** What holds for all calls of an `Ipam`. */
export interface IpamOptions extends OwnershipOptions, PoolOptions {
  /**
   * The network view: which address space. `"default"` unless said otherwise. Not a DNS view, though the first of
   * both is called `default`.
   */
  readonly networkView?: string | undefined;
  /** The DNS view, in which host names live. Left out: the grid's choice for the network view. */
  readonly dnsView?: string | undefined;
  /**
   * Milliseconds by which the grid's searches may lag behind its writes. Default 0: they see them at once, as far as
   * anybody knows. With more, each request with a `requestId` waits twice as long and looks again before it is done.
   */
  readonly searchDelay?: number | undefined;
  /**
   * What kind of grid this is: `"serial"`, `"places"`, `"wait"` (see docs/reliability.md), or what `probe` found. Left out:
   * what the grid keeps (see `setup`), else as on a serial grid. All clients of a grid must use one profile: another than
   * the grid keeps is refused before the first write with a request id.
   */
  readonly profile?: ProfileOption | undefined;
}

/** What the functions behind an `Ipam` work with. */
export interface IpamSettings {
  readonly wapi: WapiClient;
  readonly networkView: string;
  readonly dnsView: string | undefined;
  readonly ownership: Ownership;
  readonly pools: Pools;
  /** Tells listeners what was done. */
  readonly events: EventEmitter;
  readonly clock: Clock;
  /** The profile that was asked for: see `readBehavior`. */
  readonly profile: ProfileOption | undefined;
  /** What has been observed about the grid. */
  readonly observed: Observed;
}

/** How a grid turned out to differ from what is likely. */
export interface Observed {
  /** How the engine works on it; `undefined` before the first write that depends on it. */
  behavior: GridBehavior | undefined;
  /** Milliseconds by which its searches lag behind its writes. */
  searchLag: number;
  /** Of a `request` that fails it keeps what was done before. */
  keepsParts: boolean;
  /** It takes no negative limit inside `args`: creates go without a guard. */
  refusesGuards: boolean;
}

const ipamOptions = {
  networkView: true,
  dnsView: true,
  searchDelay: true,
  profile: true,
  owner: true,
  ownerMarker: true,
  requestIdAttribute: true,
  requestIdMarker: true,
  attemptAttribute: true,
  lastChangeAttribute: true,
  cloud: true,
  expiresAtAttribute: true,
  pools: true,
  exhaustedFor: true,
} satisfies Record<keyof IpamOptions, true>;

/** @throws {InvalidRequestError} for an option that isn't known: a misspelt networkView would mean another address space */
export function ipamSettings(wapi: WapiClient, options: IpamOptions, clock = systemClock): IpamSettings {
  refuseUnknown(options, Object.keys(ipamOptions));
  const { networkView = "default", dnsView, searchDelay = 0 } = options;
  checkView("networkView", networkView);
  if (dnsView !== undefined) checkView("dnsView", dnsView);
  if (!(searchDelay >= 0 && Number.isFinite(searchDelay)))
    throw invalid("searchDelay", searchDelay, "must be milliseconds", 500);
  const profile = options.profile === undefined ? undefined : checkProfile("profile", options.profile);
  if (typeof profile === "object") recognizeSentences(profile.sentences);
  const observed = { behavior: undefined, searchLag: searchDelay, keepsParts: false, refusesGuards: false };
  const [ownership, pools] = [new Ownership(options), new Pools(options, clock)];
  const events = new EventEmitter(options.owner);
  return { wapi, networkView, dnsView, ownership, pools, events, clock, profile, observed };
}

function checkView(field: string, name: unknown): void {
  if (typeof name === "string" && name !== "" && name === name.trim()) return;
  throw invalid(
    field,
    name,
    `must be the name of a ${field === "dnsView" ? "DNS" : "network"} view`,
    "default",
  );
}
