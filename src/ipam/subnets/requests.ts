import type { Family } from "../../cidr.js";
import type { ReadProgress } from "../../wapi/progress.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import type { Subnet } from "../objects/results.js";
import type { NewSubnetDhcp } from "../requests/dhcp-settings.js";
import type { Abortable, Description, Expiring, ReleaseOptions } from "../requests/requests.js";
import type { PoolStrategy, Sources } from "../requests/sources.js";
import type { SourceObject } from "../requests/targets.js";
import type { GatewayPlace, GatewayRequest } from "./gateway.js";

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

/** A subnet to give back: a result, a CIDR, a reference or a request id. */
export type SubnetTarget =
  | string
  | Subnet
  | SourceObject
  | { readonly cidr: string; readonly ref?: undefined }
  | { readonly requestId: string };

export interface SubnetReleaseOptions extends ReleaseOptions {
  /** Release the subnet with all that is in it, hosts included. */
  readonly cascade?: boolean | undefined;
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

/** What several callers know a subnet by: extensible attributes and their values, compared exactly. */
export type SharedBy = Readonly<Record<string, string | number>>;

/** A subnet that is found by attributes, or made with them. Everything but `sharedBy` is as in `SubnetRequest`. */
export interface SharedSubnetRequest extends Omit<SubnetFields, "requestId"> {
  /**
   * What the subnet is known by: `{ "Network Name": "blue" }`. All of them, all callers alike. The grid must have
   * definitions of these names; such that aren't inherited, else the subnets of a container would have its own.
   */
  readonly sharedBy: SharedBy;
}

/** A subnet to change: a result, which costs nothing to look up; or its CIDR or reference, which cost one request. */
export type SubnetToChange = string | Subnet | { readonly ref: string };

/** What every change of a subnet takes. */
export interface SubnetChangeOptions extends Abortable {
  /** Where a CIDR is looked for. */
  readonly networkView?: string | undefined;
  /** Change what another owner made, too. */
  readonly force?: boolean | undefined;
}

export interface SplitOptions extends SubnetChangeOptions {
  /** The size of the parts: `26` for /26. */
  readonly prefixLength: number;
  /** Make only the parts that something is in: a range, or an address in use. For IPv6, where all would be too many. */
  readonly used?: boolean | undefined;
  /** Give the parts all settings of the subnet; without it, its attributes and DHCP members alone. */
  readonly keepSettings?: boolean | undefined;
  /** Make reverse zones for the parts. */
  readonly reverseZones?: boolean | undefined;
}

export interface ResizeOptions extends SubnetChangeOptions {
  /** The size that it shall have: `23` for /23. */
  readonly prefixLength: number;
  /** Make a reverse zone for it. */
  readonly reverseZones?: boolean | undefined;
}

/** A DHCP option, by its name or its number. */
export interface DhcpOption {
  readonly name?: string | undefined;
  readonly num?: number | undefined;
  /** `null` takes the option out. */
  readonly value: string | null;
  /** `"DHCP"` unless said otherwise; IPv6: `"DHCPv6"`. */
  readonly vendorClass?: string | undefined;
}

/** What DHCP does for a subnet. */
export interface DhcpSettings extends SubnetChangeOptions {
  /** Members that shall serve it, beside those that do, by host name. */
  readonly addMembers?: readonly string[] | undefined;
  readonly removeMembers?: readonly string[] | undefined;
  /** Options to set, or with `null` to take out; all others stay. */
  readonly options?: readonly DhcpOption[] | undefined;
  /** Take out all options that `options` doesn't name, whoever set them. */
  readonly replace?: boolean | undefined;
}

/** Which VLAN. */
export interface VlanRequest extends SubnetChangeOptions {
  /** The VLAN view, by name. */
  readonly view: string;
  /** A VLAN that exists. Left out: a new one, with the next free id. */
  readonly id?: number | undefined;
  /** Of a new VLAN. */
  readonly name?: string | undefined;
}

/** The VLAN that a subnet has got. */
export interface AssignedVlan {
  readonly id: number;
  readonly name: string | undefined;
  readonly ref: string;
}
