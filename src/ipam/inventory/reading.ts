import {
  type Block,
  blockOf,
  contains,
  type Family,
  formatAddress,
  overlaps,
  parseAddress,
  parseBlock,
  parseSpan,
} from "../../cidr.js";
import type { WapiClient } from "../../wapi/client.js";
import { type ExtensibleAttributes, wireExtattrs } from "../../wapi/extattrs.js";
import { hasField, typeFacts } from "../../wapi/type-facts.js";
import type { FieldName, ObjectType, Where } from "../../wapi/types.js";
import { isReservationDuid } from "../addresses/reservations.js";
import type { IpamSettings } from "../settings.js";
import { prefixPattern } from "../sources/within.js";
import {
  addressOrder,
  blockOrder,
  dnsViewOrder,
  type InventoryObject,
  rangeOrder,
  recordOrder,
  viewOrder,
  zoneOrder,
} from "./entries.js";
import { marksOf } from "./marks.js";
import type { InventoryPart } from "./requests.js";

/** What the inventory of one network view reads. */
export interface Scope {
  readonly networkView: string;
  readonly dnsViews: readonly string[];
  /** `undefined`: everything. */
  readonly blocks: readonly Block[] | undefined;
  readonly families: readonly Family[];
  readonly parts: ReadonlySet<InventoryPart>;
}

/** A fact about an address: an object on it. */
export interface AddressFact {
  readonly object: InventoryObject;
  /** The subnet that the grid names with the object. */
  readonly network?: string | undefined;
  readonly at: string;
}

/** One search, and the sorted lines that its rows become. */
export interface Read {
  readonly type: ObjectType;
  readonly where: object;
  readonly fields: readonly string[];
  /** Gives the lines of one row: the order key, a tab, and JSON. */
  readonly linesOf: (row: Row, at: string) => string[];
}

/** A row of any of these types; a grid leaves out what is empty. */
// biome-ignore lint/suspicious/noExplicitAny: each read asks for its own fields
export type Row = Readonly<Record<string, any>> & { readonly _ref: string };

/** Checks the fields and criteria of a read at compile time, and forgets the type. */
function read<T extends ObjectType, const F extends FieldName<T>>(
  type: T,
  where: Where<T>,
  fields: readonly F[],
  linesOf: Read["linesOf"],
): Read {
  return { type, where, fields, linesOf };
}

/** Without those that the grid's version of WAPI hasn't got yet, such as the VLANs of networks before 2.10. */
export function knownFields({ type, fields }: Read, wapi: WapiClient): readonly string[] {
  const { wapiVersion } = wapi.toJSON();
  if (typeof wapiVersion !== "string") return fields;
  const facts = typeFacts(type, wapiVersion, "read");
  return fields.filter((name) => name.includes(".") || hasField(facts, name));
}

export function line(order: string, value: object): string {
  return `${order}\t${JSON.stringify(value)}`;
}

/** Beyond so many blocks, one search for all takes fewer requests. */
const fewBlocks = 8;

/** Blocks by which searches are narrowed; `[undefined]` for one search of everything. */
function searchesOf({ blocks }: Scope, family: Family): readonly (Block | undefined)[] {
  if (blocks === undefined) return [undefined];
  const own = blocks.filter((block) => block.family === family);
  return own.length > fewBlocks ? [undefined] : own;
}

/** The same for types that hold addresses of both families. */
function searchesOfBoth({ blocks, families }: Scope): readonly (Block | undefined)[] {
  if (blocks === undefined) return [undefined];
  const own = blocks.filter(({ family }) => families.includes(family));
  return own.length > fewBlocks ? [undefined] : own;
}

function matching(field: string, block: Block | undefined): object {
  const matches = block && prefixPattern(block);
  return matches === undefined ? {} : { [field]: { matches } };
}

function isWithin({ blocks }: Scope, ip: string): boolean {
  if (blocks === undefined) return true;
  const address = parseAddress(ip);
  return address !== undefined && blocks.some((block) => contains(block, address));
}

function touches({ blocks }: Scope, cidr: string): boolean {
  if (blocks === undefined) return true;
  const block = parseBlock(cidr);
  return block !== undefined && blocks.some((one) => overlaps(one, block));
}

