import type { Family } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/attribute-values.js";
import type { Forecast } from "../capacity/results.js";

/**
 * What lies where, in the order of addresses. Plain data: it survives `JSON.stringify`.
 */
export interface AddressMap {
  /** What was asked for: `"10.0.0.0/8"`, or the name of the network view. */
  readonly title: string;
  readonly networkView: string;
  readonly family: Family;
  /** When it was read, in ISO 8601. */
  readonly readAt: string;
  /** The containers and subnets that were asked for, lowest first; none lies in another. */
  readonly blocks: readonly MapBlock[];
}

export type MapBlock = MapContainer | MapSubnet;

interface MapBlockBase {
  /** `"10.0.0.0/16"` */
  readonly cidr: string;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** How long it lasts at its own pace; where `history` was given and tells of it. */
  readonly forecast?: Forecast | undefined;
}

export interface MapContainer extends MapBlockBase {
  readonly kind: "container";
  /** How much of it lies in subnets: 0 to 100, with two decimals. */
  readonly percent: number;
  /** Containers and subnets directly in it, lowest first. */
  readonly children: readonly MapBlock[];
  /** What nothing takes, in as few CIDRs as possible, lowest first. */
  readonly free: readonly string[];
}

export interface MapSubnet extends MapBlockBase {
  readonly kind: "subnet";
  /**
   * How much of it is in use: 0 to 100. Counted where `addresses` were read; else what the grid says, which it brings
   * up to date now and then. `undefined` for IPv6 subnets whose addresses weren't read.
   */
  readonly percent: number | undefined;
  /** DHCP ranges, lowest first. */
  readonly ranges: readonly MapRange[];
  /** What is in use, lowest first; `undefined` where it wasn't read. */
  readonly addresses: readonly MapAddress[] | undefined;
}

export interface MapRange {
  readonly first: string;
  readonly last: string;
  readonly comment: string | undefined;
}

/**
 * What uses an address: a host record, a fixed address, a reservation, a lease, another DNS record, the subnet itself
 * (network and broadcast address), or something that the grid only discovered.
 */
export type MapAddressKind = "host" | "fixed" | "reservation" | "lease" | "record" | "own" | "discovered";

export interface MapAddress {
  readonly ip: string;
  readonly kind: MapAddressKind;
  readonly names: readonly string[];
  /** MAC, or DUID in IPv6. */
  readonly client: string | undefined;
  /** Whether the grid saw something else answer there than it has on record. */
  readonly conflict: boolean;
}
