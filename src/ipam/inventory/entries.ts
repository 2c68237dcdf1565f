import { addressBits, type Family, parseAddress, parseBlock, type Span } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";

/**
 * One thing of an address plan, as plain data: a line of a JSON Lines file is an entry, and the other way round.
 *
 * Entries come in one order: by network view; in it the DNS views, the zones, then blocks, ranges and addresses by
 * address (IPv4 first; a container before what lies in it), and at last the DNS records that lead to no address.
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

export type InventoryKind = InventoryEntry["kind"];

/** What all entries have. Fields that have no value are left out. */
interface EntryBase {
  readonly networkView: string;
  readonly comment?: string | undefined;
  /** All attributes that hold, own and inherited. */
  readonly extattrs: ExtensibleAttributes;
  /** The names of those attributes that a network view, container, subnet or range passes down. */
  readonly inherited: readonly string[];
  readonly ref: string;
  /** When the grid was read, in ISO 8601; the earliest time where several objects are joined. */
  readonly readAt: string;
  /** `true`: it changed while the inventory was read, and was read again or may be incomplete. */
  readonly moved?: true | undefined;
}

export interface NetworkViewEntry extends EntryBase {
  readonly kind: "networkView";
}

export interface DnsViewEntry extends EntryBase {
  readonly kind: "dnsView";
  readonly name: string;
}

export interface ZoneEntry extends EntryBase {
  readonly kind: "zone";
  /** A name, or a CIDR for a reverse zone. */
  readonly fqdn: string;
  readonly dnsView: string;
  readonly format: "FORWARD" | "IPV4" | "IPV6";
}

/** Who made it, as far as it says so: see `IpamOptions.owner` and `requestId`. */
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
  /** How full the grid reports it, 0 to 100. A grid keeps no such figure of IPv6 subnets. */
  readonly percent?: number | undefined;
}

export interface ContainerEntry extends BlockEntry {
  readonly kind: "container";
}

export interface SubnetEntry extends BlockEntry {
  readonly kind: "subnet";
  /** DHCP members by name, Microsoft servers by address. */
  readonly members: readonly string[];
  readonly vlans: readonly { readonly id: number; readonly name: string }[];
  readonly disabled?: true | undefined;
}

export interface RangeEntry extends EntryBase, Marked {
  readonly kind: "range";
  readonly first: string;
  readonly last: string;
  readonly family: Family;
  readonly subnet?: string | undefined;
  readonly name?: string | undefined;
  /** The DHCP member that serves it, a Microsoft server by address. Without a server it is a reserved range. */
  readonly member?: string | undefined;
  readonly failoverAssociation?: string | undefined;
  /** Parts of it that DHCP doesn't give out: `"10.0.7.110-10.0.7.119"`. */
  readonly exclusions?: readonly string[] | undefined;
  readonly disabled?: true | undefined;
}

/** What uses an address: see `AddressMap`; `record` is a DNS record without a reservation. */
export type InventoryAddressKind = "host" | "fixed" | "reservation" | "lease" | "record";

/** One address, with everything that the grid has on it. */
export interface AddressEntry extends EntryBase, Marked {
  readonly kind: "address";
  readonly ip: string;
  readonly family: Family;
  /** The grid's word: what has an entry is in use. */
  readonly status: "USED";
  readonly kinds: readonly InventoryAddressKind[];
  readonly names: readonly InventoryName[];
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  readonly lease?: InventoryLease | undefined;
  /** The subnet that it lies in: `"10.0.7.0/24"`. */
  readonly subnet?: string | undefined;
  /** The range that it lies in: `"10.0.7.100-10.0.7.199"`. */
  readonly range?: string | undefined;
  /** The objects on it, hosts and fixed addresses first. */
  readonly objects: readonly InventoryObject[];
}

/** A name that leads to an address, or that an address leads to (PTR). */
export interface InventoryName {
  readonly name: string;
  readonly type: "HOST" | "ALIAS" | "FIXED" | "A" | "AAAA" | "PTR" | "CNAME";
  readonly dnsView?: string | undefined;
}

