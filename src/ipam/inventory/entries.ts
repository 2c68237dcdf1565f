import { addressBits, type Family, parseAddress, parseBlock, type Span } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";

/**
 * One object of an address plan, as plain data. In a JSON Lines file it is one line.
 *
 * The order of entries is fixed: by network view; in each view the DNS views, then the zones, then blocks, ranges and addresses by
 * address (IPv4 first, a container before its contents), and last the DNS records that lead to no address.
 */
export type InventoryEntry =
  | NetworkViewEntry
  | DnsViewEntry
  | ZoneEntry
  | ContainerEntry
  | SubnetEntry
  | RangeEntry
  | AddressEntry
  | RecordEntry;

/** The kind of an entry. */
export type InventoryKind = InventoryEntry["kind"];

/** The fields of all entries. Fields without a value are left out. */
interface EntryBase {
  readonly networkView: string;
  readonly comment?: string | undefined;
  /** All attributes, own and inherited. */
  readonly extattrs: ExtensibleAttributes;
  /** The names of the inherited attributes. */
  readonly inherited: readonly string[];
  readonly ref: string;
  /** The time at which the grid was read, in ISO 8601. For several joined objects, the earliest time. */
  readonly readAt: string;
  /** `true` if it changed while the inventory was read. It was read again, or may be incomplete. */
  readonly moved?: true | undefined;
}

/** A network view. WAPI: `networkview`. */
export interface NetworkViewEntry extends EntryBase {
  readonly kind: "networkView";
}

/** A DNS view. WAPI: `view`. */
export interface DnsViewEntry extends EntryBase {
  readonly kind: "dnsView";
  readonly name: string;
}

/** A zone. WAPI: `zone_auth`. */
export interface ZoneEntry extends EntryBase {
  readonly kind: "zone";
  /** The name, or the CIDR of a reverse zone. */
  readonly fqdn: string;
  readonly dnsView: string;
  readonly format: "FORWARD" | "IPV4" | "IPV6";
}

/** The marks of an object, if it has any: see `IpamOptions.owner` and `requestId`. */
interface Marked {
  readonly owner?: string | undefined;
  readonly requestId?: string | undefined;
}

interface BlockEntry extends EntryBase, Marked {
  /** `"10.0.7.0/24"` */
  readonly cidr: string;
  readonly family: Family;
  /** The CIDR of the container around it. */
  readonly container?: string | undefined;
  /** The utilization that the grid reports, 0 to 100. A grid has no such figure for IPv6 subnets. */
  readonly percent?: number | undefined;
}

/** A container. WAPI: `networkcontainer`, `ipv6networkcontainer`. */
export interface ContainerEntry extends BlockEntry {
  readonly kind: "container";
}

/** A subnet. WAPI: `network`, `ipv6network`. */
export interface SubnetEntry extends BlockEntry {
  readonly kind: "subnet";
  /** The DHCP members by name, or Microsoft servers by address. */
  readonly members: readonly string[];
  readonly vlans: readonly { readonly id: number; readonly name: string }[];
  readonly disabled?: true | undefined;
}

/** A range. WAPI: `range`, `ipv6range`. */
export interface RangeEntry extends EntryBase, Marked {
  readonly kind: "range";
  readonly first: string;
  readonly last: string;
  readonly family: Family;
  readonly subnet?: string | undefined;
  readonly name?: string | undefined;
  /** The DHCP member that serves it, or a Microsoft server by address. Without a server it is a reserved range. */
  readonly member?: string | undefined;
  readonly failoverAssociation?: string | undefined;
  /** Parts of the range that DHCP does not serve: `"10.0.7.110-10.0.7.119"`. */
  readonly exclusions?: readonly string[] | undefined;
  readonly disabled?: true | undefined;
}

/** What uses an address: see `AddressMap`. `record` is a DNS record. */
export type InventoryAddressKind = "host" | "fixed" | "reservation" | "lease" | "record";

/** One address with all objects on it. */
export interface AddressEntry extends EntryBase, Marked {
  readonly kind: "address";
  readonly ip: string;
  readonly family: Family;
  /** The status of the address. Only addresses in use have an entry. */
  readonly status: "USED";
  readonly kinds: readonly InventoryAddressKind[];
  readonly names: readonly InventoryName[];
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  readonly lease?: InventoryLease | undefined;
  /** The CIDR of its subnet: `"10.0.7.0/24"`. */
  readonly subnet?: string | undefined;
  /** Its range: `"10.0.7.100-10.0.7.199"`. */
  readonly range?: string | undefined;
  /** The objects on it. Hosts and fixed addresses come first. */
  readonly objects: readonly InventoryObject[];
}

/** A name that points to an address, or that an address points to (PTR). */
export interface InventoryName {
  readonly name: string;
  readonly type: "HOST" | "ALIAS" | "FIXED" | "A" | "AAAA" | "PTR" | "CNAME";
  readonly dnsView?: string | undefined;
}

/** A DHCP lease. */
export interface InventoryLease {
  readonly state: string;
  readonly starts?: string | undefined;
  readonly ends?: string | undefined;
  readonly hostname?: string | undefined;
}

