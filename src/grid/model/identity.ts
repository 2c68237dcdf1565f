/**
 * The identity of an object, which WAPI shows as `uuid` since 2.14. No other object ever gets it, not even at the same
 * address.
 */

import { createHash } from "node:crypto";
import type { FieldSchema } from "../../schema/schema.js";
import type { Row } from "./rules.js";

/**
 * Whether a field is the grid's own identity of its object. Some types have a writable `uuid`, which is ordinary data.
 */
export function isIdentity(field: FieldSchema | undefined): boolean {
  return field?.name === "uuid" && !field.supports.includes("w");
}

/**
 * Guess virtual-uuid (open; asks addressRowsHaveUuids): rows that the grid makes up for a search, as those of
 * addresses, have none.
 */
export function identityOf({ id }: Row, isStored: boolean): string | undefined {
  if (!isStored) return undefined;
  const digits = createHash("sha256").update(String(id)).digest("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
}
