import type { ExtattrsWhere } from "../../wapi/types.js";
import type { AddressRange, Subnet } from "../objects/results.js";
import type { Abortable, Description } from "../requests/requests.js";

/** A range between two places. */
export interface PlacedRange extends Omit<Description, "requestId"> {
  /** The subnet, where `first` and `last` count in it. */
  readonly in?: unknown;
  /** An address, or its place in the subnet: `100` is the hundredth after the subnet's first, `-2` the last but one. */
  readonly first: string | number;
  readonly last: string | number;
  readonly name?: string | undefined;
}

/** All that a request for a range can say. See {@link RangeRequest} for what goes together. */
export interface RangeRequestFields extends Description, Abortable {
  readonly name?: string | undefined;
  /**
   * Who gives its addresses to clients: a member that serves the subnet, by host name, or a DHCP failover association
   * (IPv4). Left out: nobody; the range is reserved, and `requestAddress({ from: range })` takes from it.
   */
  readonly servedBy?: { readonly member: string } | { readonly failover: string } | undefined;
  /** The subnet; needed for places, for a size, and for IPv6. */
  readonly in?: string | Subnet | undefined;
  /** An address, or its place in the subnet: `1` is the first after the subnet's own, `-2` the last but one. */
  readonly first?: string | number | undefined;
  readonly last?: string | number | undefined;
  /** So many addresses of the subnet. Those that hosts can't have don't count. */
  readonly size?: number | undefined;
  /** Where in the subnet they are: at its `"end"` unless said otherwise. */
  readonly at?: "start" | "end" | undefined;
}

/** A range by its addresses, or by their places in a subnet. */
export interface ExplicitRange extends RangeRequestFields {
  readonly first: string | number;
  readonly last: string | number;
  readonly size?: undefined;
  readonly at?: undefined;
}

/** So many addresses at the end of a subnet, or at its beginning. */
export interface SizedRange extends RangeRequestFields {
  readonly in: string | Subnet;
  readonly size: number;
  readonly first?: undefined;
  readonly last?: undefined;
}

export type RangeRequest = ExplicitRange | SizedRange;

/** Which ranges to find; what is left out doesn't matter. */
export interface RangeQuery extends Abortable {
  /** All ranges of this subnet. */
  readonly in?: string | Subnet | undefined;
  /** The range that begins with this address. */
  readonly first?: string | undefined;
  /** The whole name. */
  readonly name?: string | undefined;
  /** The whole comment. */
  readonly comment?: string | undefined;
  readonly extattrs?: ExtattrsWhere | undefined;
  readonly networkView?: string | undefined;
  /** Left out: what `in` or `first` are; IPv4 where nothing tells. */
  readonly family?: 4 | 6 | undefined;
  readonly limit?: number | undefined;
}

/** A range to give back: a result, its reference, or its addresses: `"10.0.7.100-10.0.7.199"`. */
export type RangeTarget = string | AddressRange | { readonly ref: string };
