import type { Abortable } from "../requests/requests.js";

/** Options of `Ipam.peekAddresses`. */
export interface PeekOptions extends Abortable {
  readonly networkView?: string | undefined;
  /** Addresses, CIDRs and ranges that are left out. */
  readonly exclude?: string | readonly string[] | undefined;
}

/** The request of `Ipam.peekSubnets`. */
export interface PeekSubnets extends PeekOptions {
  readonly prefixLength: number;
  /** The number of subnets. Default: 1. */
  readonly count?: number | undefined;
}
