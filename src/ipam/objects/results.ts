import type { Family } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import type { HolderType } from "../requests/targets.js";
import type { RecordKind, RecordType } from "./record-kinds.js";

/**
 * Adds the source that the object was taken from. The property is not enumerable: a repeated request, which only finds the
 * object, gives an equal result.
 */
export function withSource<T extends object>(result: T, source: string | undefined): T {
  return source === undefined ? result : Object.defineProperty(result, "source", { value: source });
}

/** The object type of a subnet's reference. */
export type SubnetType = HolderType<"network">;

/** The object type of a container's reference. */
export type ContainerType = HolderType<"container">;

/** A container as the grid holds it: a block that subnets are taken from. WAPI: `networkcontainer`, `ipv6networkcontainer`. */
export interface Container {
  /** `"10.0.0.0/16"` */
  readonly cidr: string;
  readonly ref: Ref<ContainerType>;
  readonly family: Family;
  readonly prefixLength: number;
  readonly networkView: string;
  /** The CIDR of the container around it; `undefined` for one at the top of its network view. */
  readonly container: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** `false` if it existed already. */
  readonly created: boolean;
}

/** A network view: an address space of its own. WAPI: `networkview`. */
export interface NetworkView {
  readonly name: string;
  readonly ref: Ref<"networkview">;
  /** `false` if it existed already. */
  readonly created: boolean;
}

/** The WAPI object types that hold an address. */
export type AddressType = "record:host" | "fixedaddress" | "ipv6fixedaddress";

/** A subnet as the grid holds it, which may differ from the request. WAPI: `network`, `ipv6network`. */
export interface Subnet {
  /** `"10.0.7.0/24"` */
  readonly cidr: string;
  readonly ref: Ref<SubnetType>;
  readonly family: Family;
  readonly prefixLength: number;
  readonly networkView: string;
  /** The CIDR of the container around it; `undefined` for a subnet at the top of its network view. */
  readonly container: string | undefined;
  /** The address reserved for the gateway; `undefined` if this library reserved none. */
  readonly gateway: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** The time from which on `Ipam.collect` frees it; `undefined` if it never expires. */
  readonly expiresAt: Date | undefined;
  /** `false` if it existed already, and was found by its request id or by a search. */
  readonly created: boolean;
  /**
   * The source that it was taken from, as the request names it. Set if this call has made it. Not enumerable, so that a
   * repeated request gives an equal result.
   */
  readonly source?: string | undefined;
}

/**
 * The kind of object that holds an address: a host record (name, DNS, perhaps DHCP), a fixed address (DHCP gives it to one
 * client), or a reservation (DHCP gives it to nobody).
 */
export type AddressKind = "host" | "fixed" | "reservation";

/** An address as the grid holds it, which may differ from the request. WAPI: `record:host`, `fixedaddress`, `ipv6fixedaddress`. */
export interface Address {
  /** `"10.0.7.5"`. For a dual-stack host its IPv4 address. */
  readonly ip: string;
  /** The address with the prefix length of its subnet: `"10.0.7.5/24"`. Outside all subnets the length is 32 or 128. */
  readonly cidr: string;
  /** All addresses of the object. A host may have several. */
  readonly ips: readonly string[];
  readonly ref: Ref<AddressType>;
  readonly family: Family;
  readonly kind: AddressKind;
  readonly name: string | undefined;
  readonly mac: string | undefined;
  readonly duid: string | undefined;
  /** The CIDR of its subnet: `"10.0.7.0/24"`. */
  readonly subnet: string | undefined;
  readonly networkView: string;
  /** Set for hosts with DNS. */
  readonly dnsView: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** The time from which on `Ipam.collect` frees it; `undefined` if it never expires. */
  readonly expiresAt: Date | undefined;
  /** `false` if it existed already, and was found by its request id. */
  readonly created: boolean;
  /**
   * The source that it was taken from, as the request names it. Set if this call has made it. Not enumerable, so that a
   * repeated request gives an equal result.
   */
  readonly source?: string | undefined;
}