export interface InventoryLease {
  readonly state: string;
  readonly starts?: string | undefined;
  readonly ends?: string | undefined;
  readonly hostname?: string | undefined;
}

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
  /** Of a PTR record the name that it leads to. */
  readonly name?: string | undefined;
  /** Of hosts with DNS, and of records. */
  readonly dnsView?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  /** Of a host with several addresses, all of them. */
  readonly addresses?: readonly string[] | undefined;
  /** Of a CNAME, the name that it leads to. */
  readonly canonical?: string | undefined;
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  /** Of hosts: whether DHCP serves the address. */
  readonly dhcp?: boolean | undefined;
  /** Of fixed addresses: `MAC_ADDRESS`, `RESERVED`, `CLIENT_ID`, … */
  readonly matchClient?: string | undefined;
  /** Client, circuit or remote identifier, where `matchClient` names one. */
  readonly client?: string | undefined;
  readonly lease?: InventoryLease | undefined;
  readonly ttl?: number | undefined;
  readonly disabled?: true | undefined;
  readonly comment?: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly inherited: readonly string[];
  readonly ref: string;
}

/** A DNS record that leads to no address, or a host that has none. */
export interface RecordEntry extends EntryBase {
  readonly kind: "record";
  readonly type: "CNAME" | "HOST";
  readonly name: string;
  readonly dnsView?: string | undefined;
  readonly canonical?: string | undefined;
  readonly ttl?: number | undefined;
  readonly disabled?: true | undefined;
}

/** An entry's place in the order of an inventory, and its identity: no two entries have the same one. */
export function orderOf(entry: InventoryEntry): string {
  const { networkView } = entry;
  switch (entry.kind) {
    case "networkView":
      return viewOrder(networkView);
    case "dnsView":
      return dnsViewOrder(networkView, entry.name);
    case "zone":
      return zoneOrder(networkView, entry.dnsView, entry.fqdn);
    case "container":
    case "subnet":
      return blockOrder(networkView, entry.cidr, entry.kind);
    case "range":
      return rangeOrder(networkView, entry.first, entry.last);
    case "address":
      return addressOrder(networkView, entry.ip);
    case "record":
      return recordOrder(networkView, entry);
  }
}

/* Keys are compared as text. The digit after the view's name puts the sections in order. */

export function viewOrder(networkView: string): string {
  return `${JSON.stringify(networkView)}0`;
}

export function dnsViewOrder(networkView: string, name: string): string {
  return `${JSON.stringify(networkView)}1${JSON.stringify(name)}`;
}

export function zoneOrder(networkView: string, dnsView: string, fqdn: string): string {
  return `${JSON.stringify(networkView)}2${JSON.stringify(dnsView)}${JSON.stringify(fqdn)}`;
}

export function blockOrder(networkView: string, cidr: string, kind: "container" | "subnet"): string {
  const { family, first, prefixLength } = placed(parseBlock(cidr), cidr);
  return `${spaceOrder(networkView, family)}${hex(family, first)}0${String(prefixLength).padStart(3, "0")}${kind[0]}`;
}

/** Of two ranges with one beginning, the longer comes first. */
export function rangeOrder(networkView: string, first: string, last: string): string {
  const { family, value } = placed(parseAddress(first), first);
  const { value: end } = placed(parseAddress(last), last);
  const inverted = (1n << BigInt(addressBits(family))) - 1n - end;
  return `${spaceOrder(networkView, family)}${hex(family, value)}1${hex(family, inverted)}`;
}

export function addressOrder(networkView: string, ip: string): string {
  const { family, value } = placed(parseAddress(ip), ip);
  return `${spaceOrder(networkView, family)}${hex(family, value)}2`;
}

export function recordOrder(
  networkView: string,
  { type, name, dnsView = "" }: Pick<RecordEntry, "type" | "name" | "dnsView">,
): string {
  return `${JSON.stringify(networkView)}9${JSON.stringify(dnsView)}${JSON.stringify(name)}${type}`;
}

function spaceOrder(networkView: string, family: Family): string {
  return `${JSON.stringify(networkView)}${family}`;
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

/** The place of an object among those of its address, a digit: before what the object says, which decides then. */
export function objectOrder({ type }: Pick<InventoryObject, "type">): string {
  return String(objectRanks[type]);
}

/** A CIDR, an address, a range, or the name of a view, zone or record. */
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
