/** The values of unset fields. */

import type { FieldSchema } from "../../schema/schema.js";
import type { Json } from "../store/entity.js";
import type { Grid } from "./rules.js";
import { schemaAt } from "./versions.js";

/** The value that an object shows for an unset field, by rules or facts. */
export function defaultOf(type: string, field: string, grid: Grid): Json | undefined {
  const own = grid.rules(type).defaults?.[field];
  return own ?? (schemaAt(type, grid.version)?.fields.get(field)?.default as Json | undefined);
}

/**
 * The value of a field without a default: switches, lists and choices are always shown; texts, numbers and structs are
 * not.
 */
export function emptyValue(field: FieldSchema): Json | undefined {
  if (field.isArray) return [];
  if (field.types[0] === "bool") return false;
  // Guess enum-defaults (open; cannot): which choice a grid begins with; it never leaves one out.
  if (field.types[0] === "enum") return field.enumValues?.includes("NONE") ? "NONE" : field.enumValues?.[0];
  return undefined;
}