/** A range of addresses as the grid holds it. WAPI: `range`, `ipv6range`. */
export interface AddressRange {
  /** `"10.0.7.100"` */
  readonly first: string;
  readonly last: string;
  readonly ref: Ref<HolderType<"range">>;
  readonly family: Family;
  /** The CIDR of its subnet: `"10.0.7.0/24"`. */
  readonly subnet: string | undefined;
  readonly networkView: string;
  readonly name: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

/** A DNS record as the grid holds it. WAPI: `record:a`, `record:aaaa`, `record:ptr` and the like. */
export interface DnsRecord {
  readonly type: RecordKind;
  /** The name of the record. A PTR record has its reverse name: `"5.7.0.10.in-addr.arpa"`. */
  readonly name: string;
  /** The data, as in a zone file: `"10.0.7.5"`, `"web-1.example.com"`, `"10 mail.example.com"`. */
  readonly value: string;
  readonly ref: Ref<RecordType>;
  readonly dnsView: string | undefined;
  /** The time to live in seconds; `undefined` if that of the zone applies. */
  readonly ttl: number | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

/** A DNS record with its data in single fields. Fields that its type does not have are `undefined`. */
export interface DnsRecordDetails extends DnsRecord {
  /** The address of an A, AAAA or PTR record. */
  readonly ip: string | undefined;
  /** The name that a CNAME, PTR, MX, SRV or NS record points to. */
  readonly target: string | undefined;
  /** The text of a TXT record, or the value of a CAA record. */
  readonly text: string | undefined;
  readonly preference: number | undefined;
  readonly port: number | undefined;
  readonly priority: number | undefined;
  readonly weight: number | undefined;
  /** The flags of a CAA record. */
  readonly flags: number | undefined;
  /** The tag of a CAA record: `"issue"`. */
  readonly tag: string | undefined;
  readonly zone: string | undefined;
}

/** The result of a release. A refused release is an error. */
export interface Release {
  /** Whether this call is known to have freed the object. `false` is success, too: the object is gone. */
  readonly released: boolean;
  /**
   * - `"deleted"`: this call deleted the object
   * - `"removed-from-host"`: this call removed the address from its host, which keeps its other addresses
   * - `"gone"`: the object does not exist. It did not before; or the answer to this release was lost, and the grid does not
   *   show who released it
   */
  readonly reason: "deleted" | "removed-from-host" | "gone";
}

/** The result of a release by what became of the object. `undefined` if it was not there. */
export function releaseOf(reason: Release["reason"] = "gone"): Release {
  return { released: reason !== "gone", reason };
}

/** The result of one of many releases. */
export interface ReleasedOne extends Release {
  /** The reference that the object had. */
  readonly ref: Ref<AddressType | SubnetType>;
  readonly reason: "deleted" | "gone";
}

/** The totals of many releases. */
export interface ManyReleased {
  /** How many objects this call has released. */
  readonly released: number;
  /** How many were gone already. */
  readonly gone: number;
}

/** Everything that the grid knows about one address. WAPI: `ipv4address`, `ipv6address`. */
export interface AddressDetails {
  readonly ip: string;
  readonly family: Family;
  readonly networkView: string;
  /** The status that the grid reports. An address outside all subnets is `USED` if a host record has it. */
  readonly status: "USED" | "UNUSED";
  /** The types of the objects that use it: `HOST`, `FA`, `A`, `DHCP_RANGE`, `NETWORK`, … */
  readonly types: readonly string[];
  /** The services that use it: `DNS`, `DHCP`. */
  readonly usage: readonly string[];
  readonly names: readonly string[];
  readonly mac: string | undefined;
  readonly duid: string | undefined;
  /** The state of its lease: `ACTIVE`, `FREE`, … */
  readonly leaseState: string | undefined;
  /** Whether the grid has discovered another device at the address than it has on record. */
  readonly conflict: boolean;
  /** The references of all objects that hold it. */
  readonly objects: readonly Ref[];
  /** The hosts, fixed addresses and reservations among these objects. */
  readonly addresses: readonly Address[];
  readonly subnet: Subnet | undefined;
  /** The CIDR of the container around the subnet. */
  readonly container: string | undefined;
}

/** How full a subnet, a container or a network view is. */
export interface Utilization {
  /** The CIDR, or the name of the network view. */
  readonly target: string;
  readonly scope: "subnet" | "container" | "view";
  readonly family: Family;
  /**
   * Numbers of addresses. For a subnet: `total` counts those that hosts can have, `used` those in use. For a container or a
   * view: `total` counts all addresses, `used` those that lie in subnets. Exact for IPv4; IPv6 numbers beyond 2⁵³ are rounded.
   */
  readonly total: number;
  readonly used: number;
  readonly free: number;
  /** 0 to 100, with two decimals. */
  readonly percent: number;
  /** The number of subnets. 1 for a subnet. */
  readonly subnets: number;
  /** The largest block that is free in a container: `"10.0.128.0/17"`. */
  readonly largestFree: string | undefined;
}
