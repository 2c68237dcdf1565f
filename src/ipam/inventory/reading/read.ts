import type { WapiClient } from "../../../wapi/client.js";
import { type ExtensibleAttributes, wireExtattrs } from "../../../wapi/extattrs.js";
import { hasField, typeFacts } from "../../../wapi/type-facts.js";
import type { FieldName, ObjectType, Where } from "../../../wapi/types.js";
import type { Ownership } from "../../marks/ownership.js";
import { canonicalAddress } from "../../requests/syntax.js";
import { addressOrder, type InventoryEntry, type InventoryObject, objectOrder, orderOf } from "../entries.js";
import { line } from "../sorted-lines.js";

/** An object on an address. */
export interface AddressFact {
  readonly object: InventoryObject;
  /** The subnet that the grid shows with the object. */
  readonly network?: string | undefined;
  readonly at: string;
}

/** One search, and the function that turns its rows into lines. */
export interface Read {
  readonly type: ObjectType;
  readonly where: object;
  readonly fields: readonly string[];
  /** The lines of one row: the order key, a tab, and JSON. */
  readonly linesOf: (row: Row, at: string) => string[];
}

/** A row of any of these types. A grid leaves out empty fields. */
// biome-ignore lint/suspicious/noExplicitAny: each read asks for its own fields
export type Row = Readonly<Record<string, any>> & { readonly _ref: string };

/** A read whose fields and criteria the compiler checks. */
export function read<T extends ObjectType, const F extends FieldName<T>>(
  type: T,
  where: Where<T>,
  fields: readonly F[],
  linesOf: Read["linesOf"],
): Read {
  return { type, where, fields, linesOf };
}

/** The fields that the grid's WAPI version has. The VLANs of networks, for example, came with 2.10. */
export function knownFields({ type, fields }: Read, wapi: WapiClient): readonly string[] {
  const { wapiVersion } = wapi.toJSON();
  if (typeof wapiVersion !== "string") return fields;
  const facts = typeFacts(type, wapiVersion, "read");
  return fields.filter((name) => name.includes(".") || hasField(facts, name));
}

/**
 * The line of an entry with these fields of its own, and those that each row has.
 *
 * @param ownership - left out for entries without marks
 */
export function entryLine(own: object, row: Row, at: string, ownership?: Ownership): string {
  const marks = ownership?.marksIn(row as { readonly comment?: string });
  const entry = { ...own, ...described(row), ...marks, readAt: at } as InventoryEntry;
  return line(orderOf(entry), entry);
}

/** The line of an object on an address, sorted by address and then by object type. */
export function factLine(networkView: string, ip: string, fact: AddressFact): string {
  return line(`${addressOrder(networkView, ip)}${objectOrder(fact.object)}`, fact);
}

/**
 * The TTL, comment, attributes and reference of a row. The reference comes last, so that it does not decide the order of lines.
 */
export function described(row: Row): {
  readonly ttl?: number;
  readonly disabled?: true;
  readonly comment?: string;
  readonly extattrs: ExtensibleAttributes;
  readonly inherited: readonly string[];
  readonly ref: string;
} {
  const extattrs: ExtensibleAttributes = row["extattrs"] ?? {};
  const inherited = Object.entries(wireExtattrs(extattrs))
    .filter(([, attribute]) => attribute.inheritance_source !== undefined)
    .map(([name]) => name)
    .sort();
  return {
    ...(row["ttl"] !== undefined && { ttl: row["ttl"] }),
    ...(row["disable"] === true && { disabled: true }),
    ...(row["comment"] && { comment: row["comment"] }),
    extattrs: sortedByName(extattrs),
    inherited,
    ref: row._ref,
  };
}

function sortedByName(attributes: ExtensibleAttributes): ExtensibleAttributes {
  const names = Object.keys(attributes);
  if (names.length < 2) return attributes;
  return Object.fromEntries(names.sort().map((name) => [name, (attributes as Row)[name]]));
}

export function timeText(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
}

export function ipOf(row: Row): string | undefined {
  return canonicalAddress(row["ipv4addr"] || row["ipv6addr"]);
}
