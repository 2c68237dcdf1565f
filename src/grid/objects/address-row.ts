/** One row of `ipv4address` or `ipv6address`: what an address of a network is used for, and by which objects. */

import { type Address, type Block, formatAddress, hostSpan } from "../../cidr.js";
import { NO_MAC } from "../model/hardware-address.js";
import type { Grid, Row } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { type AddressFamily, familyNames } from "./address-family.js";
import {
  blockOfNetwork,
  networkViewName,
  networkViewNumber,
  networkViewOf,
  spaceAround,
} from "./network-place.js";

/** The row of an address in a leaf network. */
export function addressRow(address: Address, network: Entity, grid: Grid): Row {
  const names = familyNames(address.family);
  const text = formatAddress(address);
  const objects = spaceAround(network, names, grid)
    .addresses.holders(address.value)
    .map((id) => grid.get(id))
    .filter((object) => object !== undefined);
  return {
    type: names.anyAddress,
    id: 0,
    key: `${internalName(names)}$${text}/${networkViewNumber(network, grid)}`,
    links: { networkView: networkViewOf(network, grid).id, network: network.id },
    values: {
      ip_address: text,
      is_conflict: false,
      network: network.values["network"] ?? "",
      network_view: networkViewName(network, grid),
      status: objects.length > 0 || isEnd(address, blockOfNetwork(network)) ? "USED" : "UNUSED",
      ...describeUse(address, network, objects, names, grid),
      ...describeClient(objects, names),
      ...describeObjects(objects, grid),
    },
  };
}

export function internalName({ family }: AddressFamily): string {
  return `..ipv${family}_address`;
}

/** Network or broadcast address. */
function isEnd({ value }: Address, block: Block): boolean {
  const hosts = hostSpan(block);
  return block.family === 4 && (value < hosts.first || value > hosts.last);
}

// --- types and usage -------------------------------------------------------------------------------------------

const typeNames: Readonly<Record<string, string>> = {
  "record:a": "A",
  "record:aaaa": "AAAA",
  "record:ptr": "PTR",
  "record:host_ipv4addr": "HOST",
  "record:host_ipv6addr": "HOST",
  bulkhost: "BULKHOST",
  fixedaddress: "FA",
  ipv6fixedaddress: "FA",
  lease: "LEASE",
};

function describeUse(
  address: Address,
  network: Entity,
  objects: readonly Entity[],
  names: AddressFamily,
  grid: Grid,
): JsonObject {
  const block = blockOfNetwork(network);
  const range = grid.get(spaceAround(network, names, grid).ranges.around(address)?.id);
  const types = objects.map(({ type }) => typeNames[type] ?? "");
  if (isEnd(address, block)) types.unshift(address.value === block.first ? "NETWORK" : "BROADCAST");
  if (range) types.push(isServed(range) ? "DHCP_RANGE" : "RESERVED_RANGE");
  const leaseState = leaseStateOf(address, range, objects, names, grid);
  return {
    types: [...new Set(types)],
    usage: usageOf(objects, grid),
    ...(leaseState === undefined ? {} : { lease_state: leaseState }),
  };
}

function isServed({ values }: Entity): boolean {
  return (values["server_association_type"] ?? "NONE") !== "NONE";
}

function usageOf(objects: readonly Entity[], grid: Grid): Json {
  const inDns = objects.some((object) => isInDns(object, grid));
  const inDhcp = objects.some((object) => isInDhcp(object));
  return [...(inDns ? ["DNS"] : []), ...(inDhcp ? ["DHCP"] : [])];
}

function isInDns(object: Entity, grid: Grid): boolean {
  const host = grid.get(object.links["host"]);
  return host ? host.values["configure_for_dns"] !== false : /^record:|^bulkhost$/.test(object.type);
}

function isInDhcp({ type, values }: Entity): boolean {
  return type === "lease" || type.endsWith("fixedaddress") || values["configure_for_dhcp"] === true;
}

/**
 * IPv6 rows always have a lease state. IPv4 rows have one in a range, or with an object that is not an address record.
 */
function leaseStateOf(
  address: Address,
  range: Entity | undefined,
  objects: readonly Entity[],
  { family }: AddressFamily,
  grid: Grid,
): Json | undefined {
  const lease = objects.find(({ type }) => type === "lease") ?? expiredLease(address, range, grid);
  if (lease) return String(lease.values["binding_state"]);
  return family === 6 || range || objects.some(({ type }) => type !== "record:a") ? "FREE" : undefined;
}

/** A lease that holds its address no longer. Only ranges have such leases. */
function expiredLease(address: Address, range: Entity | undefined, grid: Grid): Entity | undefined {
  if (!range || grid.store.count("lease") === 0) return undefined;
  const leases = grid.find("lease", "address", formatAddress(address));
  return leases.find(({ links }) => links["networkView"] === range.links["networkView"]);
}

// --- clients and objects ---------------------------------------------------------------------------------------

function describeClient(objects: readonly Entity[], { family }: AddressFamily): JsonObject {
  const first = (...fields: readonly string[]) =>
    objects
      .flatMap(({ values }) => fields.map((field) => values[field]))
      .find((value) => value !== undefined) ?? "";
  if (family === 6) return { duid: first("duid", "ipv6_duid"), fingerprint: first("fingerprint") };
  const mac = first("mac", "hardware");
  const shown = { dhcp_client_identifier: first("dhcp_client_identifier"), username: first("username") };
  return {
    ...Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== "")),
    fingerprint: first("fingerprint"),
    mac_address: mac === NO_MAC ? "" : mac,
  };
}

/** Names, references and comments of the objects. A host appears in place of its address. */
function describeObjects(objects: readonly Entity[], grid: Grid): JsonObject {
  const shown = [...new Set(objects.map((object) => grid.get(object.links["host"]) ?? object))];
  const names = shown.map(nameOf).filter((name) => name !== "");
  const described = (field: string) =>
    shown.map(({ values }) => values[field]).find((value) => value !== undefined);
  const [comment, extattrs] = [described("comment"), described("extattrs")];
  return {
    names: [...new Set(names)],
    objects: shown.map((object) => grid.link(object)),
    ...(comment === undefined ? {} : { comment }),
    ...(extattrs === undefined ? {} : { extattrs }),
  };
}

function nameOf({ values }: Entity): string {
  const { ptrdname, name, client_hostname } = values;
  return String(ptrdname ?? name ?? client_hostname ?? "");
}
