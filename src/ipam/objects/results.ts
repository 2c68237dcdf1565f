import type { Family } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import type { HolderType } from "../requests/targets.js";
import type { RecordKind, RecordType } from "./record-kinds.js";

/**
 * A result that says which source it came from. It isn't listed with the other properties: the same request again, which
 * finds the object, gives the same result.
 */
export function withSource<T extends object>(result: T, source: string | undefined): T {
  return source === undefined ? result : Object.defineProperty(result, "source", { value: source });
}

/** The object type of a subnet's reference. */
export type SubnetType = HolderType<"network">;

/** The object type of a container's reference. */
export type ContainerType = HolderType<"container">;

/** A container as the grid holds it: a block that subnets are taken from. */
export interface Container {
  /** `"10.0.0.0/16"` */
  readonly cidr: string;
  readonly ref: Ref<ContainerType>;
  readonly family: Family;
  readonly prefixLength: number;
  readonly networkView: string;
  /** The container around it; `undefined` for one at the top of its network view. */
  readonly container: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** `false`: it was there already. */
  readonly created: boolean;
}

/** A network view: an address space of its own. */
export interface NetworkView {
  readonly name: string;
  readonly ref: Ref<"networkview">;
  /** `false`: it was there already. */
  readonly created: boolean;
}

/** The object types that hold an address. */
export type AddressType = "record:host" | "fixedaddress" | "ipv6fixedaddress";

/**
 * A subnet as the grid holds it, whatever was asked for.
 */
export interface Subnet {
  /** `"10.0.7.0/24"` */
  readonly cidr: string;
  readonly ref: Ref<SubnetType>;
  readonly family: Family;
  readonly prefixLength: number;
  readonly networkView: string;
  /** The container around it; `undefined` for a subnet at the top of its network view. */
  readonly container: string | undefined;
  /** The address reserved for the gateway; `undefined` where this library reserved none. */
  readonly gateway: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** From when on `Ipam.collect` frees it; `undefined`: never. */
  readonly expiresAt: Date | undefined;
  /** `false`: it was there already, found by its request id or by a search. */
  readonly created: boolean;
  /**
   * Of one that this call has taken: which of the sources it came from, as that was given. Not enumerable, since the same
   * request again gives an equal result.
   */
  readonly source?: string | undefined;
}

/**
 * What holds an address: a host record (name, DNS, perhaps DHCP), a fixed address (DHCP gives it to one client), or a
 * reservation (nobody gets it).
 */
export type AddressKind = "host" | "fixed" | "reservation";

/**
 * An address as the grid holds it, whatever was asked for.
 */
export interface Address {
  /** `"10.0.7.5"`; the IPv4 one of a dual-stack host. */
  readonly ip: string;
  /** The address with the prefix length of its subnet: `"10.0.7.5/24"`. With 32 or 128 where it lies in none. */
  readonly cidr: string;
  /** All addresses of the object: several for a dual-stack host. */
  readonly ips: readonly string[];
  readonly ref: Ref<AddressType>;
  readonly family: Family;
  readonly kind: AddressKind;
  readonly name: string | undefined;
  readonly mac: string | undefined;
  readonly duid: string | undefined;
  /** The subnet that it lies in: `"10.0.7.0/24"`. */
  readonly subnet: string | undefined;
  readonly networkView: string;
  /** Of hosts with DNS. */
  readonly dnsView: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  /** From when on `Ipam.collect` frees it; `undefined`: never. */
  readonly expiresAt: Date | undefined;
  /** `false`: it was there already, found by its request id. */
  readonly created: boolean;
  /**
   * Of one that this call has taken: which of the sources it came from, as that was given. Not enumerable, since the same
   * request again gives an equal result.
   */
  readonly source?: string | undefined;
}