/* ------------------------------------------------------------------ views and zones */

const viewFields = ["name", "comment", "extattrs"] as const;

export const networkViewsRead = read("networkview", {}, viewFields, (row, at) => [
  line(viewOrder(row["name"]), {
    kind: "networkView",
    networkView: row["name"],
    ...described(row),
    readAt: at,
  }),
]);

export const dnsViewsRead = read("view", {}, [...viewFields, "network_view"], (row, at) => [
  line(dnsViewOrder(row["network_view"], row["name"]), {
    kind: "dnsView",
    networkView: row["network_view"],
    name: row["name"],
    ...described(row),
    readAt: at,
  }),
]);

export function zoneReads({ networkView, dnsViews }: Scope): Read[] {
  return dnsViews.map((view) =>
    read("zone_auth", { view }, ["fqdn", "view", "zone_format", "comment", "extattrs"], (row, at) => [
      line(zoneOrder(networkView, view, row["fqdn"]), {
        kind: "zone",
        networkView,
        fqdn: row["fqdn"],
        dnsView: view,
        format: row["zone_format"],
        ...described(row),
        readAt: at,
      }),
    ]),
  );
}

/* ------------------------------------------------------------------ blocks and ranges */

const blockFields = ["network", "network_container", "comment", "extattrs"] as const;
const subnetFields = [...blockFields, "members", "vlans", "disable"] as const;

export function blockReads(settings: IpamSettings, scope: Scope): Read[] {
  const { networkView, families, parts } = scope;
  return families.flatMap((family) =>
    searchesOf(scope, family).flatMap((block) => {
      const where = { network_view: networkView, ...matching("network", block) };
      const subnets = (row: Row, at: string) => blockLines(settings, scope, "subnet", row, at);
      const containers = (row: Row, at: string) => blockLines(settings, scope, "container", row, at);
      const subnetRead =
        family === 4
          ? read("network", where, [...subnetFields, "utilization"], subnets)
          : read("ipv6network", where, subnetFields, subnets);
      const containerRead =
        family === 4
          ? read("networkcontainer", where, [...blockFields, "utilization"], containers)
          : read("ipv6networkcontainer", where, [...blockFields, "utilization"], containers);
      return [
        ...(parts.has("subnets") ? [subnetRead] : []),
        ...(parts.has("containers") ? [containerRead] : []),
      ];
    }),
  );
}

/** The subnet around a block that is smaller than a subnet: what lies in the block lies in it. */
export function aroundReads(settings: IpamSettings, scope: Scope): Read[] {
  return (scope.blocks ?? [])
    .filter(({ family }) => scope.families.includes(family))
    .map((block) => {
      const where = {
        network_view: scope.networkView,
        contains_address: formatAddress({ family: block.family, value: block.first }),
      };
      const linesOf = (row: Row, at: string) => blockLines(settings, scope, "subnet", row, at);
      return block.family === 4
        ? read("network", where, [...subnetFields, "utilization"], linesOf)
        : read("ipv6network", where, subnetFields, linesOf);
    });
}

export function blockLines(
  settings: IpamSettings,
  scope: Scope,
  kind: "container" | "subnet",
  row: Row,
  at: string,
): string[] {
  const { networkView } = scope;
  const block = parseBlock(row["network"] ?? "");
  if (block === undefined || !touches(scope, row["network"])) return [];
  const container = row["network_container"];
  return [
    line(blockOrder(networkView, row["network"], kind), {
      kind,
      networkView,
      cidr: row["network"],
      family: block.family,
      ...(container !== undefined && container !== "/" && { container }),
      ...(row["utilization"] !== undefined && { percent: row["utilization"] / 10 }),
      ...(kind === "subnet" && {
        members: (row["members"] ?? []).map((one: Row) => one["name"] ?? one["ipv4addr"] ?? ""),
        vlans: (row["vlans"] ?? []).map(({ id, name }: Row) => ({ id, name })),
        ...(row["disable"] === true && { disabled: true }),
      }),
      ...described(row),
      ...marksOf(settings, row as { readonly comment?: string }),
      readAt: at,
    }),
  ];
}

const rangeFields = [
  "start_addr",
  "end_addr",
  "network",
  "name",
  "member",
  "disable",
  "comment",
  "extattrs",
] as const;

