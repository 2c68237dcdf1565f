import type { AddressRange, Subnet } from "../objects/results.js";
import type { Abortable, Description, ObjectQuery } from "../requests/requests.js";

/** A range with its first and last address. */
export interface PlacedRange extends Omit<Description, "requestId"> {
  /** The subnet that `first` and `last` are counted in. */
  readonly in?: unknown;
  /** An address, or its position in the subnet: `100` is the hundredth after the subnet's first address, `-2` the last but one. */
  readonly first: string | number;
  readonly last: string | number;
  readonly name?: string | undefined;
}

/** All fields of a request for a range. {@link RangeRequest} says which go together. */
export interface RangeRequestFields extends Description, Abortable {
  readonly name?: string | undefined;
  /**
   * The DHCP server of the range: a member that serves the subnet, by host name, or a DHCP failover association (IPv4). Without it,
   * the range is reserved, and only `requestAddress({ from: range })` takes from it.
   */
  readonly servedBy?: { readonly member: string } | { readonly failover: string } | undefined;
  /** The subnet. It is needed for positions, for a size, and for IPv6. */
  readonly in?: string | Subnet | undefined;
  /** The first address, or its position in the subnet: `1` is the first after the subnet's own, `-2` the last but one. */
  readonly first?: string | number | undefined;
  /** The last address, or its position in the subnet. */
  readonly last?: string | number | undefined;
  /** The number of addresses. Addresses that hosts cannot have do not count. */
  readonly size?: number | undefined;
  /** Where in the subnet a range with a `size` lies. Default: `"end"`. */
  readonly at?: "start" | "end" | undefined;
}

/** A range by its addresses, or by their positions in a subnet. */
export interface ExplicitRange extends RangeRequestFields {
  readonly first: string | number;
  readonly last: string | number;
  readonly size?: undefined;
  readonly at?: undefined;
}

/** A range by the number of its addresses, at the end or the beginning of a subnet. */
export interface SizedRange extends RangeRequestFields {
  readonly in: string | Subnet;
  readonly size: number;
  readonly first?: undefined;
  readonly last?: undefined;
}

/** A request for a range. */
export type RangeRequest = ExplicitRange | SizedRange;

/** The ranges to find. A range has to match all fields that are given. */
export interface RangeQuery extends ObjectQuery {
  /** All ranges of this subnet. */
  readonly in?: string | Subnet | undefined;
  /** The range that begins with this address. */
  readonly first?: string | undefined;
  /** The whole name. */
  readonly name?: string | undefined;
  /** Default: the family of `in` or `first`, or 4. */
  readonly family?: 4 | 6 | undefined;
}

/** The range to release: a result, its reference, or its addresses: `"10.0.7.100-10.0.7.199"`. */
export type RangeTarget = string | AddressRange | { readonly ref: string };
