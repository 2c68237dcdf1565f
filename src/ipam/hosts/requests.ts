import type { ExtattrsWhere } from "../../wapi/types.js";
import type { AddressPlaceFields, NewHostAddress } from "../addresses/address-place.js";
import type { Abortable } from "../requests/requests.js";
import type { Sources } from "../requests/sources.js";

/** Which hosts to find; what is left out doesn't matter. */
export interface HostQuery extends Abortable {
  /** Hosts with this address. */
  readonly ip?: string | undefined;
  /** The whole name; upper and lower case are one. */
  readonly name?: string | undefined;
  /**
   * Names that fit a regular expression, found anywhere in the name unless it begins with `^` or ends with `$`:
   * `"^web-\\d+\\."`. Upper and lower case are one.
   */
  readonly nameMatches?: string | undefined;
  /** Hosts that have this alias: the whole name, or what stands before the zone of the host. */
  readonly alias?: string | undefined;
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  /**
   * The DNS zone that they lie in: `"example.com"`; a reverse zone also as CIDR. Without a DNS view it is one of the network view's
   * default DNS view.
   */
  readonly zone?: string | undefined;
  /** All of these attributes: `{ Site: "Paris" }`, or with operators: `{ Rack: { gte: 3 } }`. */
  readonly extattrs?: ExtattrsWhere | undefined;
  /** The whole comment. */
  readonly comment?: string | undefined;
  readonly networkView?: string | undefined;
  /** Left out: the DNS view of the `Ipam`, and where it has none, all views. */
  readonly dnsView?: string | undefined;
  /** At most so many. */
  readonly limit?: number | undefined;
}

/**
 * Which host is meant: a result, its reference, its name, or one of its addresses. A result costs nothing to look up;
 * anything else costs one request.
 */
export type HostTarget =
  | string
  | { readonly ref: string }
  | { readonly name: string; readonly ref?: undefined }
  | { readonly ip: string; readonly ref?: undefined };

/** What every change of a host takes. */
export interface HostOptions extends Abortable {
  /** Where a name or an address is looked for. */
  readonly networkView?: string | undefined;
  readonly dnsView?: string | undefined;
  /** Change what another owner made, too. */
  readonly force?: boolean | undefined;
}

/** An address more for a host: the next free one of a source, or one that is named. */
export interface HostAddressRequest extends HostOptions, NewHostAddress {}

/** Another address in place of one that the host has. */
export interface HostMove extends HostOptions, Omit<AddressPlaceFields, "from"> {
  /** Subnets, ranges and pools, in order: the next free address of the first that has one. */
  readonly to?: Sources | undefined;
  /** The address to be replaced. Left out: the host's only one of the family. */
  readonly from?: string | undefined;
}

/** Which client an address is given to. */
export interface HostClientOptions extends HostOptions {
  /** Which of the host's addresses. Left out: its only one of the family. */
  readonly ip?: string | undefined;
}
