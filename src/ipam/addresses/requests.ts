import type { Address, AddressKind } from "../objects/results.js";
import type { NewDhcp } from "../requests/dhcp-settings.js";
import type { Abortable, Description, Expiring, ObjectQuery, ReleaseOptions } from "../requests/requests.js";
import type { Sources } from "../requests/sources.js";
import type { AddressPlaceFields, HostClient, NewHostAddress } from "./address-place.js";

/** Sources for both addresses of a dual-stack host. */
export interface DualStack {
  readonly ipv4: Sources;
  readonly ipv6: Sources;
}

/** All fields of a request for an address. {@link AddressRequest} says which go together. */
export interface AddressFields
  extends Abortable,
    Description,
    Expiring,
    HostClient,
    Omit<AddressPlaceFields, "from"> {
  /** Subnets, ranges and pools, tried in order. For a dual-stack host: `{ ipv4, ipv6 }`. */
  readonly from?: Sources | DualStack | undefined;
  /** The addresses of a host that has several, each with its source or `ip`, and its client. */
  readonly addresses?: readonly NewHostAddress[] | undefined;
  /** Default: a host if there is a `name`, a fixed address if there is a `mac` or `duid`, otherwise a reservation. */
  readonly as?: AddressKind | undefined;
  /** For a host its full name, `"web-1.example.com"`. For the other kinds any text. */
  readonly name?: string | undefined;
  /** Whether the host has DNS records. Default: `true`. With `false`, its name may be any text. */
  readonly dns?: boolean | undefined;
  /** The DNS view of the host. Default: that of the `Ipam`. */
  readonly dnsView?: string | undefined;
  /** More names of the host. */
  readonly aliases?: readonly string[] | undefined;
  /** The time to live of the host's DNS records, in seconds. Default: that of the zone. Not the expiry of the host. */
  readonly ttl?: number | undefined;
  /** DHCP options and lease time for the client of a host or a fixed address. A reservation has no client. */
  readonly dhcp?: NewDhcp | undefined;
}

/**
 * A request for the next free address of a source, or for a given one, as a host, a fixed address or a reservation.
 *
 * @example
 * { from: "10.0.7.0/24", name: "web-1.example.com", requestId: "deploy-42/web-1" }
 */
export type AddressRequest = AddressFields & AddressIdentity & AddressPlace;

// If no alternative fits, the compiler names the fields that the last one lacks. So the usual one comes last.

/** Where the address comes from: `from`, `ip`, both (then `ip` must lie in `from`), or `addresses` for several. */
export type AddressPlace =
  | { readonly addresses: readonly NewHostAddress[] }
  | { readonly ip: string }
  | { readonly from: Sources | DualStack };

/** The kind of object that the address is requested for. */
export type AddressIdentity =
  | { readonly as: "host"; readonly name: string }
  | { readonly as: "fixed"; readonly duid: string }
  | { readonly as: "fixed"; readonly mac: string }
  | { readonly as: "reservation"; readonly mac?: undefined; readonly duid?: undefined }
  | { readonly as?: undefined };

/** The address to release: a result, an IP, a reference or a name. An object with one field says which of these a text is. */
export type AddressTarget =
  | string
  | Address
  | { readonly ref: string; readonly cidr?: undefined }
  | { readonly ip: string }
  | { readonly name: string }
  | { readonly requestId: string };

/** Options of `Ipam.releaseAddress`. */
export interface AddressReleaseOptions extends ReleaseOptions {
  /** The DNS view of a host that is named. Default: that of the `Ipam`. */
  readonly dnsView?: string | undefined;
}

/** The addresses to find. An address has to match all fields that are given. */
export interface AddressQuery extends ObjectQuery {
  /** The MAC address of the client of a host or a fixed address. */
  readonly mac?: string | undefined;
  /** The DUID of the client of a host or a fixed address. */
  readonly duid?: string | undefined;
  /** The whole name of a host. Upper and lower case are the same. */
  readonly name?: string | undefined;
  /** A regular expression for names of hosts. It matches anywhere in the name unless anchored: `"^web-\\d+\\."`. */
  readonly nameMatches?: string | undefined;
}
