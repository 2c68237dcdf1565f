import type { Family } from "../../cidr.js";
import type { ReadProgress } from "../../wapi/progress.js";
import type { Subnet } from "../objects/results.js";
import type { DhcpOption } from "../requests/dhcp-options.js";
import type { NewSubnetDhcp } from "../requests/dhcp-settings.js";
import type { Abortable, Description, Expiring, ObjectQuery, ReleaseOptions } from "../requests/requests.js";
import type { PoolStrategy, Sources } from "../requests/sources.js";
import type { SourceObject } from "../requests/targets.js";
import type { GatewayPlace, GatewayRequest } from "./gateway.js";

/** All fields of a request for a subnet. {@link SubnetRequest} says which go together. */
export interface SubnetFields extends Abortable, Description, Expiring {
  /** Containers, tried in order. The next one is tried only after the grid reports that one is exhausted. */
  readonly from?: Sources | undefined;
  /** The order in which sources are tried. Default: the strategy of the pool if `from` is one pool, else `"first"`. */
  readonly strategy?: PoolStrategy | undefined;
  /** The prefix length of the subnet: `24` for a /24. */
  readonly prefixLength?: number | undefined;
  /** This subnet: `"10.0.7.0/24"`. With `from`, it must lie there. */
  readonly cidr?: string | undefined;
  /** Addresses, CIDRs and ranges that the subnet must not contain. */
  readonly exclude?: string | readonly string[] | undefined;
  /**
   * Whether `cidr` may lie in another subnet, which the grid then turns into a container: `"never"`, `"unused"` (only if none of its
   * addresses is in use and no DHCP member serves it), or `"always"`. Default: `"unused"`.
   */
  readonly insideSubnet?: "never" | "unused" | "always" | undefined;
  /**
   * The address to reserve for the gateway. `"first"` is the lowest free address of the new subnet; it costs no further request.
   * `"last"` costs one, unless `cidr` is given. An address needs `cidr`.
   *
   * DHCP announces an IPv4 gateway: the subnet gets the option `routers`. That is part of the same request if the address is known
   * before (`cidr`), and costs one more otherwise. `{ at: "first", dhcp: false }` only reserves the address, and so does a request
   * whose `fields` have `options`.
   */
  readonly gateway?: GatewayPlace | GatewayRequest | false | undefined;
  /** DHCP members, options and lease time, set by the request that makes the subnet. */
  readonly dhcp?: NewSubnetDhcp | undefined;
}

/**
 * A request for the next free subnet of a size, or for a given one.
 *
 * @example
 * { from: "10.0.0.0/16", prefixLength: 24, gateway: "first", requestId: "deploy-42/blue" }
 */
export type SubnetRequest = NextSubnetRequest | ExplicitSubnetRequest;

/** A request for the next free subnet of a size. */
export interface NextSubnetRequest extends SubnetFields {
  readonly from: Sources;
  readonly prefixLength: number;
  readonly cidr?: undefined;
}

/** A request for a given subnet. */
export interface ExplicitSubnetRequest extends SubnetFields {
  readonly cidr: string;
  readonly prefixLength?: undefined;
}

/** The container of `Ipam.ensureContainer`. */
export interface ContainerRequest
  extends Abortable,
    Pick<Description, "comment" | "extattrs" | "cloud" | "networkView"> {
  /** `"10.0.0.0/16"` */
  readonly cidr: string;
}

/** The subnet to release: a result, a CIDR, a reference or a request id. */
export type SubnetTarget =
  | string
  | Subnet
  | SourceObject
  | { readonly cidr: string; readonly ref?: undefined }
  | { readonly requestId: string };

/** Options of `Ipam.releaseSubnet`. */
export interface SubnetReleaseOptions extends ReleaseOptions {
  /** Release the subnet with everything in it, including hosts. Default: `false`. */
  readonly cascade?: boolean | undefined;
}

/** The subnets to find. A subnet has to match all fields that are given. */
export interface SubnetQuery extends ObjectQuery {
  /** The subnet with this address. */
  readonly containing?: string | undefined;
  /** All subnets in this block, at any depth. */
  readonly within?: string | undefined;
  /** The subnet with this CIDR. */
  readonly cidr?: string | undefined;
  /** Default: the family of `containing`, `within` or `cidr`, or 4. */
  readonly family?: Family | undefined;
  /** Called after each page. Its numbers include subnets that do not lie in `within`. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** The extensible attributes that identify a shared subnet. Their values are compared exactly. */
export type SharedBy = Readonly<Record<string, string | number>>;

/** A subnet that is found by attributes, or made with them. All other fields are those of `SubnetRequest`. */
export interface SharedSubnetRequest extends Omit<SubnetFields, "requestId"> {
  /**
   * The attributes that identify the subnet: `{ "Network Name": "blue" }`. All callers have to pass the same ones. The grid must
   * define them, and without inheritance: otherwise all subnets of a container would have the same values.
   */
  readonly sharedBy: SharedBy;
}

/** The subnet to change: a result, or its CIDR or reference. The latter cost one request to read it. */
export type SubnetToChange = string | Subnet | { readonly ref: string };

/** The options of every change of a subnet. */
export interface SubnetChangeOptions extends ReleaseOptions {}

/** Options of `Subnets.split`. */
export interface SplitOptions extends SubnetChangeOptions {
  /** The prefix length of the parts: `26` for /26. */
  readonly prefixLength: number;
  /** Make only parts with a range or an address in use. Use it for IPv6, where all parts would be too many. Default: `false`. */
  readonly used?: boolean | undefined;
  /** Whether the parts get all settings of the subnet. Default: `false`, and they get its attributes and DHCP members only. */
  readonly keepSettings?: boolean | undefined;
  /** Whether to make reverse zones for the parts. Default: `false`. */
  readonly reverseZones?: boolean | undefined;
}

/** Options of `Subnets.expand` and `Subnets.resize`. */
export interface ResizeOptions extends SubnetChangeOptions {
  /** The new prefix length: `23` for /23. */
  readonly prefixLength: number;
  /** Whether to make a reverse zone for the subnet. Default: `false`. */
  readonly reverseZones?: boolean | undefined;
}

/** The changes of a subnet's DHCP settings. */
export interface DhcpSettings extends SubnetChangeOptions {
  /** Members to add, by host name. */
  readonly addMembers?: readonly string[] | undefined;
  /** Members to remove, by host name. */
  readonly removeMembers?: readonly string[] | undefined;
  /** Options to set, or to remove with `null`. All others stay. */
  readonly options?: readonly DhcpOption[] | undefined;
  /** Whether to remove all options that `options` does not name. Default: `false`. */
  readonly replace?: boolean | undefined;
}

/** The VLAN to assign. */
export interface VlanRequest extends SubnetChangeOptions {
  /** The name of the VLAN view. */
  readonly view: string;
  /** The id of an existing VLAN. Without it, a new VLAN with the next free id is made. */
  readonly id?: number | undefined;
  /** The name of a new VLAN. */
  readonly name?: string | undefined;
}

/** The VLAN that was assigned. */
export interface AssignedVlan {
  readonly id: number;
  readonly name: string | undefined;
  readonly ref: string;
}