export function rangeReads(settings: IpamSettings, scope: Scope): Read[] {
  const { networkView, families } = scope;
  const linesOf = (row: Row, at: string) => rangeLines(settings, scope, row, at);
  return families.flatMap((family) =>
    searchesOf(scope, family).map((block) => {
      const where = { network_view: networkView, ...matching("network", block && around(block)) };
      return family === 4
        ? read("range", where, [...rangeFields, "failover_association"], linesOf)
        : read("ipv6range", where, rangeFields, linesOf);
    }),
  );
}

/** A range may reach into a block from a subnet that is larger than the block, and is written otherwise. */
function around(block: Block): Block {
  const longest = block.family === 4 ? 16 : 48;
  return block.prefixLength <= longest
    ? block
    : blockOf({ family: block.family, value: block.first }, longest);
}

/** A range of IPv6 prefixes has no addresses, and so no place in the order. */
function rangeLines(settings: IpamSettings, scope: Scope, row: Row, at: string): string[] {
  const [first, last] = [addressText(row["start_addr"]), addressText(row["end_addr"])];
  if (first === undefined || last === undefined) return [];
  const span = parseSpan(`${first}-${last}`);
  const { blocks } = scope;
  if (span === undefined || (blocks && !blocks.some((block) => overlaps(block, span)))) return [];
  return [
    line(rangeOrder(scope.networkView, first, last), {
      kind: "range",
      networkView: scope.networkView,
      first,
      last,
      family: first.includes(":") ? 6 : 4,
      subnet: row["network"],
      name: row["name"] || undefined,
      member: row["member"]?.name,
      failoverAssociation: row["failover_association"],
      ...(row["disable"] === true && { disabled: true }),
      ...described(row),
      ...marksOf(settings, row as { readonly comment?: string }),
      readAt: at,
    }),
  ];
}

/* ------------------------------------------------------------------ addresses */

const hostFields = [
  "name",
  "view",
  "configure_for_dns",
  "aliases",
  "ttl",
  "disable",
  "comment",
  "extattrs",
  "ipv4addrs.ipv4addr",
  "ipv4addrs.mac",
  "ipv4addrs.configure_for_dhcp",
  "ipv4addrs.network",
  "ipv6addrs.ipv6addr",
  "ipv6addrs.duid",
  "ipv6addrs.configure_for_dhcp",
  "ipv6addrs.network",
] as const;

/** A host is found by its IPv4 or its IPv6 addresses; found by both, its lines are the same and one of them goes. */
export function hostReads(scope: Scope): Read[] {
  const linesOf = (row: Row, at: string) => hostLines(scope, row, at);
  return searchesOfBoth(scope).map((block) =>
    read(
      "record:host",
      { network_view: scope.networkView, ...(block && matching(`ipv${block.family}addr`, block)) },
      hostFields,
      linesOf,
    ),
  );
}

export function hostLines(scope: Scope, row: Row, at: string): string[] {
  const { networkView, families } = scope;
  const isInDns = row["configure_for_dns"] !== false;
  const addresses: Row[] = [...(row["ipv4addrs"] ?? []), ...(row["ipv6addrs"] ?? [])];
  const common = {
    type: "record:host",
    name: row["name"],
    ...(isInDns && { dnsView: row["view"] }),
    ...(addresses.length > 1 && { addresses: addresses.map(ipOf).sort() }),
    ...(row["aliases"]?.length > 0 && { aliases: [...row["aliases"]].sort() }),
  };
  const rest = {
    ...(row["ttl"] !== undefined && { ttl: row["ttl"] }),
    ...(row["disable"] === true && { disabled: true }),
    ...described(row),
  };
  if (addresses.length === 0 && scope.blocks === undefined) {
    const record = { type: "HOST" as const, name: row["name"], dnsView: isInDns ? row["view"] : undefined };
    const order = recordOrder(networkView, record);
    return [line(order, { kind: "record", networkView, ...record, ...rest, readAt: at })];
  }
  return addresses.flatMap((one) => {
    const ip = ipOf(one);
    if (ip === undefined || !isWithin(scope, ip)) return [];
    if (!families.includes(ip.includes(":") ? 6 : 4)) return [];
    const object = {
      ...common,
      ...(one["mac"] && { mac: one["mac"] }),
      ...(one["duid"] && { duid: one["duid"] }),
      dhcp: one["configure_for_dhcp"] === true,
      ...rest,
    };
    return [factLine(networkView, ip, 0, { object, network: one["network"], at } as AddressFact)];
  });
}

