/** Authoritative zones, which hold records. */

import type { Draft, Grid, ReadContext, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { isHeldBy, recordTypes, relinkRecord } from "./record-place.js";
import { copyZoneRecords } from "./zone-copy.js";
import { viewOf, zoneAbove, zoneName } from "./zone-lookup.js";
import { primaryType, readNetworkView, zoneRules } from "./zones.js";

/** The grid's own timers, for zones that do not override them. */
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
    ...Object.fromEntries(
      Object.keys(soaDefaults).map((field) => [
        field,
        (zone: Entity, { grid }: ReadContext) => readSoa(zone, field, grid),
      ]),
    ),
    network_view: (zone, { grid }) => readNetworkView(zone, grid),
    primary_type: (zone, { grid }) => primaryType(zone, grid),
    is_multimaster: ({ values }) =>
      Array.isArray(values["grid_primary"]) && values["grid_primary"].length > 1,
  },
  functions: { copyzonerecords: copyZoneRecords },
  afterCreate: adoptRecords,
});

/** The grid does not create the SOA record of a zone without a grid primary: then unset fields are left out. */
function readSoa(zone: Entity, field: string, grid: Grid): Json | undefined {
  return zone.values[field] ?? (primaryType(zone, grid) === "Grid" ? soaDefaults[field] : undefined);
}

/** Moves records of the parent zone whose names lie in the new zone. */
function adoptRecords(zone: Entity, _draft: Draft, grid: Grid): void {
  const above = zoneAbove(zoneName(zone), viewOf(zone, grid), grid);
  if (!above) return;
  for (const type of recordTypes) {
    for (const record of grid.linked(type, "zone", above.id)) {
      if (isHeldBy(record, zone)) relinkRecord(record, { zone: zone.id }, grid);
    }
  }
}
