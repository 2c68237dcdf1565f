/** `allrecords`: everything in one zone, one row per record and, for hosts, per address. */

import { searchParameterMissing } from "../model/answers.js";
import { relativeName } from "../model/names.js";
import type { Condition, Grid, Row, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import { addressFamilies } from "./address-family.js";
import { addressesOf } from "./host-address.js";
import { viewLink } from "./name-links.js";
import { inViewOfZone, recordName, recordsNamed, recordTypes, zoneOf } from "./record-place.js";
import { viewOf, zoneName } from "./zone-lookup.js";

/** The fields of a record that its row shows. */
const fields = [
  "comment",
  "creator",
  "ddns_principal",
  "ddns_protected",
  "disable",
  "reclaimable",
  "ttl",
] as const;

/** Kinds of record that `allrecords` does not list. */
const unsupported: ReadonlySet<string> = new Set(["record:alias", "record:caa", "record:ns", "record:tlsa"]);

export const allRecordsRules: Rules = {
  type: "allrecords",
  names: { view: viewLink },
  comparesEmpty: ["name"],
  name: ({ values }) => [String(values["name"])],

  rows(conditions, grid) {
    const zones = zonesWanted(conditions, grid);
    const name = exactName(conditions);
    return { rows: rowsOf(zones, name, grid), settled: conditions.filter(isAnyType) };
  },

  row(key, grid) {
    const recordKey = key.slice(key.indexOf("$") + 1);
    for (const type of recordTypes) {
      const record = grid.byKey(type, recordKey);
      if (record) return rowsOfRecord(record, grid)[0];
    }
    return undefined;
  },

  // The comment is shown even if it is empty, unlike in all other types.
  read: { comment: ({ values }) => values["comment"] ?? "" },
};

function zonesWanted(conditions: readonly Condition[], grid: Grid): readonly Entity[] {
  const zone = conditions.find(({ field, operator }) => field === "zone" && operator === "=");
  if (!zone) throw searchParameterMissing("zone");
  const zones = grid.find("zone_auth", "_dns_name", String(zone.value).toLowerCase());
  return inViewOfZone(zones, conditions, grid);
}

function isAnyType({ field, value }: Condition): boolean {
  return field === "type" && value === "ALL";
}

/** The exact relative name of the search, which an index finds. */
function exactName(conditions: readonly Condition[]): string | undefined {
  const exact = conditions.find(
    ({ field, operator, ignoreCase }) => field === "name" && operator === "=" && !ignoreCase,
  );
  return exact && String(exact.value);
}

function* rowsOf(zones: readonly Entity[], name: string | undefined, grid: Grid): Generator<Row> {
  for (const zone of zones) {
    for (const type of recordTypes) {
      for (const record of recordsIn(zone, type, name, grid)) yield* rowsOfRecord(record, grid);
    }
  }
}

function recordsIn(zone: Entity, type: string, name: string | undefined, grid: Grid): Entity[] {
  if (name === undefined) return grid.linked(type, "zone", zone.id);
  const whole = name === "" ? zoneName(zone) : `${name}.${zoneName(zone)}`;
  return recordsNamed(type, whole, zone.links["view"], grid);
}

/** All rows of a host have the host's reference. */
function rowsOfRecord(record: Entity, grid: Grid): Row[] {
  if (record.type !== "record:host") return [rowOf(record, record, shownType(record.type), grid)];
  return addressFamilies.flatMap((family) =>
    addressesOf(record, family, grid).map((address) => rowOf(record, address, family.hostAddress, grid)),
  );
}

function shownType(type: string): string {
  return unsupported.has(type) ? "UNSUPPORTED" : type;
}

function rowOf(record: Entity, holder: Entity, type: string, grid: Grid): Row {
  const zone = zoneName(zoneOf(record, grid));
  const shared = fields.map((field) => [field, grid.read(record, field)] as const);
  const known = shared.filter((entry): entry is [(typeof fields)[number], Json] => entry[1] !== undefined);
  const address = holder.values["ipv4addr"] ?? holder.values["ipv6addr"];
  return {
    type: "allrecords",
    id: 0,
    key: `dns.zone_search_index$${record.key}`,
    links: { view: viewOf(record, grid).id },
    values: {
      ...Object.fromEntries(known),
      ...(address === undefined ? {} : { address }),
      name: relativeName(recordName(record), zone),
      record: grid.link(holder),
      type,
      zone,
    },
  };
}
