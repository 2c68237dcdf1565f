/** What all records share: a name inside a zone, uniqueness, who made it, names in punycode. And the plain kinds. */

import { formatAddress, parseAddress } from "../../cidr.js";
import { dataError, invalidValue } from "../answers.js";
import type { Grid } from "../grid.js";
import { dnsName } from "../names.js";
import type { Draft, Entity, Json, ReadContext, Rules } from "../rules.js";
import { viewLink } from "./name-links.js";
import { placeRecord, refuseClash, splitKey, wholeKey, zoneOf } from "./record-place.js";
import { viewOf, zoneName } from "./zone-lookup.js";

/** Rules of one kind of record: the shared ones, with its own added. `key` is what follows the `$`. */
export function recordRules(type: string, internal: string, own: RecordRules): Rules {
  const key = (record: Draft | Entity, grid: Grid) => `${internal}$${own.key(record, grid)}`;
  return {
    type,
    internal,
    names: { view: viewLink },
    name: (record, grid) => [String(record.values["name"]), viewName(record, grid)],
    ...own,
    key,
    defaults: { ...recordDefaults, ...own.defaults },
    read: { ...readRecord, ...own.read },
    searchValue: { ...searchAddress, ...own.searchValue },

    beforeCreate(draft, grid) {
      own.beforeCreate?.(draft, grid);
      canonicalAddresses(draft);
      placeRecord(draft, grid);
      checkCreator(draft, undefined);
      draft.values["creation_time"] = grid.clock.seconds();
      refuseClash(draft, undefined, key(draft, grid), grid);
    },

    beforeUpdate(draft, before, grid) {
      own.beforeUpdate?.(draft, before, grid);
      canonicalAddresses(draft);
      placeRecord(draft, grid);
      checkCreator(draft, before);
      refuseClash(draft, before, key(draft, grid), grid);
    },
  };
}

export type RecordRules = Partial<Rules> & { key(record: Draft | Entity, grid: Grid): string };

const recordDefaults = {
  view: "default",
  creator: "STATIC",
  ddns_protected: false,
  disable: false,
  forbid_reclamation: false,
  reclaimable: false,
} as const;

export function viewName(record: Entity, grid: Grid): string {
  return String(viewOf(record, grid).values["name"]);
}

/** Fields that hold a domain name, and have a twin in punycode: `dns_name`, `dns_canonical` … */
const nameFields = ["name", "canonical", "mail_exchanger", "ptrdname", "replacement", "target", "target_name"];

export const readRecord: NonNullable<Rules["read"]> = {
  ...Object.fromEntries(nameFields.map((field) => [`dns_${field}`, (record: Entity) => punycode(record, field)])),
  zone: (record: Entity, { grid }: ReadContext) => zoneName(zoneOf(record, grid)),
};

function punycode({ values }: Entity, field: string): Json | undefined {
  const name = values[field];
  return typeof name === "string" && name !== "" ? dnsName(name) : undefined;
}

/** The address in the grid's spelling; throws for what isn't one of the family. */
export function canonicalAddress(field: string, value: Json, family: 4 | 6): string {
  const address = typeof value === "string" ? parseAddress(value) : undefined;
  if (address?.family !== family) throw invalidValue(field, value, "Invalid IP address");
  return formatAddress(address);
}

export const searchAddress: NonNullable<Rules["searchValue"]> = {
  ipv4addr: (value) => canonicalAddress("ipv4addr", value, 4),
  ipv6addr: (value) => canonicalAddress("ipv6addr", value, 6),
};

function canonicalAddresses({ values }: Draft): void {
  const { ipv4addr, ipv6addr } = values;
  if (ipv4addr !== undefined && ipv4addr !== "") values["ipv4addr"] = canonicalAddress("ipv4addr", ipv4addr, 4);
  if (ipv6addr !== undefined && ipv6addr !== "") values["ipv6addr"] = canonicalAddress("ipv6addr", ipv6addr, 6);
}

function checkCreator({ values, given }: Draft, before: Entity | undefined): void {
  const { creator = "STATIC", ddns_principal: principal = "" } = values;
  const { creator: creatorBefore = "STATIC" } = before?.values ?? values;
  if (creator !== creatorBefore && (creator === "SYSTEM" || creatorBefore === "SYSTEM")) {
    throw dataError("Creator of records cannot be changed to or from SYSTEM.");
  }
  if (given.has("ddns_principal") && principal !== "" && creator !== "DYNAMIC") {
    throw dataError(
      "Cannot assign DDNS principal to a resource record since the creator type of the record is not DYNAMIC.",
    );
  }
}
