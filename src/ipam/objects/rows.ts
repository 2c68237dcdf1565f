import { addressBits, type Block, type Family, parseBlock } from "../../cidr.js";
import { ServerError } from "../../errors.js";
import { whereKnown } from "../../wapi/fields.js";
import type { Ref } from "../../wapi/ref.js";
import type { FieldName, ObjectType, Row } from "../../wapi/types.js";
import { expiryIn } from "../marks/expiry.js";
import type { HolderType } from "../requests/targets.js";
import { isReserved } from "./reservations.js";
import {
  type Address,
  type AddressRange,
  type Container,
  type ContainerType,
  type Subnet,
  type SubnetType,
  withSource,
} from "./results.js";

/**
 * Turns rows of the grid into results of this API, and lists the fields to ask for. Fields are optional in these types because a
 * grid leaves out empty ones.
 */

/** The grid's own identity of an object, which it shows from WAPI 2.14 on. */
export const identityField = whereKnown("uuid");

/** A row with these fields. A grid leaves out empty ones. */
export type RowOf<T extends ObjectType, Name extends FieldName<T>> = Partial<Row<T, Name>> & {
  readonly _ref: Ref<T>;
};

/** The identities of objects on the grid by result. The results do not contain them. */
const identities = new WeakMap<object, string>();

/** Notes which object of the grid a result is. */
export function identified<T extends object>({ uuid }: { readonly uuid?: string | undefined }, result: T): T {
  if (uuid !== undefined) identities.set(result, uuid);
  return result;
}

/** The grid's identity of a result, as far as it was read: no other object ever has it. */
export function identityOfResult(result: object): string | undefined {
  return identities.get(result);
}

/** A copy of a result with other values. It is still known as that object of the grid, and where it was taken from. */
export function copyOf<T extends object>(result: T, changes: Partial<T>): T {
  const { source } = result as { readonly source?: string };
  return withSource(identified({ uuid: identityOfResult(result) }, { ...result, ...changes }), source);
}

export const subnetFields = [
  "network",
  "network_view",
  "network_container",
  "comment",
  "extattrs",
  identityField,
] as const;

export type SubnetRow = RowOf<SubnetType, (typeof subnetFields)[number]>;
export type ContainerRow = RowOf<ContainerType, (typeof subnetFields)[number]>;

/** @param expiry - the extensible attribute that keeps the time of expiry, if there is one */
export function subnetOf(
  row: SubnetRow,
  created: boolean,
  expiry: string | undefined,
  gateway?: string,
): Subnet {
  const expiresAt = expiryIn(row.extattrs, expiry);
  return identified(row, { ...placeOfBlock(row), gateway, ...described(row), expiresAt, created });
}

export function containerOf(row: ContainerRow, created: boolean): Container {
  return identified(row, { ...placeOfBlock(row), ...described(row), created });
}

function placeOfBlock<Type extends string>(row: Omit<SubnetRow, "_ref"> & { readonly _ref: Ref<Type> }) {
  const { family, prefixLength } = blockOf(row);
  return {
    cidr: row.network ?? "",
    ref: row._ref,
    family,
    prefixLength,
    networkView: needed(row, "network_view", row.network_view),
    // A network at the top of its view has the container "/".
    container: row.network_container === "/" ? undefined : row.network_container,
  };
}

/** @throws {ServerError} if the row has no CIDR */
export function blockOf(row: { readonly _ref: Ref; readonly network?: string }): Block {
  const cidr = needed(row, "network", row.network);
  const block = parseBlock(cidr);
  if (block === undefined) throw broken(row, `"${cidr}" is no CIDR`);
  return block;
}

function described({ comment, extattrs = {} }: Pick<SubnetRow, "comment" | "extattrs">) {
  return { comment, extattrs };
}

export const hostFields = [
  "name",
  "view",
  "network_view",
  "configure_for_dns",
  "comment",
  "extattrs",
  "ipv4addrs.ipv4addr",
  "ipv4addrs.mac",
  "ipv4addrs.network",
  "ipv6addrs.ipv6addr",
  "ipv6addrs.duid",
  "ipv6addrs.network",
  identityField,
] as const;

export type HostRow = RowOf<"record:host", (typeof hostFields)[number]>;

/**
 * @param expiry - the extensible attribute that keeps the time of expiry, if there is one
 * @param ip - the address of the host that is meant; left out, its first
 */
