/**
 * `ipv4address` and `ipv6address`: a row for every address of every leaf network. No row is stored. Rows are created
 * one by one as a search reads them, so that a search in a /8 costs only the rows that it returns.
 */

import { formatAddress, parseAddress, parseBlock } from "../../cidr.js";
import { networkNotFound, searchParameterMissing } from "../model/answers.js";
import { canonicalDuid, canonicalMac } from "../model/hardware-address.js";
import type { Condition, Grid, Row, Rules } from "../model/rules.js";
import type { Entity, JsonObject } from "../store/entity.js";
import { spaceOf } from "../store/space.js";
import { type AddressFamily, ipv4, ipv6 } from "./address-family.js";
import { addressRow, internalName } from "./address-row.js";
import { addressesToVisit, leavesToVisit } from "./address-visit.js";
import { networkViewLink } from "./name-links.js";
import { canonicalAddress, canonicalBlockText, isLeaf, leafAround, spaceAround } from "./network-place.js";
import { askedViews, isExact, viewsOfAddress } from "./network-search.js";

export const anyAddressRules: readonly Rules[] = [
  rulesOf(ipv4, ["comment", "mac_address"]),
  rulesOf(ipv6, ["duid"]),
];

/** @param shownEmpty - text fields that are shown even if they are empty */
function rulesOf(names: AddressFamily, shownEmpty: readonly string[]): Rules {
  return {
    type: names.anyAddress,
    internal: internalName(names),
    name: ({ values }) => [String(values["ip_address"])],
    defaults: { conflict_types: names.family === 4 ? ["NONE"] : [], discover_now_status: "NONE" },
    names: { network_view: networkViewLink },
    read: Object.fromEntries(shownEmpty.map((field) => [field, ({ values }: Row) => values[field] ?? ""])),
    searchValue: {
      ip_address: (value) => formatAddress(canonicalAddress("ip_address", value, names)),
      network: canonicalBlockText,
      mac_address: (value) => canonicalMac("mac_address", value),
      duid: (value) => canonicalDuid("duid", value),
    },

    rows(conditions, grid) {
      // Guess address-search-argument (open; asks bareAddressSearchIsRefused): which of the three the sentence names.
      if (conditions.length === 0) throw searchParameterMissing("network");
      const views = viewsOf(conditions, grid);
      if (!views) return undefined;
      refuseOutside(views, conditions, names, grid);
      return { rows: rowsIn(views, conditions, names, grid) };
    },
    row: (key, grid) => rowOfKey(key, names, grid),
    delete: freeAddress,
  };
}

/** A search for one address that names no view may be about the default one. */
function viewsOf(conditions: readonly Condition[], grid: Grid): readonly Entity[] | undefined {
  const asksForOne = conditions.some(({ field, operator }) => field === "ip_address" && operator === "=");
  return asksForOne ? viewsOfAddress(conditions, grid) : askedViews(conditions, grid);
}

/** Refuses a search for an address or a network that the grid does not manage. */
function refuseOutside(
  views: readonly Entity[],
  conditions: readonly Condition[],
  names: AddressFamily,
  grid: Grid,
): void {
  if (grid.assumptions.addressOutsideNetworks === "empty") return;
  for (const { field, operator, attribute, value } of conditions) {
    if (attribute || operator === "!" || operator === "~") continue;
    const isHeld = holdersOf[field];
    if (isHeld && !views.some((view) => isHeld(view, String(value), names, grid))) throw networkNotFound();
  }
}

type IsHeld = (view: Entity, text: string, names: AddressFamily, grid: Grid) => boolean;

const holdersOf: Readonly<Record<string, IsHeld>> = {
  ip_address: (view, text, _names, grid) => {
    const address = parseAddress(text);
    return address !== undefined && leafAround(view.id, address, grid) !== undefined;
  },
  network: (view, text, { family }, grid) => {
    const block = parseBlock(text);
    const node = block?.family === family && spaceOf(grid).of(view.id, family).networks.find(block);
    const network = node ? grid.get(node.id) : undefined;
    return network !== undefined && isLeaf(network);
  },
};

