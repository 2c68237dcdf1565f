/**
 * Reads the schema facts at run time. Imports only the generated tables, neither client nor emulator.
 *
 * The tables are text, with one line for each field. An object type is parsed on first use, so that loading this module
 * costs almost nothing.
 */

import type { FieldSchema, ObjectSchema, StructSchema } from "./facts.js";
import { completeObject, completeStruct } from "./facts.js";
import { parseTable } from "./table.js";
import { objectTables, structTables } from "./tables.gen.js";
import { compareVersions } from "./versions.js";

export type {
  FieldSchema,
  FunctionSchema,
  Link,
  ObjectSchema,
  ParameterSchema,
  RequiredWhen,
  StructSchema,
  SupportLetter,
} from "./facts.js";
export { primitives } from "./facts.js";
export { compareVersions, factsVersion, knownVersions } from "./versions.js";

const objects = new Map<string, ObjectSchema>();
const structs = new Map<string, StructSchema>();

/** The schema of an object type such as `record:host`; `undefined` for an unknown name. */
export function objectSchema(type: string): ObjectSchema | undefined {
  return remembered(objects, objectTables, type, (text) => completeObject(parseTable(text)));
}

/** The schema of a struct such as `dhcpmember`; `undefined` for an unknown name. */
export function structSchema(type: string): StructSchema | undefined {
  return remembered(structs, structTables, type, (text) => completeStruct(parseTable(text)));
}

/** All object types, or those of a WAPI version, in alphabetical order. */
export function objectTypes(version?: string): readonly string[] {
  const types = Object.keys(objectTables);
  return version === undefined ? types : types.filter((type) => isObjectType(type, version));
}

/** Whether an object type of this name exists (in this WAPI version). */
export function isObjectType(type: string, version?: string): boolean {
  if (!Object.hasOwn(objectTables, type)) return false;
  return version === undefined || existsAt(objectSchema(type) ?? {}, version);
}

/** The fields of an object type that a WAPI version has. */
export function fieldsAt(schema: ObjectSchema, version: string): ReadonlyMap<string, FieldSchema> {
  return new Map([...schema.fields].filter(([, field]) => existsAt(field, version)));
}

/** Whether an object type, field or function is in a WAPI version. */
export function existsAt(
  item: { readonly since?: string; readonly until?: string },
  version: string,
): boolean {
  const { since, until } = item;
  const early = since !== undefined && compareVersions(version, since) < 0;
  const late = until !== undefined && compareVersions(version, until) > 0 && !version.startsWith(`${until}.`);
  return !early && !late;
}

/** The candidate that is most similar to a misspelt name; `undefined` if none is close. */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function remembered<Schema>(
  parsed: Map<string, Schema>,
  tables: Readonly<Record<string, string>>,
  type: string,
  parse: (text: string) => Schema,
): Schema | undefined {
  const known = parsed.get(type);
  if (known !== undefined || !Object.hasOwn(tables, type)) return known;
  const schema = parse(tables[type] ?? "");
  parsed.set(type, schema);
  return schema;
}

/** How many insertions, removals and replacements lead from one text to the other. Stops at `limit`. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? limit;
}
