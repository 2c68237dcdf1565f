/** The place of a host: in a zone of a DNS view or outside of DNS, its network view, and its aliases. */

import { conflict, dataError } from "../model/answers.js";
import { canonicalName } from "../model/names.js";
import type { Draft, Grid } from "../model/rules.js";
import type { Entity, JsonObject } from "../store/entity.js";
import { type AddressFamily, addressFamilies } from "./address-family.js";
import { addressesOf, canonicalHostAddress, networkAround } from "./host-address.js";
import { networkViewNumber, networkViewOf } from "./network-place.js";
import { placeRecord, recordName, refuseAliasClash, refuseClash, wholeKey, zoneOf } from "./record-place.js";
import { viewOf, zoneAround, zoneName } from "./zone-lookup.js";

export function isInDns({ values }: Draft | Entity): boolean {
  return values["configure_for_dns"] !== false;
}

export function aliasesOf({ aliases }: JsonObject): readonly string[] {
  return Array.isArray(aliases) ? aliases.map(String) : [];
}

/** The host's field with the addresses of a family: `ipv4addrs`. */
export function listField({ addressField }: AddressFamily): string {
  return `${addressField}s`;
}

/** The addresses of a family in a request. */
export function givenAddresses({ values }: Draft, family: AddressFamily): readonly JsonObject[] {
  const list = values[listField(family)];
  return Array.isArray(list) ? (list as readonly JsonObject[]) : [];
}

/**
 * A host has at least one address. Only old hosts, which a seed may contain, have none. Guess host-last-address
 * (analogy; asks lastAddressIsKept): that an update which takes the last one is answered as a create without.
 */
export function requireAddress(draft: Draft, before: Entity | undefined, grid: Grid): void {
  if (grid.seeding) return;
  if (!addressFamilies.some((family) => addressesAfter(draft, before, family, grid).length > 0)) {
    throw dataError("IP address for the Host record is missing.");
  }
}

/** The addresses of a family after the request. */
function addressesAfter(
  draft: Draft,
  before: Entity | undefined,
  family: AddressFamily,
  grid: Grid,
): readonly JsonObject[] {
  if (!before || draft.given.has(listField(family))) return givenAddresses(draft, family);
  return addressesOf(before, family, grid).map(({ values }) => values);
}

/** Fills in the host's views, zone and dependent fields. Refuses clashes. */
export function settleHost(draft: Draft, before: Entity | undefined, grid: Grid): void {
  canonicalAddresses(draft);
  if (isInDns(draft)) settleInDns(draft, before, grid);
  else settleOutsideDns(draft, before, grid);
  settleAttributeSource(draft, grid);
}

function canonicalAddresses(draft: Draft): void {
  for (const family of addressFamilies) {
    const field = listField(family);
    if (draft.values[field] === undefined) continue;
    draft.values[field] = givenAddresses(draft, family).map((address) => {
      const canonical = { ...address };
      canonicalHostAddress(canonical, family);
      return canonical;
    });
  }
}

function settleInDns(draft: Draft, before: Entity | undefined, grid: Grid): void {
  settleViews(draft, before, grid);
  placeRecord(draft, grid);
  refuseClash(draft, before, `dns.host$${wholeKey(draft, grid)}`, grid);
  if (draft.values["aliases"] === undefined) return;
  const aliases = aliasesOf(draft.values).map((alias) => wholeAlias(alias, draft, grid));
  refuseAliasClash(draft, aliases, before, grid);
  draft.values["aliases"] = aliases;
}

/** The network view follows the DNS view. */
function settleViews(draft: Draft, before: Entity | undefined, grid: Grid): void {
  const networkView = networkViewOf(draft, grid).id;
  const view = grid.get(draft.links["view"]);
  const isOpen = view === undefined || (before === undefined && view.values["is_default"] === true);
  if (isOpen && view?.links["networkView"] !== networkView) {
    // The request names only a network view: the DNS view is the one that was created with it.
    const [first] = grid.linked("view", "networkView", networkView);
    if (first) draft.links["view"] = first.id;
  }
  draft.links["networkView"] = viewOf(draft, grid).links["networkView"] ?? networkView;
}

/** Aliases are whole names. A short alias belongs to the host's own zone. */
function wholeAlias(alias: string, draft: Draft, grid: Grid): string {
  const name = canonicalName(alias);
  return zoneAround(name, viewOf(draft, grid), grid) ? name : `${name}.${zoneName(zoneOf(draft, grid))}`;
}

function settleOutsideDns(draft: Draft, before: Entity | undefined, grid: Grid): void {
  delete draft.links["view"];
  delete draft.links["zone"];
  const networkView = networkViewOf(draft, grid).id;
  draft.values["_outside_dns"] ??= grid.serial("dns.non_DNS_host");
  const inNetwork = addressFamilies.some((family) =>
    addressesAfter(draft, before, family, grid).some((address) =>
      networkAround(networkView, address[family.addressField], grid),
    ),
  );
  if (inNetwork || grid.seeding) return;
  throw conflict(
    "At least one host address must belong to an existing network if DNS is not configured for this host.",
  );
}

/** Names outside of DNS need not be unique, so the key has a number. */
export function keyOutsideDns(host: Draft | Entity, grid: Grid): string {
  return `.non_DNS_host_root.${networkViewNumber(host, grid)}.${String(host.values["_outside_dns"])}.${recordName(host)}`;
}

/** Attributes are inherited from the network of the address that is marked for it. */
function settleAttributeSource(draft: Draft, grid: Grid): void {
  if (!addressFamilies.some((family) => draft.given.has(listField(family)))) return;
  delete draft.links["attributeSource"];
  for (const family of addressFamilies) {
    const marked = givenAddresses(draft, family).find(
      (address) => address["use_for_ea_inheritance"] === true,
    );
    const source = marked && networkAround(networkViewOf(draft, grid).id, marked[family.addressField], grid);
    if (source) draft.links["attributeSource"] = source.id;
  }
}
