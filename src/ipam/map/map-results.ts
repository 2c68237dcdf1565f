import type { Family } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/attribute-values.js";
import type { Forecast } from "../capacity/results.js";

/**
 * Containers and subnets with their contents, in the order of addresses. Plain data, safe for `JSON.stringify`.
 */
export interface AddressMap {
  /** What the map shows: `"10.0.0.0/8"`, or `"network view default, IPv4"`. */
  readonly title: string;
  readonly networkView: string;
  readonly family: Family;
  /** When it was read, in ISO 8601. */
  readonly readAt: string;
  /** The outermost containers and subnets, lowest first. */
  readonly blocks: readonly MapBlock[];
}

export type MapBlock = MapContainer | MapSubnet;

interface MapBlockBase {
  /** `"10.0.0.0/16"` */
  readonly cidr: string;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** When it is full if it keeps its pace; only with `history`, for blocks that the inventories contain. */
  readonly forecast?: Forecast | undefined;
}

export interface MapContainer extends MapBlockBase {
  readonly kind: "container";
  /** The share of its addresses that lie in subnets: 0 to 100, with two decimals. */
  readonly percent: number;
  /** Containers and subnets directly in it, lowest first. */
  readonly children: readonly MapBlock[];
  /** The free space as the fewest CIDRs, lowest first. */
  readonly free: readonly string[];
}

export interface MapSubnet extends MapBlockBase {
  readonly kind: "subnet";
  /**
   * The share of its addresses in use: 0 to 100. Counted if `addresses` were read; else the figure of the grid, which
   * the grid updates from time to time. `undefined` for IPv6 subnets whose addresses were not read.
   */
  readonly percent: number | undefined;
  /** DHCP ranges, lowest first. */
  readonly ranges: readonly MapRange[];
  /** The addresses in use, lowest first; `undefined` if they were not read. */
  readonly addresses: readonly MapAddress[] | undefined;
}

export interface MapRange {
  readonly first: string;
  readonly last: string;
  readonly comment: string | undefined;
}

/**
 * What uses an address: a host record, a fixed address, a reservation, a lease, another DNS record, the subnet itself
 * (network and broadcast address: `own`), or a device that the grid only discovered.
 */
export type MapAddressKind = "host" | "fixed" | "reservation" | "lease" | "record" | "own" | "discovered";

export interface MapAddress {
  readonly ip: string;
  readonly kind: MapAddressKind;
  readonly names: readonly string[];
  /** The MAC address, or the DUID for IPv6. */
  readonly client: string | undefined;
  /** Whether discovery found another device at this address than the grid has recorded. */
  readonly conflict: boolean;
}