function ipOf(row: Row): string | undefined {
  return addressText(row["ipv4addr"] ?? row["ipv6addr"]);
}

const fixedFields = ["name", "network", "disable", "comment", "extattrs"] as const;
const fixedFields4 = [
  ...fixedFields,
  "ipv4addr",
  "mac",
  "match_client",
  "dhcp_client_identifier",
  "agent_circuit_id",
  "agent_remote_id",
] as const;
const fixedFields6 = [...fixedFields, "ipv6addr", "duid", "match_client", "mac_address"] as const;

export function fixedReads(scope: Scope): Read[] {
  const { networkView, families } = scope;
  const linesOf = (row: Row, at: string) => fixedLines(scope, row, at);
  return families.flatMap((family) =>
    searchesOf(scope, family).map((block) => {
      const where = { network_view: networkView, ...matching(`ipv${family}addr`, block) };
      return family === 4
        ? read("fixedaddress", where, fixedFields4, linesOf)
        : read("ipv6fixedaddress", where, fixedFields6, linesOf);
    }),
  );
}

/** A fixed IPv6 prefix has no address, and so no entry. */
export function fixedLines(scope: Scope, row: Row, at: string): string[] {
  const ip = ipOf(row);
  if (ip === undefined || !isWithin(scope, ip)) return [];
  const isIpv6 = ip.includes(":");
  const reserved = isIpv6
    ? row["duid"] !== undefined && isReservationDuid(row["duid"])
    : row["match_client"] === "RESERVED";
  const matchClient = reserved ? "RESERVED" : row["match_client"];
  const identifiers: Record<string, unknown> = {
    CLIENT_ID: row["dhcp_client_identifier"],
    CIRCUIT_ID: row["agent_circuit_id"],
    REMOTE_ID: row["agent_remote_id"],
  };
  const object = {
    type: isIpv6 ? "ipv6fixedaddress" : "fixedaddress",
    ...(row["name"] && { name: row["name"] }),
    ...(!(reserved && !isIpv6) &&
      (row["mac"] || row["mac_address"]) && { mac: row["mac"] || row["mac_address"] }),
    ...(row["duid"] && { duid: row["duid"] }),
    matchClient,
    client: identifiers[matchClient],
    ...(row["disable"] === true && { disabled: true }),
    ...described(row),
  };
  return [factLine(scope.networkView, ip, 1, { object, network: row["network"], at } as AddressFact)];
}

const leaseFields = [
  "address",
  "binding_state",
  "starts",
  "ends",
  "client_hostname",
  "hardware",
  "ipv6_duid",
  "network",
] as const;

/** Leases that are active: a grid keeps those that are free or expired for long. One search finds both families. */
export function leaseReads(scope: Scope): Read[] {
  const { networkView } = scope;
  return searchesOfBoth(scope).map((block) =>
    read(
      "lease",
      { network_view: networkView, binding_state: "ACTIVE", ...matching("address", block) },
      leaseFields,
      (row, at) => leaseLines(scope, row, at),
    ),
  );
}

function leaseLines(scope: Scope, row: Row, at: string): string[] {
  const ip = addressText(row["address"]);
  if (ip === undefined || !isWithin(scope, ip)) return [];
  if (!scope.families.includes(ip.includes(":") ? 6 : 4)) return [];
  const object: InventoryObject = {
    type: "lease",
    ...(row["hardware"] && { mac: row["hardware"] }),
    ...(row["ipv6_duid"] && { duid: row["ipv6_duid"] }),
    lease: {
      state: row["binding_state"],
      starts: timeText(row["starts"]),
      ends: timeText(row["ends"]),
      hostname: row["client_hostname"] || undefined,
    },
    extattrs: {},
    inherited: [],
    ref: row._ref,
  };
  return [factLine(scope.networkView, ip, 2, { object, network: row["network"], at })];
}