/** A DHCP range as the grid holds it. */
export interface AddressRange {
  /** `"10.0.7.100"` */
  readonly first: string;
  readonly last: string;
  readonly ref: Ref<HolderType<"range">>;
  readonly family: Family;
  /** The subnet that it lies in: `"10.0.7.0/24"`. */
  readonly subnet: string | undefined;
  readonly networkView: string;
  readonly name: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

/** A DNS record as the grid holds it. */
export interface DnsRecord {
  readonly type: RecordKind;
  /** Of a PTR record the reverse name: `"5.7.0.10.in-addr.arpa"`. */
  readonly name: string;
  /** As in a zone file: `"10.0.7.5"`, `"web-1.example.com"`, `"10 mail.example.com"`. */
  readonly value: string;
  readonly ref: Ref<RecordType>;
  readonly dnsView: string | undefined;
  /** Seconds; `undefined` where the zone's holds. */
  readonly ttl: number | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

/** A record as the grid holds it, part by part. What its type doesn't have is `undefined`. */
export interface DnsRecordDetails extends DnsRecord {
  /** Of A, AAAA and PTR. */
  readonly ip: string | undefined;
  /** The name that CNAME, PTR, MX, SRV and NS lead to. */
  readonly target: string | undefined;
  /** Of TXT, and the value of CAA. */
  readonly text: string | undefined;
  readonly preference: number | undefined;
  readonly port: number | undefined;
  readonly priority: number | undefined;
  readonly weight: number | undefined;
  /** Of CAA. */
  readonly flags: number | undefined;
  /** Of CAA: `"issue"`. */
  readonly tag: string | undefined;
  readonly zone: string | undefined;
}

/** What became of a release. Refusals are errors. */
export interface Release {
  /** Whether this call is known to have freed something. `false` is success, too: nothing is held any more. */
  readonly released: boolean;
  /**
   * - `"deleted"`: the object is gone from the grid
   * - `"removed-from-host"`: this address is; the host keeps its others
   * - `"gone"`: it isn't there. There was nothing to release; or the answer to this release was lost, and nothing tells
   *   who released it
   */
  readonly reason: "deleted" | "removed-from-host" | "gone";
}

/** What became of one of many releases. */
export interface ReleasedOne extends Release {
  /** What was released, which is the reference of nothing any more. */
  readonly ref: Ref<AddressType | SubnetType>;
  readonly reason: "deleted" | "gone";
}

/** What became of many releases. */
export interface ManyReleased {
  /** How many objects are gone from the grid now. */
  readonly released: number;
  /** How many were gone already. */
  readonly gone: number;
}

/** All that the grid knows about one address. */
export interface AddressDetails {
  readonly ip: string;
  readonly family: Family;
  readonly networkView: string;
  /** The grid's word. An address that lies in no subnet is `USED` when a host record has it. */
  readonly status: "USED" | "UNUSED";
  /** What uses it: `HOST`, `FA`, `A`, `DHCP_RANGE`, `NETWORK`, … */
  readonly types: readonly string[];
  /** What it is used for: `DNS`, `DHCP`. */
  readonly usage: readonly string[];
  readonly names: readonly string[];
  readonly mac: string | undefined;
  readonly duid: string | undefined;
  /** Of a lease: `ACTIVE`, `FREE`, … */
  readonly leaseState: string | undefined;
  /** Whether the grid saw something else answer there than it has on record. */
  readonly conflict: boolean;
  /** What holds it, by reference. */
  readonly objects: readonly Ref[];
  /** The hosts, fixed addresses and reservations among these. */
  readonly addresses: readonly Address[];
  readonly subnet: Subnet | undefined;
  /** The CIDR of the container around the subnet. */
  readonly container: string | undefined;
}

/** How full something is. */
export interface Utilization {
  /** What was measured: a CIDR, or the name of a network view. */
  readonly target: string;
  readonly scope: "subnet" | "container" | "view";
  readonly family: Family;
  /**
   * Addresses. Of a subnet: those that hosts can have, and how many of them are in use. Of a container or view: all,
   * and how many of them lie in subnets. IPv4 exact; IPv6 rounded as numbers of this size are.
   */
  readonly total: number;
  readonly used: number;
  readonly free: number;
  /** 0 to 100, with two decimals. */
  readonly percent: number;
  /** How many subnets there are. 1 for a subnet. */
  readonly subnets: number;
  /** The largest block that is free in a container: `"10.0.128.0/17"`. */
  readonly largestFree: string | undefined;
}
