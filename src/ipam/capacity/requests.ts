import type { Family } from "../../cidr.js";
import type { InventorySource } from "../inventory/files.js";
import type { Subnet } from "../objects/results.js";
import type { Abortable, ObjectQuery } from "../requests/requests.js";
import type { SourceObject, SourceRow } from "../requests/targets.js";

/** What to measure: a subnet, a container, or a whole network view. */
export type UtilizationTarget =
  | string
  | Subnet
  | SourceObject
  | { readonly networkView: string; readonly family?: Family | undefined };

/** Options of `utilization`. */
export interface UtilizationOptions extends Abortable {
  /** The network view of a CIDR. Default: the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
}

/** A container: its CIDR, its reference, or a result with a reference. */
export type ContainerTarget = string | SourceObject | SourceRow;

/** Options of `freeSpace` and `countFree`. */
export interface CapacityOptions extends Abortable {
  /** The network view of a CIDR. Default: the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
}

/** Options of `freeSubnets`. */
export interface FreeSubnetsOptions extends CapacityOptions {
  /** The size of the subnets: `24` for /24. */
  readonly prefixLength: number;
  /** How many subnets to list at most. Default: 100. */
  readonly limit?: number | undefined;
}

/** Which subnets to report on. A subnet must fit every given field. */
export interface ReportQuery extends Omit<ObjectQuery, "limit"> {
  /** An IPv4 block: all subnets in it, at any depth. */
  readonly within?: string | undefined;
  /** Only subnets that are at least this full, in percent: 0 to 100. Default: 0. */
  readonly atLeast?: number | undefined;
}

/** What is free in a container. Counts of addresses are `bigint`: an IPv6 container can have more than a number can hold. */
export interface FreeSpace {
  /** The CIDR of the container. */
  readonly target: string;
  readonly networkView: string;
  readonly family: Family;
  readonly total: bigint;
  readonly free: bigint;
  /** The share of the addresses that are free: 0 to 100, with two decimals. */
  readonly percentFree: number;
  /** The largest free block: `"10.0.128.0/17"`. */
  readonly largest: string | undefined;
  /** The free space as the fewest aligned blocks, lowest first. */
  readonly blocks: readonly string[];
  /** How many of these blocks have each prefix length: `{ 17: 1, 24: 3 }`. */
  readonly sizes: Readonly<Record<number, number>>;
  /**
   * 0 to 1: the share of the free space outside of its largest block. 0 if the free space is one block; near 1 if it is
   * many small blocks.
   */
  readonly fragmentation: number;
}

/** How full a subnet is, as the grid reports it. */
export interface ReportedSubnet {
  readonly cidr: string;
  readonly ref: string;
  readonly networkView: string;
  /** 0 to 100, with one decimal. */
  readonly percent: number;
  /** When the grid counted. */
  readonly countedAt: Date | undefined;
  readonly comment: string | undefined;
}

/** Options of `forecast`. */
export interface ForecastOptions extends Abortable {
  /** A folder of inventories in JSON Lines, or the inventories themselves, in any order. */
  readonly history: string | readonly InventorySource[];
  /** Only what lies in this block. */
  readonly within?: string | undefined;
  /** Default: every network view in the inventories. */
  readonly networkView?: string | undefined;
}
