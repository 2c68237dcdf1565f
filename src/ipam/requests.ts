import type { Family } from "../cidr.js";
import type { ExtattrsToCreate } from "../wapi/extattrs.js";
import type { Progress, ReadProgress } from "../wapi/progress.js";
import type { ExtattrsWhere } from "../wapi/types.js";
import type { AddressPlaceFields } from "./addresses/address-place.js";
import type { AddressPolicy } from "./addresses/address-policy.js";
import type { ForecastOptions } from "./capacity/requests.js";
import type { CloudDescription } from "./cloud-attributes.js";
import type { NewDhcp, NewSubnetDhcp } from "./dhcp-settings.js";
import type { ProfileOption } from "./engine/profile.js";
import type { Address, AddressKind, Subnet } from "./results.js";
import type { PoolStrategy, Sources } from "./sources/pools.js";
import type { Source, SourceObject } from "./sources/targets.js";
import type { GatewayPlace, GatewayRequest } from "./subnets/gateway.js";

/** What every call takes. */
export interface Abortable {
  /** Aborts the call. What was not sent yet never is; a write that was may have happened (see `UncertainWriteError`). */
  readonly signal?: AbortSignal | undefined;
}

/** What subnets and addresses have in common. */
export interface Description {
  readonly comment?: string | undefined;
  /** Extensible attributes, as plain values: `{ Site: "Paris" }`. The grid must have definitions of these names. */
  readonly extattrs?: ExtattrsToCreate | undefined;
  /** For the grid's cloud reports, field by field over the `cloud` of the `Ipam`; `extattrs` go before. */
  readonly cloud?: CloudDescription | undefined;
  /** Over the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
  /**
   * An id of your own. The same id again gives the same object, with `created: false`, from however many processes at
   * once. Kept on the grid in an extensible attribute (see `requestIdMarker` and `setup`).
   */
  readonly requestId?: string | undefined;
  /** More fields of the WAPI object, in the grid's spelling: `{ members: […], options: […] }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** For how long something is wanted; `Ipam.collect` frees it afterwards. One of the two; left out, for good. */
export interface Expiring {
  /**
   * A time, as a `Date` or as an ISO text: `"2026-11-25T13:46:00Z"`. Kept on the grid in an extensible attribute (see
   * `expiresAtAttribute` and `setup`), to the second.
   */
  readonly expiresAt?: Date | string | undefined;
  /** Seconds from now, by this machine's clock: `7 * 86400` for a week. */
  readonly expiresIn?: number | undefined;
}

/** All that a request for a subnet can say. See {@link SubnetRequest} for what goes together. */
export interface SubnetFields extends Abortable, Description, Expiring {
  /** Containers, tried in order: the next one only when the grid says that one is exhausted. */
  readonly from?: Sources | undefined;
  /** In which order sources are tried; left out, that of a pool that is named alone, else as they stand. */
  readonly strategy?: PoolStrategy | undefined;
  /** The size of the subnet: `24` for a /24. */
  readonly prefixLength?: number | undefined;
  /** This subnet and no other: `"10.0.7.0/24"`. */
  readonly cidr?: string | undefined;
  /** Addresses, CIDRs and ranges that the subnet must not hold. */
  readonly exclude?: string | readonly string[] | undefined;
  /**
   * Whether `cidr` may lie in another subnet, of which the grid then makes a container: `"never"`, where no address of
   * it is in use and no DHCP member serves it (`"unused"`, the default), or `"always"`.
   */
  readonly insideSubnet?: "never" | "unused" | "always" | undefined;
  /**
   * The address to reserve for the gateway. `"first"` is the lowest address that the grid finds free in the new
   * subnet, which is its first unless DNS records already name that; it costs no further request. `"last"` costs
   * one, unless `cidr` is given. An address needs `cidr`.
   *
   * DHCP tells clients of an IPv4 gateway: the subnet gets the option `routers`, in the same request where the address is
   * known before (`cidr`), else in one more. `{ at: "first", dhcp: false }` only reserves; so does a request whose `fields`
   * have `options` of their own.
   */
  readonly gateway?: GatewayPlace | GatewayRequest | false | undefined;
  /** Members, options and lease time, in the request that makes the subnet. */
  readonly dhcp?: NewSubnetDhcp | undefined;
}

/** The next free subnet of a size, or one that is named. */
export type SubnetRequest = NextSubnetRequest | ExplicitSubnetRequest;

export interface NextSubnetRequest extends SubnetFields {
  readonly from: Sources;
  readonly prefixLength: number;
  readonly cidr?: undefined;
}

export interface ExplicitSubnetRequest extends SubnetFields {
  readonly cidr: string;
  readonly prefixLength?: undefined;
}

/** A container that there has to be. */
export interface ContainerRequest
  extends Abortable,
    Pick<Description, "comment" | "extattrs" | "cloud" | "networkView"> {
  /** `"10.0.0.0/16"` */
  readonly cidr: string;
}

/** Sources of each family: the addresses of a dual-stack host. */
export interface DualStack {
  readonly ipv4: Sources;
  readonly ipv6: Sources;
}

/** All that a request for an address can say. See {@link AddressRequest} for what goes together. */
export interface AddressFields extends Abortable, Description, Expiring, Omit<AddressPlaceFields, "from"> {
  /** Subnets, ranges and pools, tried in order; or such of each family, for a host with two addresses. */
  readonly from?: Sources | DualStack | undefined;
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
export type AddressRequest = AddressFields & AddressPlace & AddressIdentity;

/** Where the address comes from: `from`, `ip`, or an `ip` that must lie in `from`. */
export type AddressPlace = { readonly from: Sources | DualStack } | { readonly ip: string };

/** What is made of the address. */
export type AddressIdentity =
  | { readonly as?: undefined }
  | { readonly as: "host"; readonly name: string }
  | { readonly as: "fixed"; readonly mac: string }
  | { readonly as: "fixed"; readonly duid: string }
  | { readonly as: "reservation"; readonly mac?: undefined; readonly duid?: undefined };

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

/** What every release takes. */
export interface ReleaseOptions extends Abortable {
  readonly networkView?: string | undefined;
  /** Release what another owner made, too. */
  readonly force?: boolean | undefined;
}

export interface AddressReleaseOptions extends ReleaseOptions {
  readonly dnsView?: string | undefined;
}

export interface SubnetReleaseOptions extends ReleaseOptions {
  /** Release the subnet with all that is in it, hosts included. */
  readonly cascade?: boolean | undefined;
}

/** An address to give back: a result, an IP, a reference or a name; as an object where a text could be several. */
export type AddressTarget =
  | string
  | Address
  | { readonly ref: string; readonly cidr?: undefined }
  | { readonly ip: string }
  | { readonly name: string }
  | { readonly requestId: string };

/** A subnet to give back: a result, a CIDR, a reference or a request id. */
export type SubnetTarget =
  | string
  | Subnet
  | SourceObject
  | { readonly cidr: string; readonly ref?: undefined }
  | { readonly requestId: string };

/** Until when something is wanted now: one of `expiresAt` and `expiresIn`. */
export interface RenewOptions extends ReleaseOptions, Expiring {
  /** Where a host's name is looked for. */
  readonly dnsView?: string | undefined;
}

export interface AuditOptions extends Abortable {
  readonly networkView?: string | undefined;
  /** What is past its expiry: a `Date` or an ISO text. Left out, this machine's clock. */
  readonly now?: Date | string | undefined;
  /** Called when most has been read, and after each further page of a thousand. `done`: objects read. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

export interface CollectOptions extends Omit<AuditOptions, "onProgress"> {
  /** Change nothing, and say what would be done. */
  readonly dryRun?: boolean | undefined;
  /** Free a subnet with all that is in it, whoever made that, hosts included. */
  readonly cascade?: boolean | undefined;
  /** Called after each request that frees something. `total`: how much has expired. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What to set up. */
export interface SetupOptions extends Abortable {
  /** Define the attributes of cloud reports, too, where the grid hasn't got them: see `cloudAttributes`. */
  readonly cloud?: boolean | undefined;
  /** What kind of grid this is, to be kept on it for all clients: what `probe` found, `"serial"`, `"places"` or `"wait"`. */
  readonly profile?: ProfileOption | undefined;
}

export interface LookupOptions extends Abortable {
  readonly networkView?: string | undefined;
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

/** Which subnets to find; what is left out doesn't matter. */
export interface SubnetQuery extends Abortable {
  /** The subnet with this address. */
  readonly containing?: string | undefined;
  /** All subnets in this block, at any depth. */
  readonly within?: string | undefined;
  /** Exactly this one. */
  readonly cidr?: string | undefined;
  /** All of these attributes: `{ Site: "Paris" }`, or with operators: `{ VLAN: { gte: 100 } }`. */
  readonly extattrs?: ExtattrsWhere | undefined;
  /** The whole comment. */
  readonly comment?: string | undefined;
  readonly networkView?: string | undefined;
  /** Left out: what `containing`, `within` or `cidr` are; IPv4 where nothing tells. */
  readonly family?: Family | undefined;
  /** At most so many. */
  readonly limit?: number | undefined;
  /** Called after each page that was read, before what doesn't lie in `within` is left out. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

export interface PeekOptions extends Abortable {
  readonly networkView?: string | undefined;
  readonly exclude?: string | readonly string[] | undefined;
}

/** Which subnets would come next. */
export interface PeekSubnets extends PeekOptions {
  readonly prefixLength: number;
  /** 1 unless said otherwise. */
  readonly count?: number | undefined;
}

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

/** What to draw: places as for a request, or everything in a network view. */
export type MapSource =
  | Source
  | readonly Source[]
  | { readonly networkView: string; readonly family?: Family | undefined };

export interface MapOptions extends Abortable {
  /** Where a CIDR is looked for. */
  readonly networkView?: string | undefined;
  /**
   * Whether to read what uses each address, which a big container has many of. Left out: where there are at most 64
   * subnets.
   */
  readonly addresses?: boolean | undefined;
  /**
   * Inventories that were kept, as for `ipam.capacity.forecast`: each container and subnet then says how long it lasts at
   * its own pace.
   */
  readonly history?: ForecastOptions["history"] | undefined;
  /** Called while containers, subnets and ranges are read, with how many there are so far. */
  readonly onRead?: ((progress: ReadProgress) => void) | undefined;
  /** Called while addresses are read, with the number of subnets; not where none are read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
