/**
 * The addresses of hosts, `record:host_ipv4addr` and `record:host_ipv6addr`. They are stored as separate objects with a
 * link to their host. Clients create and delete them through the host, but can search and update them directly.
 */

import { formatAddress, parseAddress } from "../../cidr.js";
import { conflict } from "../model/answers.js";
import { canonicalDuid, canonicalMac } from "../model/hardware-address.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { type AddressFamily, addressFamilies, ipv4, ipv6 } from "./address-family.js";
import { completeOptions } from "./dhcp-options.js";
import { refuseSameAddress } from "./fixed-address-place.js";
import { networkViewLink } from "./name-links.js";
import { canonicalAddress, canonicalRecordAddress, leafAround, networkViewOf } from "./network-place.js";

export const hostAddressRules: readonly Rules[] = [
  rulesOf(ipv4, {}),
  rulesOf(ipv6, {
    address_type: "ADDRESS",
    match_client: "DUID",
    preferred_lifetime: 27000,
    valid_lifetime: 43200,
  }),
];

function rulesOf(family: AddressFamily, defaults: JsonObject): Rules {
  const { addressField } = family;
  return {
    type: family.hostAddress,
    internal: "dns.host_address",
    key: (address, grid) =>
      `${addressKeyStart(hostOf(address, grid))}${String(address.values[addressField])}.`,
    name: (address, grid) => [String(address.values[addressField]), ...grid.refName(hostOf(address, grid))],
    defaults: { configure_for_dhcp: false, discover_now_status: "NONE", ...defaults },
    names: { network_view: networkViewLink },
    parent: networkOf,

    beforeCreate: (draft, grid) => settle(draft, undefined, family, grid),
    beforeUpdate: (draft, before, grid) => settle(draft, before, family, grid),
    afterUpdate(address, _before, draft, grid) {
      if (draft.given.has("use_for_ea_inheritance")) nameAttributeSource(address, grid);
    },

    read: {
      host: (address, { grid }) => hostOf(address, grid).values["name"],
      network: (address, { grid }) => networkOf(address, grid)?.values["network"],
    },
    searchValue: {
      [addressField]: (value) => formatAddress(canonicalAddress(addressField, value, family)),
      mac: (value) => canonicalMac("mac", value),
      duid: (value) => canonicalDuid("duid", value),
    },
  };
}

/** `dns.host_address$._default.org.acme.web1.` */
function addressKeyStart(host: Entity): string {
  return `dns.host_address${host.key.slice(host.key.indexOf("$"))}.`;
}

function hostOf(address: Draft | Entity, grid: Grid): Entity {
  const host = grid.get(address.links["host"]);
  if (!host) throw new Error("a host address without its host");
  return host;
}

function networkOf(address: Entity, grid: Grid): Entity | undefined {
  const { ipv4addr, ipv6addr } = address.values;
  return networkAround(networkViewOf(address, grid).id, ipv4addr ?? ipv6addr, grid);
}

/** The network of an address, if any: hosts may have addresses outside all networks. */
export function networkAround(networkView: number, text: Json | undefined, grid: Grid): Entity | undefined {
  const address = parseAddress(String(text));
  return address && leafAround(networkView, address, grid);
}

function settle(draft: Draft, before: Entity | undefined, family: AddressFamily, grid: Grid): void {
  canonicalHostAddress(draft.values, family);
  completeOptions(draft, family.family);
  // Hosts may share an address if at most one of them gets it by DHCP.
  if (draft.values["configure_for_dhcp"] !== true) return;
  requireMac(draft, family);
  refuseSameAddress(draft, before, family, grid);
}

/**
 * DHCP knows an IPv4 client by its MAC address. Guess host-mac-sentence (analogy; asks hostDhcpNeedsMac): the
 * sentence, which is a fixed address's.
 */
function requireMac({ values }: Draft, family: AddressFamily): void {
  if (family.family === 6 || (values["mac"] ?? "") !== "" || values["match_client"] !== undefined) return;
  throw conflict("MAC address is required when match_client is undefined");
}

/** Normalizes the address and the client's hardware address. */
export function canonicalHostAddress(values: Record<string, Json>, family: AddressFamily): void {
  const { addressField } = family;
  values[addressField] = formatAddress(canonicalRecordAddress(values[addressField], family));
  if (values["mac"] !== undefined) values["mac"] = canonicalMac("mac", values["mac"]);
  if (values["duid"] !== undefined) values["duid"] = canonicalDuid("duid", values["duid"]);
}

/** Makes the host inherit attributes from the network of the address that is marked for it. */
function nameAttributeSource(address: Entity, grid: Grid): void {
  const host = hostOf(address, grid);
  const source = address.values["use_for_ea_inheritance"] === true ? networkOf(address, grid) : undefined;
  // No object has the id 0: then the host inherits nothing.
  grid.update(host, {}, { attributeSource: source?.id ?? 0 });
}

// --- through the host ------------------------------------------------------------------------------------------

/** The addresses of a host of one family, in the order in which they were given. */
export function addressesOf(host: Entity, family: AddressFamily, grid: Grid): Entity[] {
  return grid.linked(family.hostAddress, "host", host.id);
}

/** Replaces the host's addresses of a family. */
export function storeAddresses(
  host: Entity,
  family: AddressFamily,
  addresses: readonly JsonObject[],
  grid: Grid,
): void {
  for (const address of addressesOf(host, family, grid)) grid.delete(address);
  const links = { host: host.id, networkView: networkViewOf(host, grid).id };
  for (const { _ref, ...values } of addresses) grid.create(family.hostAddress, values, links);
}

/** Updates the addresses' keys and network view after the host's own have changed. */
export function followHost(host: Entity, grid: Grid): void {
  const networkView = networkViewOf(host, grid).id;
  for (const family of addressFamilies) {
    for (const address of addressesOf(host, family, grid)) {
      const moved = { ...address, links: { ...address.links, networkView } };
      grid.put({ ...moved, key: grid.rules(address.type).key?.(moved, grid) ?? address.key });
    }
  }
}

export function removeAddresses(host: Entity, grid: Grid): void {
  for (const family of addressFamilies) {
    for (const address of addressesOf(host, family, grid)) grid.delete(address);
  }
}