/* ------------------------------------------------------------------ DNS records */

const recordFields = ["name", "view", "ttl", "disable", "comment", "extattrs"] as const;

/** A, AAAA and PTR records, by DNS view: a search without a view looks in the default one alone. */
export function recordReads(scope: Scope): Read[] {
  return scope.dnsViews.flatMap((view) => [
    ...scope.families.flatMap((family) =>
      searchesOf(scope, family).map((block) => forwardRead(scope, view, family, block)),
    ),
    ...searchesOfBoth(scope).map((block) =>
      read(
        "record:ptr",
        { view, ...(block && matching(`ipv${block.family}addr`, block)) },
        [...recordFields, "ptrdname", "ipv4addr", "ipv6addr"],
        (row, at) =>
          recordLines(scope, "record:ptr", row["ptrdname"], row["ipv4addr"] || row["ipv6addr"], row, at),
      ),
    ),
  ]);
}

function forwardRead(scope: Scope, view: string, family: Family, block: Block | undefined): Read {
  const where = { view, ...matching(`ipv${family}addr`, block) };
  return family === 4
    ? read("record:a", where, [...recordFields, "ipv4addr"], (row, at) =>
        recordLines(scope, "record:a", row["name"], row["ipv4addr"], row, at),
      )
    : read("record:aaaa", where, [...recordFields, "ipv6addr"], (row, at) =>
        recordLines(scope, "record:aaaa", row["name"], row["ipv6addr"], row, at),
      );
}

function recordLines(
  scope: Scope,
  type: "record:a" | "record:aaaa" | "record:ptr",
  name: string,
  address: string | undefined,
  row: Row,
  at: string,
): string[] {
  const ip = addressText(address);
  if (ip === undefined || !isWithin(scope, ip) || isLocalhost(name, ip)) return [];
  if (!scope.families.includes(ip.includes(":") ? 6 : 4)) return [];
  const rank = { "record:a": 3, "record:aaaa": 3, "record:ptr": 4 }[type];
  return [factLine(scope.networkView, ip, rank, { object: recordObject(type, name, row), at })];
}

/** Every DNS view has pointers of localhost, which nobody planned. */
function isLocalhost(name: string, ip: string): boolean {
  return name.toLowerCase() === "localhost" && (ip === "127.0.0.1" || ip === "::1");
}

export function recordObject(
  type: InventoryObject["type"],
  name: string,
  row: Row,
  canonical?: string,
): InventoryObject {
  return {
    type,
    name,
    dnsView: row["view"],
    canonical,
    ...(row["ttl"] !== undefined && { ttl: row["ttl"] }),
    ...(row["disable"] === true && { disabled: true }),
    ...described(row),
  };
}

export const aliasFields = [...recordFields, "canonical"] as const;

/* ------------------------------------------------------------------ parts of rows */

/** Keeps the address order, then the rank of the object's type, then what the object says. */
export function factLine(networkView: string, ip: string, rank: number, fact: AddressFact): string {
  return line(`${addressOrder(networkView, ip)}${rank}`, fact);
}

/** Comment, attributes and reference. The reference comes last, so that lines are ordered by what objects say. */
function described(row: Row): {
  readonly comment?: string;
  readonly extattrs: ExtensibleAttributes;
  readonly inherited: readonly string[];
  readonly ref: string;
} {
  const extattrs: ExtensibleAttributes = row["extattrs"] ?? {};
  const inherited = Object.entries(wireExtattrs(extattrs))
    .filter(([, attribute]) => attribute.inheritance_source !== undefined)
    .map(([name]) => name)
    .sort();
  return {
    ...(row["comment"] && { comment: row["comment"] }),
    extattrs: sortedByName(extattrs),
    inherited,
    ref: row._ref,
  };
}

function sortedByName(attributes: ExtensibleAttributes): ExtensibleAttributes {
  const names = Object.keys(attributes);
  if (names.length < 2) return attributes;
  return Object.fromEntries(names.sort().map((name) => [name, (attributes as Row)[name]]));
}

/** Canonical text of an address; `undefined` where there is none. */
function addressText(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseAddress(text);
  return address && formatAddress(address);
}

function timeText(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
}
