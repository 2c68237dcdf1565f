/** The fields that an answer always has if the request names them. */

import type { FieldFacts } from "./facts.js";

const neverAlways: Readonly<Record<string, readonly string[]>> = {
  // A host without addresses of a family has no such list, even if the request names it.
  "record:host": ["ipv4addrs", "ipv6addrs", "zone"],
};

/** Names of fields that hold the place of an object. */
const identity = new Set(["network_view", "view", "zone"]);

/**
 * Whether an answer always has a field that the request names. A grid leaves out empty values: text, numbers, times and
 * structs that were never set. It always returns booleans, enums, lists, extensible attributes, fields that a create
 * requires, and defaults. Of a zone without a primary it returns no SOA field.
 */
export function isAlways(type: string, field: FieldFacts): boolean {
  if (field.always) return true;
  const { name, types, supports = "" } = field;
  const optional = neverAlways[type]?.includes(name) || name.includes("soa_") || field.searchOnly;
  if (optional || !supports.includes("r")) return false;
  const kept = types.length === 1 && ["bool", "enum", "extattr"].includes(types[0] ?? "");
  const located = identity.has(name) && (type.startsWith("record:") || (field.standard && name !== "zone"));
  return Boolean(kept || located || field.isArray || field.required || hasContent(field.default));
}

function hasContent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