export function addressOfHost(
  row: HostRow,
  created: boolean,
  expiry: string | undefined,
  ip?: string,
): Address {
  const entries = hostAddresses(row);
  const entry = entries.find((one) => one.ip === ip) ?? entries[0];
  if (entry === undefined) throw broken(row, "the host has no address");
  return identified(row, {
    ...place(entry.ip, entry.family, entry.network),
    ips: entries.map((one) => one.ip),
    ref: row._ref,
    kind: "host",
    name: row.name,
    mac: entries.find((one) => one.mac)?.mac,
    duid: entries.find((one) => one.duid)?.duid,
    networkView: needed(row, "network_view", row.network_view),
    // A host without DNS has a blank as its view.
    dnsView: row.configure_for_dns === false ? undefined : row.view,
    ...described(row),
    expiresAt: expiryIn(row.extattrs, expiry),
    created,
  });
}

/** All addresses of a host, IPv4 first. */
export function hostAddresses({ ipv4addrs = [], ipv6addrs = [], ...row }: HostRow) {
  const placed = (ip: string | undefined, family: Family) => ({
    ip: needed(row, `ipv${family}addr`, ip),
    family,
  });
  return [
    ...ipv4addrs.map((one) => ({ duid: undefined, ...one, ...placed(one.ipv4addr, 4) })),
    ...ipv6addrs.map((one) => ({ mac: undefined, ...one, ...placed(one.ipv6addr, 6) })),
  ];
}

const fixedFields = ["name", "network", "network_view", "comment", "extattrs", identityField] as const;
export const fixedFields4 = [...fixedFields, "ipv4addr", "mac", "match_client"] as const;
export const fixedFields6 = [...fixedFields, "ipv6addr", "duid"] as const;

type FixedRow4 = RowOf<"fixedaddress", (typeof fixedFields4)[number]>;
type FixedRow6 = RowOf<"ipv6fixedaddress", (typeof fixedFields6)[number]>;
export type FixedRow = FixedRow4 | FixedRow6;

export function addressOfFixed(row: FixedRow, created: boolean, expiry: string | undefined): Address {
  const isReservation = isReserved(row);
  // The MAC address or DUID of a reservation is no client's.
  const client: Pick<FixedRow4, "mac"> & Pick<FixedRow6, "duid"> = isReservation ? {} : row;
  return identified(row, {
    ...(isFixed4(row)
      ? place(needed(row, "ipv4addr", row.ipv4addr), 4, row.network)
      : place(needed(row, "ipv6addr", row.ipv6addr), 6, row.network)),
    ref: row._ref,
    name: row.name || undefined,
    networkView: needed(row, "network_view", row.network_view),
    dnsView: undefined,
    ...described(row),
    expiresAt: expiryIn(row.extattrs, expiry),
    created,
    kind: isReservation ? "reservation" : "fixed",
    mac: client.mac || undefined,
    duid: client.duid,
  });
}

function isFixed4(row: FixedRow): row is FixedRow4 {
  return row._ref.startsWith("fixedaddress/");
}

export const rangeFields = [
  "start_addr",
  "end_addr",
  "network",
  "network_view",
  "name",
  "comment",
  "extattrs",
  identityField,
] as const;

export type RangeRow = RowOf<HolderType<"range">, (typeof rangeFields)[number]>;

export function rangeOf(row: RangeRow, created: boolean): AddressRange {
  const { start_addr: first, end_addr: last } = row;
  if (first === undefined || last === undefined)
    throw broken(row, "it has no start_addr or end_addr, which were asked for");
  return identified(row, {
    ...{ first, last },
    ref: row._ref,
    family: first.includes(":") ? 6 : 4,
    subnet: row.network,
    networkView: row.network_view ?? "",
    name: row.name || undefined,
    ...described(row),
    created,
  });
}

function place(ip: string, family: Family, network: string | undefined) {
  const subnet = network === undefined ? undefined : parseBlock(network);
  const prefixLength = subnet?.prefixLength ?? addressBits(family);
  return { ip, ips: [ip], family, cidr: `${ip}/${prefixLength}`, subnet: subnet && network };
}

function needed(row: { readonly _ref: Ref }, field: string, value: string | undefined): string {
  if (value === undefined) throw broken(row, `it has no ${field}, which was asked for`);
  return value;
}

/** The error for a row without a field that the client asked for, or with an unreadable one. */
export function broken(row: { readonly _ref: Ref }, problem: string): ServerError {
  return new ServerError(`The grid's answer for ${row._ref} is incomplete or unreadable: ${problem}.`, {
    status: 200,
    code: "ERR_INFOBLOX_UNEXPECTED_ANSWER",
    method: "",
    path: row._ref,
  });
}

/** The results for rows of hosts and fixed addresses. @param ip - the address of a host that is meant */
export function addressesOf(
  hosts: readonly HostRow[],
  fixed: readonly FixedRow[],
  expiry: string | undefined,
  ip?: string,
): Address[] {
  return [
    ...hosts.map((row) => addressOfHost(row, false, expiry, ip)),
    ...fixed.map((row) => addressOfFixed(row, false, expiry)),
  ];
}
