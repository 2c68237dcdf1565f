import type { Family } from "../../cidr.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import type { InventorySource } from "../inventory/files.js";
import type { Subnet } from "../objects/results.js";
import type { Abortable } from "../requests/requests.js";
import type { SourceObject, SourceRow } from "../requests/targets.js";

/** What to measure: a subnet or container, or everything in a network view. */
export type UtilizationTarget =
  | string
  | Subnet
  | SourceObject
  | { readonly networkView: string; readonly family?: Family | undefined };

export interface UtilizationOptions extends Abortable {
  /** Where a CIDR is looked for. */
  readonly networkView?: string | undefined;
}

/** A container: its CIDR, its reference, or a result that knows one. */
export type ContainerTarget = string | SourceObject | SourceRow;

export interface CapacityOptions extends Abortable {
  /** Where a CIDR is looked for. */
  readonly networkView?: string | undefined;
}

/** Which free subnets to list. */
export interface FreeSubnetsOptions extends CapacityOptions {
  /** The size of the subnets: `24` for /24. */
  readonly prefixLength: number;
  /** At most so many: 100 unless said otherwise. */
  readonly limit?: number | undefined;
}

/** Which subnets to report on; what is left out doesn't matter. */
export interface ReportQuery extends Abortable {
  /** All subnets in this block, at any depth. IPv4. */
  readonly within?: string | undefined;
  readonly extattrs?: ExtattrsWhere | undefined;
  /** The whole comment. */
  readonly comment?: string | undefined;
  readonly networkView?: string | undefined;
  /** Those alone that are this full or fuller: 0 to 100. */
  readonly atLeast?: number | undefined;
}

/** What is free in a container. Counts of addresses are `bigint`: an IPv6 container has more than a number can hold. */
export interface FreeSpace {
  /** The CIDR of the container. */
  readonly target: string;
  readonly networkView: string;
  readonly family: Family;
  readonly total: bigint;
  readonly free: bigint;
  /** Of the addresses, how many are free: 0 to 100, with two decimals. */
  readonly percentFree: number;
  /** The largest block that is free: `"10.0.128.0/17"`. */
  readonly largest: string | undefined;
  /** The fewest blocks that make up the free space, lowest first. */
  readonly blocks: readonly string[];
  /** How many of these blocks have each prefix length: `{ 17: 1, 24: 3 }`. */
  readonly sizes: Readonly<Record<number, number>>;
  /**
   * 0 to 1: the share of the free space that lies outside of its largest block. 0 when it is in one piece; near 1 when
   * it is in many small ones.
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

/** From which inventories to tell how long things last. */
export interface ForecastOptions extends Abortable {
  /** A folder of inventories in JSON Lines, or the inventories themselves, in any order. */
  readonly history: string | readonly InventorySource[];
  /** Only what lies in this block. */
  readonly within?: string | undefined;
  /** Left out: every network view in the inventories. */
  readonly networkView?: string | undefined;
}
