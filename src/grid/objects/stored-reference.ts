/**
 * References that the schema describes as plain text (`dtc:pool:link.pool`). They are stored as links, so that they
 * survive a rename.
 */

import { invalidReference } from "../model/answers.js";
import type { Grid } from "../model/rules.js";
import type { Json, JsonObject } from "../store/entity.js";
import { isLink } from "../store/index-keys.js";

/** The link for a reference in text. A link stays a link. @throws Refusal if it is not a reference of such a type */
export function storedReference(value: Json, types: readonly string[], grid: Grid): Json {
  if (isLink(value)) return value;
  const text = String(value);
  const target = /^[a-z0-9_:]+\/./i.test(text) ? grid.resolve(text) : undefined;
  if (!target || !types.includes(target.type)) throw invalidReference(text);
  return grid.link(target);
}

/** The same for one member of each structure in a list. */
export function storedReferences(
  list: Json | undefined,
  member: string,
  types: readonly string[],
  grid: Grid,
): readonly JsonObject[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.map((element: JsonObject) => {
    const value = element[member];
    return value === undefined ? element : { ...element, [member]: storedReference(value, types, grid) };
  });
}

/** The list without the structures whose member refers to the object. */
export function withoutReference(list: Json | undefined, member: string, id: number): Json {
  if (!Array.isArray(list)) return [];
  return list.filter((element: JsonObject) => {
    const value = element[member];
    return !(isLink(value) && value._id === id);
  });
}
