/** Rules that all records share: a name in a zone, uniqueness, the creator, and names in punycode. */

import { formatAddress } from "../../cidr.js";
import { dataError } from "../model/answers.js";
import { dnsName, nameProblem } from "../model/names.js";
import type { Draft, Grid, ReadContext, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import { type AddressFamily, ipv4, ipv6 } from "./address-family.js";
import { viewLink } from "./name-links.js";
import { canonicalRecordAddress } from "./network-place.js";
import { candidateRecords, placeRecord, refuseClash, zoneOf } from "./record-place.js";
import { viewOf, zoneName } from "./zone-lookup.js";

/** Rules of one kind of record: the shared ones and its own. `key` is the part of the internal key after the `$`. */
export function recordRules(type: string, internal: string, own: RecordRules): Rules {
  const key = (record: Draft | Entity, grid: Grid) => `${internal}$${own.key(record, grid)}`;
  return {
    type,
    internal,
    names: { view: viewLink },
    name: (record, grid) => [String(record.values["name"]), viewName(record, grid)],
    comparesEmpty: ["ipv4addr", "ipv6addr"],
    rows: (conditions, grid) => candidateRecords(type, conditions, grid),
    ...own,
    key,
    defaults: { ...recordDefaults, ...own.defaults },
    read: { ...readRecord, ...own.read },
    searchValue: { ...searchAddress, ...own.searchValue },

    beforeCreate(draft, grid) {
      own.beforeCreate?.(draft, grid);
      canonicalAddresses(draft);
      checkOtherNames(draft);
      placeRecord(draft, grid);
      checkCreator(draft, undefined);
      draft.values["creation_time"] = grid.clock.seconds();
      refuseClash(draft, undefined, key(draft, grid), grid);
    },

    beforeUpdate(draft, before, grid) {
      own.beforeUpdate?.(draft, before, grid);
      canonicalAddresses(draft);
      checkOtherNames(draft);
      placeRecord(draft, grid);
      checkCreator(draft, before);
      refuseClash(draft, before, key(draft, grid), grid);
    },
  };
}

type RecordRules = Partial<Rules> & { key(record: Draft | Entity, grid: Grid): string };

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
const nameFields = [
  "name",
  "canonical",
  "mail_exchanger",
  "ptrdname",
  "replacement",
  "target",
  "target_name",
];

export const readRecord: NonNullable<Rules["read"]> = {
  ...Object.fromEntries(
    nameFields.map((field) => [`dns_${field}`, (record: Entity) => punycode(record, field)]),
  ),
  zone: (record: Entity, { grid }: ReadContext) => zoneName(zoneOf(record, grid)),
};

function punycode({ values }: Entity, field: string): Json | undefined {
  const name = values[field];
  return typeof name === "string" && name !== "" ? dnsName(name) : undefined;
}

/** Normalizes the address of a record or of a search. @throws Refusal if it is not an address of the family */
export function addressText(value: Json, family: AddressFamily): string {
  return formatAddress(canonicalRecordAddress(value, family));
}

export const searchAddress: NonNullable<Rules["searchValue"]> = {
  ipv4addr: (value) => addressText(value, ipv4),
  ipv6addr: (value) => addressText(value, ipv6),
};

export function canonicalAddresses({ values }: Draft): void {
  for (const family of [ipv4, ipv6]) {
    const value = values[family.addressField];
    if (value !== undefined && value !== "") values[family.addressField] = addressText(value, family);
  }
}

/**
 * The names that a record leads to. Guess other-names (analogy; asks badTargetIsRefused): that the grid refuses them
 * in the words it has for the record's own; the root and a final dot are let through.
 */
function checkOtherNames({ values, given }: Draft): void {
  for (const field of ["nameserver", ...nameFields]) {
    const name = values[field];
    if (field === "name" || !given.has(field) || typeof name !== "string") continue;
    const labels = name.replace(/\.$/, "");
    const problem = labels === "" ? undefined : nameProblem(labels);
    if (problem) throw problem;
  }
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
