import type { Abortable, SubnetFields } from "../requests.js";
import type { Subnet } from "../results.js";

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
