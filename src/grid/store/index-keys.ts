/** The keys by which stored values are indexed and compared, and the form of stored references. */

import type { Json } from "./entity.js";
import type { IndexKeys } from "./equality-index.js";

/** A stored reference to another object. */
export function isLink(value: Json | undefined): value is { readonly _id: number } {
  return typeof value === "object" && value !== null && "_id" in value && typeof value["_id"] === "number";
}

const fieldKeysByName = new Map<string, IndexKeys>();

/** Index keys of a stored field: the value, the elements of a list, the target of a reference. */
export function fieldKeys(field: string): IndexKeys {
  let keys = fieldKeysByName.get(field);
  if (!keys) {
    keys = (entity) => {
      const value = entity.values[field];
      return Array.isArray(value) ? value.map(indexKey).filter((key) => key !== undefined) : indexKey(value);
    };
    fieldKeysByName.set(field, keys);
  }
  return keys;
}

/** The index key of a value; `undefined` for values without one (structs). Booleans and numbers do not collide with text. */
export function indexKey(value: Json | undefined): string | number | undefined {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return value ? "\u0000true" : "\u0000false";
  return isLink(value) ? `\u0000${value._id}` : undefined;
}

export function linkKeys(link: string): IndexKeys {
  return (entity) => entity.links[link];
}
