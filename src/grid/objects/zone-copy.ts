/** `copyzonerecords`: copies the records of one zone into another. */

import { invalidReference } from "../model/answers.js";
import { relativeName } from "../model/names.js";
import type { Grid } from "../model/rules.js";
import type { Entity, JsonObject } from "../store/entity.js";
import { recordName, recordsNamed, recordTypes } from "./record-place.js";
import { zoneName } from "./zone-lookup.js";

/** The function's names for the kinds of record that it copies. It does not copy NS records. */
const selections: Readonly<Record<string, string>> = {
  A: "record:a",
  AAAA: "record:aaaa",
  CNAME: "record:cname",
  MX: "record:mx",
  PTR: "record:ptr",
  SRV: "record:srv",
  TLSA: "record:tlsa",
  TXT: "record:txt",
  HOST: "record:host",
  DNAME: "record:dname",
  NAPTR: "record:naptr",
  CAA: "record:caa",
  Unknown: "record:unknown",
};

export function copyZoneRecords(source: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const target = destination(parameters, grid);
  const types = selectedTypes(parameters);
  if (parameters["clear_destination_first"] === true) {
    for (const record of recordsIn(target, recordTypes, grid)) grid.delete(record);
  }
  const replaces = parameters["replace_existing_records"] === true;
  const old = new Set(recordsIn(target, recordTypes, grid).map(({ id }) => id));
  for (const record of recordsIn(source, types, grid)) {
    const name = nameIn(target, record, source);
    const existing = recordsNamed(record.type, name, target.links["view"], grid).filter(({ id }) =>
      old.has(id),
    );
    if (existing.length > 0 && !replaces) continue;
    for (const other of existing) grid.delete(other);
    copyRecord(record, name, target, grid);
  }
  return {};
}

function destination({ destination_zone: ref }: JsonObject, grid: Grid): Entity {
  const text = String(ref);
  const target = /^[a-z_]+\/./.test(text) ? grid.resolve(text) : undefined;
  if (target?.type !== "zone_auth") throw invalidReference(text);
  return target;
}

function selectedTypes({ select_records: selected }: JsonObject): readonly string[] {
  if (!Array.isArray(selected) || selected.length === 0) return Object.values(selections);
  return selected.map((name) => selections[String(name)]).filter((type) => type !== undefined);
}

function recordsIn(zone: Entity, types: readonly string[], grid: Grid): Entity[] {
  return types.flatMap((type) => grid.linked(type, "zone", zone.id));
}

/** The record's name in the target zone. */
function nameIn(target: Entity, record: Entity, source: Entity): string {
  const relative = relativeName(recordName(record), zoneName(source));
  return relative === "" ? zoneName(target) : `${relative}.${zoneName(target)}`;
}

function copyRecord(record: Entity, name: string, target: Entity, grid: Grid): void {
  const values = { ...record.values, ...embeddedValues(record, grid), name };
  grid.create(record.type, values, { ...record.links, view: Number(target.links["view"]) });
}

/** A host's addresses, to create with the copy. */
function embeddedValues(record: Entity, grid: Grid): JsonObject {
  const fields = Object.entries(grid.rules(record.type).embedded ?? {});
  return Object.fromEntries(
    fields.map(([field, rows]) => {
      const embedded = [rows(record, grid.readContext()) ?? []].flat();
      return [field, embedded.map(({ values }) => values)];
    }),
  );
}
