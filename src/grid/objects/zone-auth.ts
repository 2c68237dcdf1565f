/** Authoritative zones: the ones that hold records. */

import { invalidReference } from "../answers.js";
import type { Grid } from "../grid.js";
import { relativeName } from "../names.js";
import type { Entity, Json, JsonObject, Rules } from "../rules.js";
import { isHeldBy, recordTypes, replaceRecord } from "./record-place.js";
import { viewOf, zoneAbove, zoneName } from "./zone-lookup.js";
import { primaryType, readNetworkView, zoneRules } from "./zones.js";

/** What the grid's own timers say while a zone doesn't override them. */
const soaDefaults: JsonObject = {
  soa_default_ttl: 28800,
  soa_expire: 2419200,
  soa_negative_ttl: 900,
  soa_refresh: 10800,
  soa_retry: 3600,
  soa_serial_number: 1,
};

export const authZoneRules: Rules = zoneRules("zone_auth", {
  read: {
    ...Object.fromEntries(Object.keys(soaDefaults).map((field) => [field, (zone: Entity) => readSoa(zone, field)])),
    network_view: (zone, { grid }) => readNetworkView(zone, grid),
    primary_type: ({ values }) => primaryType(values),
    is_multimaster: ({ values }) => Array.isArray(values["grid_primary"]) && values["grid_primary"].length > 1,
  },
  functions: { copyzonerecords: copyRecords },
  afterCreate: adoptRecords,
});

/** A zone without a grid primary has no SOA record of the grid's making: these fields are left out then. */
function readSoa(zone: Entity, field: string): Json | undefined {
  return primaryType(zone.values) === "Grid" ? (zone.values[field] ?? soaDefaults[field]) : undefined;
}

/** Records of the zone above whose names now fall into the new zone move to it. */
function adoptRecords(zone: Entity, _draft: unknown, grid: Grid): void {
  const above = zoneAbove(zoneName(zone), viewOf(zone, grid), grid);
  if (!above) return;
  for (const type of recordTypes) {
    for (const record of grid.linked(type, "zone", above.id)) {
      if (isHeldBy(record, zone)) replaceRecord(record, { zone: zone.id }, grid);
    }
  }
}

/** Copies the records of a zone to another one, which is told by its reference. */
function copyRecords(source: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const { destination_zone: ref, clear_destination_first: clear, select_records: selected } = parameters;
  const target = grid.resolve(String(ref));
  if (target.type !== "zone_auth") throw invalidReference(String(ref));
  if (clear === true) for (const record of recordsOf(target, grid)) grid.delete(record);
  for (const record of recordsOf(source, grid)) {
    if (isSelected(record, selected)) copyRecord(record, source, target, parameters, grid);
  }
  return {};
}

function recordsOf(zone: Entity, grid: Grid): Entity[] {
  return recordTypes.flatMap((type) => grid.linked(type, "zone", zone.id));
}
