import { invalid } from "../../errors.js";
import { refuseUnknown } from "../../wapi/call-options.js";
import type { WapiClient } from "../../wapi/client.js";
import { type Clock, systemClock } from "../../wapi/clock.js";
import type { WapiClientOptions } from "../../wapi/options.js";
import { Ownership, type OwnershipOptions } from "../marks/ownership.js";
import { checkProfile, type GridBehavior, type ProfileOption } from "../profile/profile.js";
import { recognizeSentences } from "../profile/sentences.js";
import { EventEmitter } from "./events.js";
import { type PoolOptions, Pools } from "./pools.js";

/** Options that apply to all calls of an `Ipam`. */
export interface IpamOptions extends OwnershipOptions, PoolOptions {
  /**
   * The network view, which is the address space. Default: `"default"`. It is not a DNS view, although a grid's first network
   * view and its first DNS view are both called `default`.
   */
  readonly networkView?: string | undefined;
  /** The DNS view of host names and records. Without it, the grid chooses the DNS view of the network view. */
  readonly dnsView?: string | undefined;
  /**
   * Milliseconds by which the grid's searches may lag behind its writes. Default: 0, since no grid is known to lag. With more,
   * each request with a `requestId` waits twice as long and looks again before it returns.
   */
  readonly searchDelay?: number | undefined;
  /**
   * The profile of the grid: `"serial"`, `"places"`, `"wait"` (see docs/reliability.md), or a result of `probe`. Without it, the
   * profile that the grid keeps applies (see `setup`), or `"serial"` if it keeps none. All clients of a grid must use one
   * profile: if it differs from the one that the grid keeps, the first write with a request id throws.
   */
  readonly profile?: ProfileOption | undefined;
}

/** The settings that all functions of an `Ipam` share. */
export interface IpamSettings {
  readonly wapi: WapiClient;
  readonly networkView: string;
  readonly dnsView: string | undefined;
  readonly ownership: Ownership;
  readonly pools: Pools;
  readonly events: EventEmitter;
  readonly clock: Clock;
  /** The option `profile`. For the grid's own profile see `readBehavior`. */
  readonly profile: ProfileOption | undefined;
  /** What calls have observed about the grid so far. */
  readonly observed: Observed;
}

/** Observations about a grid. Each begins with what is likely. */
export interface Observed {
  /** How the engine works on it; `undefined` before the first write that depends on it. */
  behavior: GridBehavior | undefined;
  /** Milliseconds by which its searches lag behind its writes. */
  searchLag: number;
  /** Whether the grid is not transactional: it keeps the first steps of a refused `request`. */
  keepsParts: boolean;
  /** Whether the grid refuses a negative limit inside `args`. Then creates have no guard. */
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

/** Separates the options of the `Ipam` from those of its client. */
export function divided(all: WapiClientOptions & IpamOptions): {
  readonly options: IpamOptions;
  readonly connection: WapiClientOptions;
} {
  const isOwn = ([name]: readonly [string, unknown]) => Object.hasOwn(ipamOptions, name);
  const entries = Object.entries(all);
  return {
    options: Object.fromEntries(entries.filter(isOwn)),
    connection: Object.fromEntries(entries.filter((one) => !isOwn(one))),
  };
}

/** @throws {InvalidRequestError} for an unknown option: a misspelt networkView would mean another address space */
export function ipamSettings(wapi: WapiClient, options: IpamOptions, clock = systemClock): IpamSettings {
  refuseUnknown(options, Object.keys(ipamOptions));
  const { networkView = "default", dnsView, searchDelay = 0 } = options;
  checkView("networkView", networkView);
  if (dnsView !== undefined) checkView("dnsView", dnsView);
  if (!(searchDelay >= 0 && Number.isFinite(searchDelay)))
    throw invalid("searchDelay", searchDelay, "must be a number of milliseconds", 500);
  const profile = options.profile === undefined ? undefined : checkProfile("profile", options.profile);
  if (typeof profile === "object") recognizeSentences(profile.sentences);
  const observed = { behavior: undefined, searchLag: searchDelay, keepsParts: false, refusesGuards: false };
  const [ownership, pools] = [new Ownership(options), new Pools(options, clock)];
  const events = new EventEmitter(options.owner);
  return { wapi, networkView, dnsView, ownership, pools, events, clock, profile, observed };
}

/** @throws {InvalidRequestError} if the value cannot be the name of a view */
export function checkView(field: "networkView" | "dnsView", name: unknown): void {
  if (typeof name === "string" && name !== "" && name === name.trim()) return;
  const problem = `must be the name of a ${field === "dnsView" ? "DNS" : "network"} view`;
  throw invalid(field, name, problem, "default");
}