/** The WAPI object types on an address. */
export type InventoryObjectType =
  | "record:host"
  | "fixedaddress"
  | "ipv6fixedaddress"
  | "lease"
  | "record:a"
  | "record:aaaa"
  | "record:ptr"
  | "record:cname";

/** One object of the grid on an address. */
export interface InventoryObject {
  readonly type: InventoryObjectType;
  /** The name. For a PTR record the name that it points to. */
  readonly name?: string | undefined;
  /** Set for hosts with DNS, and for records. */
  readonly dnsView?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  /** All addresses of a host that has several. */
  readonly addresses?: readonly string[] | undefined;
  /** The name that a CNAME points to. */
  readonly canonical?: string | undefined;
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  /** Whether DHCP serves the address of a host. */
  readonly dhcp?: boolean | undefined;
  /** How a fixed address matches its client: `MAC_ADDRESS`, `RESERVED`, `CLIENT_ID`, … */
  readonly matchClient?: string | undefined;
  /** The client, circuit or remote identifier that `matchClient` names. */
  readonly client?: string | undefined;
  readonly lease?: InventoryLease | undefined;
  readonly ttl?: number | undefined;
  readonly disabled?: true | undefined;
  readonly comment?: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly inherited: readonly string[];
  readonly ref: string;
}

/** A CNAME that leads to no address, or a host without addresses. */
export interface RecordEntry extends EntryBase {
  readonly kind: "record";
  readonly type: "CNAME" | "HOST";
  readonly name: string;
  readonly dnsView?: string | undefined;
  readonly canonical?: string | undefined;
  readonly ttl?: number | undefined;
  readonly disabled?: true | undefined;
}

/**
 * The order key of an entry. It is also its identity: no two entries have the same key. Keys are compared as texts. The digit after
 * the view's name sorts the sections.
 */
export function orderOf(entry: InventoryEntry): string {
  const view = JSON.stringify(entry.networkView);
  switch (entry.kind) {
    case "networkView":
      return `${view}0`;
    case "dnsView":
      return `${view}1${JSON.stringify(entry.name)}`;
    case "zone":
      return `${view}2${JSON.stringify(entry.dnsView)}${JSON.stringify(entry.fqdn)}`;
    case "container":
    case "subnet": {
      const { family, first, prefixLength } = placed(parseBlock(entry.cidr), entry.cidr);
      return `${view}${family}${hex(family, first)}0${String(prefixLength).padStart(3, "0")}${entry.kind[0]}`;
    }
    case "range": {
      const { family, first, last } = spanOfEntry(entry);
      // Of two ranges with the same first address, the longer one comes first.
      const inverted = (1n << BigInt(addressBits(family))) - 1n - last;
      return `${view}${family}${hex(family, first)}1${hex(family, inverted)}`;
    }
    case "address":
      return addressOrder(entry.networkView, entry.ip);
    case "record":
      return `${view}9${JSON.stringify(entry.dnsView ?? "")}${JSON.stringify(entry.name)}${entry.type}`;
  }
}

export function addressOrder(networkView: string, ip: string): string {
  const { family, value } = placed(parseAddress(ip), ip);
  return `${JSON.stringify(networkView)}${family}${hex(family, value)}2`;
}

function hex(family: Family, value: bigint): string {
  return value.toString(16).padStart(addressBits(family) / 4, "0");
}

function placed<Place>(place: Place | undefined, text: string): Place {
  if (place === undefined) throw new TypeError(`"${text}" is neither an address nor a CIDR`);
  return place;
}

const objectRanks: Readonly<Record<InventoryObjectType, number>> = {
  "record:host": 0,
  fixedaddress: 1,
  ipv6fixedaddress: 1,
  lease: 2,
  "record:a": 3,
  "record:aaaa": 3,
  "record:ptr": 4,
  "record:cname": 5,
};

/** The order of an object among those of its address: a digit. Objects with the same digit are sorted by their JSON. */
export function objectOrder({ type }: Pick<InventoryObject, "type">): string {
  return String(objectRanks[type]);
}

/** The title of an entry: a CIDR, an address, a range, or the name of a view, zone or record. */
export function titleOf(entry: InventoryEntry): string {
  switch (entry.kind) {
    case "networkView":
      return entry.networkView;
    case "dnsView":
    case "record":
      return entry.name;
    case "zone":
      return entry.fqdn;
    case "range":
      return `${entry.first}-${entry.last}`;
    case "address":
      return entry.ip;
    default:
      return entry.cidr;
  }
}

/** The addresses of a block, a range or an address. */
export function spanOfEntry(entry: ContainerEntry | SubnetEntry | RangeEntry | AddressEntry): Span {
  if (entry.kind === "container" || entry.kind === "subnet")
    return placed(parseBlock(entry.cidr), entry.cidr);
  const [from, to] = entry.kind === "range" ? [entry.first, entry.last] : [entry.ip, entry.ip];
  const { family, value: first } = placed(parseAddress(from), from);
  return { family, first, last: placed(parseAddress(to), to).value };
}
