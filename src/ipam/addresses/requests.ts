import type { ExtattrsWhere } from "../../wapi/types.js";
import type { Address, AddressKind } from "../objects/results.js";
import type { NewDhcp } from "../requests/dhcp-settings.js";
import type { Abortable, Description, Expiring, ReleaseOptions } from "../requests/requests.js";
import type { Sources } from "../requests/sources.js";
import type { AddressPlaceFields, NewHostAddress } from "./address-place.js";

/** Sources of each family: the addresses of a dual-stack host. */
export interface DualStack {
  readonly ipv4: Sources;
  readonly ipv6: Sources;
}

/** All that a request for an address can say. See {@link AddressRequest} for what goes together. */
export interface AddressFields extends Abortable, Description, Expiring, Omit<AddressPlaceFields, "from"> {
  /** Subnets, ranges and pools, tried in order; or such of each family, for a host with two addresses. */
  readonly from?: Sources | DualStack | undefined;
  /** Of a host with several addresses: each with its source or `ip`, and its client. */
  readonly addresses?: readonly NewHostAddress[] | undefined;
  /** Left out: a host with a `name`, else a fixed address with a `mac` or `duid`, else a reservation. */
  readonly as?: AddressKind | undefined;
  /** Of the host: the full name, `"web-1.example.com"`. Of the others: any text for people. */
  readonly name?: string | undefined;
  /** IPv4: the client's MAC address, so that DHCP gives it this address. */
  readonly mac?: string | undefined;
  /** IPv6: the client's DUID, so that DHCP gives it this address. */
  readonly duid?: string | undefined;
  /** `false`: a host without DNS records; its name is then any text. */
  readonly dns?: boolean | undefined;
  /** Over the DNS view of the `Ipam`. Hosts only. */
  readonly dnsView?: string | undefined;
  /** More names of the host. */
  readonly aliases?: readonly string[] | undefined;
  /** Of the host's DNS records, in seconds; left out, the zone's. How long the host stays is `expiresIn`. */
  readonly ttl?: number | undefined;
  /** Options and lease time for the client of a host or a fixed address; a reservation is nobody's. */
  readonly dhcp?: NewDhcp | undefined;
}

/** The next free address of a source, or one that is named; as a host, a fixed address or a reservation. */
export type AddressRequest = AddressFields & AddressIdentity & AddressPlace;

// Of several that don't fit, the compiler names what the last lacks: the usual stands last.

/** Where the address comes from: `from`, `ip`, or an `ip` that must lie in `from`; or each of several. */
export type AddressPlace =
  | { readonly addresses: readonly NewHostAddress[] }
  | { readonly ip: string }
  | { readonly from: Sources | DualStack };

/** What is made of the address. */
export type AddressIdentity =
  | { readonly as: "host"; readonly name: string }
  | { readonly as: "fixed"; readonly duid: string }
  | { readonly as: "fixed"; readonly mac: string }
  | { readonly as: "reservation"; readonly mac?: undefined; readonly duid?: undefined }
  | { readonly as?: undefined };

/** An address to give back: a result, an IP, a reference or a name; as an object where a text could be several. */
export type AddressTarget =
  | string
  | Address
  | { readonly ref: string; readonly cidr?: undefined }
  | { readonly ip: string }
  | { readonly name: string }
  | { readonly requestId: string };

export interface AddressReleaseOptions extends ReleaseOptions {
  readonly dnsView?: string | undefined;
}

/** Which addresses to find; what is left out doesn't matter. */
export interface AddressQuery extends Abortable {
  /** Of a host or a fixed address. */
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  /** The whole name of a host; upper and lower case are one. */
  readonly name?: string | undefined;
  /** Names of hosts that fit a regular expression, found anywhere in the name unless anchored: `"^web-\\d+\\."`. */
  readonly nameMatches?: string | undefined;
  /** All of these attributes: `{ Site: "Paris" }`, or with operators: `{ Rack: { gte: 3 } }`. */
  readonly extattrs?: ExtattrsWhere | undefined;
  /** The whole comment. */
  readonly comment?: string | undefined;
  readonly networkView?: string | undefined;
  /** At most so many. */
  readonly limit?: number | undefined;
}
