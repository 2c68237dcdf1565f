import type { Progress } from "../../wapi/progress.js";
import type { AddressPolicy } from "../addresses/address-policy.js";
import type { Address, Subnet } from "../objects/results.js";
import type { Abortable, Description, Expiring } from "../requests/requests.js";
import type { PoolStrategy, Sources } from "../requests/sources.js";

/** The fields of requests for many subnets or addresses. */
interface ManyRequest extends Abortable, Expiring, Description {
  /** The order in which sources are used. Default: the strategy of the pool if `from` is one pool, else `"first"`. */
  readonly strategy?: PoolStrategy | undefined;
  /** Addresses, CIDRs and ranges that are not taken. */
  readonly exclude?: string | readonly string[] | undefined;
  /**
   * Whether to roll back if not all are available. Default: `false`, and the error lists what stays in `partial`. With a
   * request id everything stays, since other calls may have adopted it; the next call with that id continues from there.
   */
  readonly allOrNothing?: boolean | undefined;
  /** Called after each request to the grid. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * A request for many addresses. With a `requestId`, the id of each address has its index appended: `deploy-42/workers/0`, …
 *
 * @example
 * { from: "10.0.0.0/20", count: 200, name: (index) => `worker-${index}.example.com`, requestId: "deploy-42/workers" }
 */
export interface AddressesRequest extends ManyRequest, AddressPolicy {
  /** Subnets and ranges. The next one is used when one is full. */
  readonly from: Sources;
  /** The number of addresses, up to 100,000. */
  readonly count: number;
  /** The host name of each address, by its index from 0. Without it, they are reservations, or fixed addresses with `mac` or `duid`. */
  readonly name?: ((index: number) => string) | undefined;
  /** The MAC address of each IPv4 client, by its index from 0. */
  readonly mac?: ((index: number) => string) | undefined;
  /** The DUID of each IPv6 client, by its index from 0. */
  readonly duid?: ((index: number) => string) | undefined;
  /** Whether hosts have DNS records. Default: `true`. */
  readonly dns?: boolean | undefined;
  /** The DNS view of hosts. Default: that of the `Ipam`. */
  readonly dnsView?: string | undefined;
}

/** The request of `Ipam.requestAddressesInChunks`. It cannot roll back addresses that the loop has read already. */
export type AddressesInChunksRequest = Omit<AddressesRequest, "allOrNothing">;

/**
 * A request for many subnets. With a `requestId`, the id of each subnet has its index appended: `deploy-42/racks/0`, …
 *
 * @example
 * { from: "10.0.0.0/8", prefixLength: 24, count: 50, requestId: "deploy-42/racks" }
 */
export interface SubnetsRequest extends ManyRequest {
  /** Containers. The next one is used when one is full. */
  readonly from: Sources;
  readonly prefixLength: number;
  /** The number of subnets, up to 10,000. */
  readonly count: number;
}

/** The request of `Ipam.requestSubnetsInChunks`. */
export type SubnetsInChunksRequest = Omit<SubnetsRequest, "allOrNothing">;

/** Addresses and subnets to release: results or references, in a list or another iterable. */
export type ManyToRelease =
  | Iterable<Address | Subnet | string | { readonly ref: string }>
  | AsyncIterable<Address | Subnet | string | { readonly ref: string }>;

/** Options of `Ipam.releaseMany` and `Ipam.releaseManyInChunks`. */
export interface ReleaseManyOptions extends Abortable {
  /** Also release objects of another owner. Default: `false`. */
  readonly force?: boolean | undefined;
  /** Called after each request to the grid. For an iterator `total` is what was done so far, and `timeLeft` is `undefined`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
