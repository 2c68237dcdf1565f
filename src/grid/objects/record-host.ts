/**
 * Host records: one name with addresses of both families, in DNS or outside of it. The addresses are separate objects
 * (see `host-address.ts`), which the host shows.
 */

import { canonicalDuid, canonicalMac } from "../model/hardware-address.js";
import { dnsName } from "../model/names.js";
import type { Grid, Rules } from "../model/rules.js";
import type { Json } from "../store/entity.js";
import { addressFamilies, ipv4, ipv6 } from "./address-family.js";
import { addressesOf, followHost, removeAddresses, storeAddresses } from "./host-address.js";
import {
  aliasesOf,
  givenAddresses,
  isInDns,
  keyOutsideDns,
  listField,
  requireAddress,
  settleHost,
} from "./host-place.js";
import { candidateHosts, matchesAddress, matchesAlias, matchesNetwork } from "./host-search.js";
import { networkViewLink, viewLink } from "./name-links.js";
import { canonicalBlockText } from "./network-place.js";
import { recordName, wholeKey, zoneOf } from "./record-place.js";
import { readRecord, searchAddress, viewName } from "./records.js";
import { zoneName } from "./zone-lookup.js";

export const hostRules: Rules = {
  type: "record:host",
  internal: "dns.host",
  key: (host, grid) => `dns.host$${isInDns(host) ? wholeKey(host, grid) : keyOutsideDns(host, grid)}`,
  name: (host, grid) => [recordName(host), isInDns(host) ? viewName(host, grid) : " "],
  defaults: { view: "default", network_view: "default", configure_for_dns: true },
  names: { view: viewLink, network_view: networkViewLink },
  freeText: ["view"],
  embedded: {
    // Empty lists are left out, even if the request asks for them.
    ipv4addrs: (host, { grid }) => filled(addressesOf(host, ipv4, grid)),
    ipv6addrs: (host, { grid }) => filled(addressesOf(host, ipv6, grid)),
  },
  parent: (host, grid) => grid.get(host.links["attributeSource"]),

  beforeCreate(draft, grid) {
    requireAddress(draft, undefined, grid);
    draft.values["creation_time"] = grid.clock.seconds();
    settleHost(draft, undefined, grid);
  },
  afterCreate(host, draft, grid) {
    for (const family of addressFamilies) storeAddresses(host, family, givenAddresses(draft, family), grid);
  },

  beforeUpdate(draft, before, grid) {
    requireAddress(draft, before, grid);
    settleHost(draft, before, grid);
  },
  afterUpdate(host, before, draft, grid) {
    if (host.key !== before.key) followHost(host, grid);
    for (const family of addressFamilies) {
      if (!draft.given.has(listField(family))) continue;
      storeAddresses(host, family, givenAddresses(draft, family), grid);
    }
  },

  beforeDelete: (host, _args, grid) => removeAddresses(host, grid),

  read: {
    ...readRecord,
    // A host outside of DNS has no view: the grid shows a blank.
    view: (host, { grid }) => (isInDns(host) ? viewName(host, grid) : " "),
    zone: (host, { grid }) => (isInDns(host) ? zoneName(zoneOf(host, grid)) : ""),
    dns_name: (host) => (isInDns(host) ? dnsName(recordName(host)) : undefined),
    dns_aliases: ({ values }) => aliasesOf(values).map(dnsName),
  },

  rows: candidateHosts,
  matches: {
    ipv4addr: matchesAddress,
    ipv6addr: matchesAddress,
    mac: matchesAddress,
    duid: matchesAddress,
    alias: matchesAlias,
    network: matchesNetwork,
  },
  searchValue: {
    ...Object.fromEntries(
      Object.entries(searchAddress).map(([field, canonical]) => [
        field,
        // In a search, the text of an in-body function is an ordinary value, which no object has.
        (value: Json, grid: Grid) => (String(value).startsWith("func:") ? value : canonical(value, grid)),
      ]),
    ),
    mac: (value) => canonicalMac("mac", value),
    duid: (value) => canonicalDuid("duid", value),
    network: canonicalBlockText,
  },
};

function filled<Element>(list: readonly Element[]): readonly Element[] | undefined {
  return list.length > 0 ? list : undefined;
}
