import type { AddressPlaceFields, NewHostAddress } from "../addresses/address-place.js";
import type { ObjectQuery, ReleaseOptions } from "../requests/requests.js";
import type { Sources } from "../requests/sources.js";

/** The hosts to find. A host has to match all fields that are given. */
export interface HostQuery extends ObjectQuery {
  /** Hosts with this address. */
  readonly ip?: string | undefined;
  /** The whole name. Upper and lower case are the same. */
  readonly name?: string | undefined;
  /**
   * A regular expression for names. It matches anywhere in the name unless it begins with `^` or ends with `$`:
   * `"^web-\\d+\\."`. Upper and lower case are the same.
   */
  readonly nameMatches?: string | undefined;
  /** Hosts with this alias: the whole name, or its part before the zone of the host. */
  readonly alias?: string | undefined;
  /** Hosts with an address for this MAC address. */
  readonly mac?: string | undefined;
  /** Hosts with an address for this DUID. */
  readonly duid?: string | undefined;
  /**
   * The DNS zone of the hosts: `"example.com"`. A reverse zone may also be a CIDR. Without a `dnsView`, it is a zone of the network
   * view's default DNS view.
   */
  readonly zone?: string | undefined;
  /** Default: the DNS view of the `Ipam`, or all views if it has none. */
  readonly dnsView?: string | undefined;
}

/**
 * The host of a call: a result, its reference, its name, or one of its addresses. For anything but a result, the call reads the
 * host first, with one request.
 */
export type HostTarget =
  | string
  | { readonly ref: string }
  | { readonly name: string; readonly ref?: undefined }
  | { readonly ip: string; readonly ref?: undefined };

/** The options of every change of a host. */
export interface HostOptions extends ReleaseOptions {
  /** The DNS view of a host that is given by name or address. Default: that of the `Ipam`. */
  readonly dnsView?: string | undefined;
}

/** An address to add to a host: the next free one of a source, or a given one. */
export interface HostAddressRequest extends HostOptions, NewHostAddress {}

/** A new address that replaces one of the host's. */
export interface HostMove extends HostOptions, Omit<AddressPlaceFields, "from"> {
  /** Subnets, ranges and pools. The first with a free address is used. */
  readonly to?: Sources | undefined;
  /** The address to replace. Default: the host's only one of the family. */
  readonly from?: string | undefined;
}

/** Options of `Hosts.setMac` and `Hosts.setDuid`. */
export interface HostClientOptions extends HostOptions {
  /** The address of the host to change. Default: its only one of the family. */
  readonly ip?: string | undefined;
}
