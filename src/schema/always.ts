/** Which fields an answer that asked for them is sure to have. */

import type { FieldFacts } from "./facts.js";

const neverAlways: Readonly<Record<string, readonly string[]>> = {
  // A host without addresses of a family has no such list, even when asked.
  "record:host": ["ipv4addrs", "ipv6addrs", "zone"],
};

/** Names that say where an object lies. */
const identity = new Set(["network_view", "view", "zone"]);

/**
 * Whether a field is never left out of an answer that asked for it. A grid leaves out what is empty: text, numbers,
 * times and structs that were never set. It always answers booleans, enums, lists, extensible attributes, whatever
 * had to be given on create, and defaults; but nothing of a zone's SOA while the zone has no primary.
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
