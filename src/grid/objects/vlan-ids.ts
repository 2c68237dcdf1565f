/** Places of VLANs: their view, their range, the ids of both, and the next free id. */

import { dataError, invalidReference, invalidValue, protocolError } from "../model/answers.js";
import type { Draft, Grid } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";

const FIRST_ID = 1;
const LAST_ID = 4094;
const MOST_AT_ONCE = 20;

/** The ids of a VLAN view or range, both included. */
export interface IdSpan {
  readonly first: number;
  readonly last: number;
}

export function idSpan({ values }: Draft | Entity): IdSpan {
  return { first: Number(values["start_vlan_id"]), last: Number(values["end_vlan_id"]) };
}

/** Name and ids, which identify a view or range in keys and references. */
export function spanName(object: Draft | Entity): string[] {
  const { first, last } = idSpan(object);
  return [String(object.values["name"]), String(first), String(last)];
}

/**
 * Throws for ids that no VLAN can have, or in the wrong order. Guess vlan-id-sentences (open; cannot): the sentences.
 */
export function checkIds({ values }: Draft): void {
  for (const field of ["id", "start_vlan_id", "end_vlan_id"]) {
    const id = values[field];
    if (id === undefined || (Number(id) >= FIRST_ID && Number(id) <= LAST_ID)) continue;
    throw invalidValue(field, id, `Invalid value, must be between ${FIRST_ID} and ${LAST_ID}`);
  }
  const { start_vlan_id: first, end_vlan_id: last } = values;
  if (Number(first) > Number(last)) {
    throw invalidValue("end_vlan_id", last ?? 0, `Invalid value, must be between ${first} and ${LAST_ID}`);
  }
}

/** The object of a `parent` or `vlan_view`, which may be a reference, `{ "_ref": … }`, or a search. */
export function linkTo(value: Json | undefined, types: readonly string[], grid: Grid): Entity {
  const linked = grid.linkTarget(value);
  if (linked) return linked;
  const wanted = isObject(value) ? (value["_ref"] ?? "") : (value ?? "");
  const target = isObject(wanted)
    ? types.flatMap((type) => grid.search(type, wanted))[0]
    : grid.resolve(String(wanted));
  if (!target || !types.includes(target.type)) throw invalidReference(String(wanted));
  return target;
}

/** The VLAN view of a VLAN or a range. */
export function vlanViewOf(object: Draft | Entity, grid: Grid): Entity {
  const view = grid.get(object.links["vlanView"]);
  if (!view) throw new Error("a VLAN without its view");
  return view;
}

/** The range of a VLAN, or its view if it is in no range. */
export function vlanParentOf(vlan: Draft | Entity, grid: Grid): Entity {
  return grid.get(vlan.links["vlanRange"]) ?? vlanViewOf(vlan, grid);
}

/** `next_available_vlan_id` of a view or range: the lowest ids that no VLAN of it has. */
export function nextVlanIds(parent: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const kind = parent.type === "vlanview" ? "view" : "range";
  const link = kind === "view" ? "vlanView" : "vlanRange";
  const taken = new Set(grid.linked("vlan", link, parent.id).map(({ values }) => Number(values["id"])));
  for (const id of listed(parameters["exclude"])) taken.add(Number(id));
  const { first, last } = idSpan(parent);
  const free: number[] = [];
  const wanted = askedNumber(parameters);
  for (let id = first; id <= last && free.length < wanted; id++) if (!taken.has(id)) free.push(id);
  if (free.length < wanted) throw noVlan(wanted, kind);
  return { vlan_ids: free };
}

/**
 * `next_available_vlan` of a network: VLANs that nothing is assigned to, by id. Guess next-vlan-view (open; cannot):
 * from whichever view.
 */
export function nextVlans(_network: Entity, parameters: JsonObject, grid: Grid): JsonObject {
  const excluded = listed(parameters["exclude"]).map((ref) => grid.resolve(String(ref)).id);
  const free = [...grid.all("vlan")]
    .filter((vlan) => !excluded.includes(vlan.id) && grid.read(vlan, "status") === "UNASSIGNED")
    .sort((one, other) => Number(one.values["id"]) - Number(other.values["id"]));
  const wanted = askedNumber(parameters);
  if (free.length < wanted) throw noVlan(wanted, "view");
  return { vlans: free.slice(0, wanted).map((vlan) => grid.ref(vlan)) };
}

function noVlan(wanted: number, kind: "view" | "range"): Error {
  return dataError(`Cannot find ${wanted} next available VLANs in this VLAN ${kind}`);
}

function askedNumber({ num = 1 }: JsonObject): number {
  const number = Number(num);
  if (number >= 1 && number <= MOST_AT_ONCE) return number;
  throw protocolError(`Requested number ${String(num)} must be between 1 and ${MOST_AT_ONCE}`);
}

function listed(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
