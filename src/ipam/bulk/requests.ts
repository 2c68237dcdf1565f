import type { Progress } from "../../wapi/progress.js";
import type { AddressPolicy } from "../addresses/address-policy.js";
import type { Address, Subnet } from "../objects/results.js";
import type { Abortable, Description, Expiring } from "../requests/requests.js";
import type { PoolStrategy, Sources } from "../requests/sources.js";

/** Many addresses at once. With a `requestId` each has one of its own, by its place: `deploy-42/workers/0`, … */
export interface AddressesRequest extends Abortable, Expiring, AddressPolicy, Description {
  /** Subnets and ranges, tried in order; the next is begun when one is full. */
  readonly from: Sources;
  /** In which order sources are emptied; left out, that of a pool that is named alone, else as they stand. */
  readonly strategy?: PoolStrategy | undefined;
  /** How many: up to 100,000. */
  readonly count: number;
  /** The host name of each, by its place from 0. Left out: reservations. */
  readonly name?: ((index: number) => string) | undefined;
  /** IPv4: the client's MAC address of each, by its place from 0. Without `name`: fixed addresses. */
  readonly mac?: ((index: number) => string) | undefined;
  /** IPv6: the client's DUID of each, likewise. */
  readonly duid?: ((index: number) => string) | undefined;
  /** `false`: hosts without DNS records. */
  readonly dns?: boolean | undefined;
  readonly dnsView?: string | undefined;
  readonly exclude?: string | readonly string[] | undefined;
  /**
   * Give back what was taken when not all can be had. Otherwise the error keeps it, as `partial`. With a request id it
   * always stays, since others may have it by then: the next call with that id goes on from there.
   */
  readonly allOrNothing?: boolean | undefined;
  /** Called after each request to the grid. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Many addresses, as they are used. What a loop has had can't be given back behind its back. */
export type AddressesInChunksRequest = Omit<AddressesRequest, "allOrNothing">;

/** Many subnets at once. With a `requestId` each has one of its own, by its place: `deploy-42/racks/0`, … */
export interface SubnetsRequest extends Abortable, Expiring, Description {
  /** Containers, tried in order; the next is begun when one is full. */
  readonly from: Sources;
  /** In which order sources are emptied; left out, that of a pool that is named alone, else as they stand. */
  readonly strategy?: PoolStrategy | undefined;
  readonly prefixLength: number;
  /** How many: up to 10,000. */
  readonly count: number;
  readonly exclude?: string | readonly string[] | undefined;
  /**
   * Give back what was taken when not all can be had. Otherwise the error keeps it, as `partial`. With a request id it
   * always stays, since others may have it by then: the next call with that id goes on from there.
   */
  readonly allOrNothing?: boolean | undefined;
  /** Called after each request to the grid. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Many subnets, as they are used. */
export type SubnetsInChunksRequest = Omit<SubnetsRequest, "allOrNothing">;

/** Addresses and subnets to give back: results or references, in a list or as they come. */
export type ManyToRelease =
  | Iterable<Address | Subnet | string | { readonly ref: string }>
  | AsyncIterable<Address | Subnet | string | { readonly ref: string }>;

export interface ReleaseManyOptions extends Abortable {
  /** Release what another owner made, too. */
  readonly force?: boolean | undefined;
  /** Called after each request to the grid. Of an iterator no `total` is known: it is what was done so far, and `timeLeft` is `undefined`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
