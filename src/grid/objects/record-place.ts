/** The place of a record: its name, its zone, and the internal key from both. */

import { conflict, parentNotFound, recordExists } from "../model/answers.js";
import {
  canonicalName,
  policyProblem,
  recordNameProblem,
  relativeName,
  zoneNamesFor,
} from "../model/names.js";
import type { Condition, Draft, Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { nameKey, viewOf, zoneAround, zoneName } from "./zone-lookup.js";

/** Kinds of record that clients create in zones. */
export const recordTypes = [
  "record:a",
  "record:aaaa",
  "record:alias",
  "record:caa",
  "record:cname",
  "record:dname",
  "record:host",
  "record:https",
  "record:mx",
  "record:naptr",
  "record:ns",
  "record:ptr",
  "record:srv",
  "record:svcb",
  "record:tlsa",
  "record:txt",
  "record:unknown",
] as const;

/** Finds the record's zone by the longest match. Refuses invalid names, and names without a zone. */
export function placeRecord(draft: Draft, grid: Grid): void {
  const name = acceptedName(draft);
  const zone = zoneAround(name, viewOf(draft, grid), grid);
  if (zone?.type !== "zone_auth") throw parentNotFound();
  // Names in reverse zones consist of addresses and the parts of RFC 2317. A seed may come from a grid with another
  // policy.
  const isReverse = zoneName(zone).endsWith(".arpa");
  const problem = isReverse || grid.seeding ? undefined : policyProblem(relativeName(name, zoneName(zone)));
  if (problem) throw problem;
  draft.values["name"] = name;
  draft.links["zone"] = zone.id;
}

/** The name as the grid keeps it. @throws Refusal for an invalid name */
function acceptedName(draft: Draft): string {
  const canonical = canonicalName(recordName(draft));
  const problem = recordNameProblem(canonical, draft.type === "record:host");
  if (problem) throw problem;
  return canonical;
}

export function recordName(record: Draft | Entity): string {
  return String(record.values["name"]);
}

/** The zone that a record was placed in. */
export function zoneOf(record: Draft | Entity, grid: Grid): Entity {
  const zone = grid.get(record.links["zone"]);
  if (!zone) throw new Error("a record without a zone");
  return zone;
}

/** `._default.org.acme.www`: the whole name from the root down. */
export function wholeKey(record: Draft | Entity, grid: Grid): string {
  return nameKey(viewOf(record, grid), recordName(record));
}

/** `._default.org.acme,www`: the zone, and the relative name. */
export function splitKey(record: Draft | Entity, grid: Grid): string {
  const zone = zoneName(zoneOf(record, grid));
  return `${nameKey(viewOf(record, grid), zone)},${relativeName(recordName(record), zone)}`;
}

/** Records of a type with this name in the same view. */
export function recordsNamed(type: string, name: string, viewId: number | undefined, grid: Grid): Entity[] {
  return grid.find(type, "name", name).filter(({ links }) => links["view"] === viewId);
}

/** The types that may not share a name with this one: a CNAME excludes every other record of its name (RFC 1034). */
function excludedBy(type: string): readonly string[] {
  return type === "record:cname" ? recordTypes.filter((other) => other !== type) : ["record:cname"];
}

/** A search with an exact zone reads only the zone's records, unless an exact name finds fewer. */
export function candidateRecords(
  type: string,
  conditions: readonly Condition[],
  grid: Grid,
): { readonly rows: Iterable<Entity>; readonly settled: readonly Condition[] } | undefined {
  const exact = conditions.filter(
    ({ operator, ignoreCase, attribute }) => operator === "=" && !ignoreCase && !attribute,
  );
  const zone = exact.find(({ field }) => field === "zone");
  if (!zone) return undefined;
  const name = exact.find(({ field }) => field === "name");
  const rows = name
    ? grid.find(type, "name", String(name.value))
    : grid
        .find("zone_auth", "_dns_name", String(zone.value))
        .flatMap(({ id }) => grid.linked(type, "zone", id));
  return { rows: inViewOfZone(rows, conditions, grid), settled: [name ?? zone] };
}

/** A search that names a zone and no view searches the default DNS view. */
export function inViewOfZone(
  rows: readonly Entity[],
  conditions: readonly Condition[],
  grid: Grid,
): readonly Entity[] {
  const names = (wanted: string) => conditions.some(({ field, attribute }) => field === wanted && !attribute);
  if (!names("zone") || names("view")) return rows;
  const [view] = grid.find("view", "is_default", "\u0000true");
  return rows.filter(({ links }) => links["view"] === view?.id);
}

/** Hosts with this alias in the same view. */
function hostsAliased(alias: string, viewId: number | undefined, grid: Grid): Entity[] {
  return grid.find("record:host", "aliases", alias).filter(({ links }) => links["view"] === viewId);
}

/** Refuses a record that another one duplicates, or that may not share its name with existing records. */
export function refuseClash(draft: Draft, before: Entity | undefined, key: string, grid: Grid): void {
  const name = recordName(draft);
  const same = grid.byKey(draft.type, key);
  if (same && same.id !== before?.id) throw recordExists(name);
  if (draft.type === "record:cname" && zoneName(zoneOf(draft, grid)) === name)
    throw conflict(`Zone '${name}' cannot have an empty CNAME.`);
  for (const type of excludedBy(draft.type)) {
    if (recordsNamed(type, name, draft.links["view"], grid).length > 0) throw recordExists(name);
  }
  if (isAliasOrHost(draft) && hostsAliased(name, draft.links["view"], grid).length > 0)
    throw recordExists(name);
}

function isAliasOrHost({ type }: Draft): boolean {
  return type === "record:cname" || type === "record:host";
}

/**
 * Refuses aliases of a host that are names or aliases of others already. Guess alias-sentence (analogy; asks
 * secondAliasIsRefused): with the sentence for names.
 */
export function refuseAliasClash(
  draft: Draft,
  aliases: readonly string[],
  before: Entity | undefined,
  grid: Grid,
): void {
  const view = draft.links["view"];
  for (const [index, alias] of aliases.entries()) {
    const takers = [
      ...hostsAliased(alias, view, grid),
      ...recordsNamed("record:host", alias, view, grid),
      ...recordsNamed("record:cname", alias, view, grid),
    ];
    if (takers.some(({ id }) => id !== before?.id) || aliases.indexOf(alias) !== index)
      throw recordExists(alias);
  }
}

/** Whether a record's name lies in a zone, or in a subzone of it. */
export function isHeldBy(record: Entity, zone: Entity): boolean {
  for (const candidate of zoneNamesFor(recordName(record))) if (candidate === zoneName(zone)) return true;
  return false;
}

/** Links a record to other objects, and updates its key. */
export function relinkRecord(record: Entity, links: Entity["links"], grid: Grid): Entity {
  const moved = { ...record, links: { ...record.links, ...links } };
  return grid.put({ ...moved, key: grid.rules(record.type).key?.(moved, grid) ?? record.key });
}