function* rowsIn(
  views: readonly Entity[],
  conditions: readonly Condition[],
  names: AddressFamily,
  grid: Grid,
): Generator<Row> {
  const named = holdersNamed(conditions, names, grid);
  if (named) yield* rowsOfHolders(named, views, names, grid);
  else {
    for (const leaf of leavesToVisit(views, conditions, names, grid)) {
      for (const address of addressesToVisit(leaf, conditions, names, grid))
        yield addressRow(address, leaf, grid);
    }
  }
}

// --- by name or client -----------------------------------------------------------------------------------------

/** Types that use addresses, with the field that holds what a row shows under `names` or as its client. */
const fieldsByCondition: Readonly<Record<string, readonly (readonly [type: string, field: string])[]>> = {
  names: [
    ["record:host", "name"],
    ["record:a", "name"],
    ["record:aaaa", "name"],
    ["record:ptr", "ptrdname"],
    ["fixedaddress", "name"],
    ["ipv6fixedaddress", "name"],
    ["lease", "client_hostname"],
  ],
  mac_address: [
    ["fixedaddress", "mac"],
    ["record:host_ipv4addr", "mac"],
    ["lease", "hardware"],
  ],
  duid: [
    ["ipv6fixedaddress", "duid"],
    ["record:host_ipv6addr", "duid"],
    ["lease", "ipv6_duid"],
  ],
};

/** The objects of that name or client, from an index; `undefined` if the search has no exact name or client. */
function holdersNamed(
  conditions: readonly Condition[],
  names: AddressFamily,
  grid: Grid,
): Entity[] | undefined {
  const condition = conditions.find(
    (each) =>
      isExact(each) && typeof each.value === "string" && each.value !== "" && fieldsByCondition[each.field],
  );
  if (!condition) return undefined;
  return (fieldsByCondition[condition.field] ?? [])
    .flatMap(([type, field]) => grid.find(type, field, String(condition.value)))
    .flatMap((object) =>
      object.type === "record:host" ? grid.linked(names.hostAddress, "host", object.id) : [object],
    );
}

function* rowsOfHolders(
  holders: readonly Entity[],
  views: readonly Entity[],
  names: AddressFamily,
  grid: Grid,
): Generator<Row> {
  const seen = new Set<string>();
  for (const { values } of holders) {
    const address = parseAddress(String(values[names.addressField] ?? values["address"]));
    if (address?.family !== names.family) continue;
    for (const view of views) {
      const leaf = leafAround(view.id, address, grid);
      const place = `${view.id}/${address.value}`;
      if (!leaf || seen.has(place)) continue;
      seen.add(place);
      yield addressRow(address, leaf, grid);
    }
  }
}

// --- by reference ----------------------------------------------------------------------------------------------

/** `..ipv4_address$10.9.0.5/0`: the address and the number of its network view. */
function rowOfKey(key: string, names: AddressFamily, grid: Grid): Row | undefined {
  const [, text = "", number] = /\$(.*)\/(\d+)$/.exec(key) ?? [];
  const address = parseAddress(text);
  const [view] = grid.find("networkview", "_number", Number(number));
  const leaf = address?.family === names.family && view ? leafAround(view.id, address, grid) : undefined;
  return address && leaf && addressRow(address, leaf, grid);
}

/**
 * Deletes the objects on the address. A host with more addresses loses only this one. Bulk hosts stay, since they have
 * many addresses.
 */
function freeAddress(row: Row, _args: JsonObject, grid: Grid): void {
  const address = parseAddress(String(row.values["ip_address"]));
  const network = grid.get(row.links["network"]);
  if (!address || !network) return;
  const names = address.family === 4 ? ipv4 : ipv6;
  for (const id of [...spaceAround(network, names, grid).addresses.holders(address.value)]) {
    const object = grid.get(id);
    if (object && object.type !== "bulkhost") grid.delete(lastAddressOf(object, grid) ?? object);
  }
}

/** The host that would be left without an address. */
function lastAddressOf(address: Entity, grid: Grid): Entity | undefined {
  const host = grid.get(address.links["host"]);
  const addresses =
    host && [ipv4, ipv6].flatMap(({ hostAddress }) => grid.linked(hostAddress, "host", host.id));
  return addresses?.length === 1 ? host : undefined;
}
