import { invalid, invalidKind } from "../errors.js";
import { existsAt, type FieldSchema, objectSchema, primitives, structSchema } from "../schema/schema.js";
import { fieldFacts, hasField, type TypeFacts, unknown } from "./type-facts.js";

/** The fields of an answer. */
export interface FieldSelection {
  readonly fields?: readonly string[] | undefined;
  readonly addFields?: readonly string[] | undefined;
}

/** A field that is requested only if the WAPI version has it: some were added in later versions. */
export function whereKnown<const Name extends string>(name: Name): Name {
  return `${name}?` as Name;
}

/** A query argument as the transport takes it. */
export type QueryArgument = readonly [key: string, value: string];

/**
 * The arguments for the fields of an answer; none for the standard fields.
 *
 * @throws {InvalidRequestError} for a field that the type does not have, or that can't be read
 */
export function fieldArguments(facts: TypeFacts, { fields, addFields }: FieldSelection): QueryArgument[] {
  if (fields !== undefined && addFields !== undefined) {
    throw invalid(
      "addFields",
      addFields,
      "fields says exactly which; addFields adds to the standard ones",
      [],
    );
  }
  if (fields !== undefined) return [["_return_fields", selected(facts, fields, "fields")]];
  if (addFields === undefined || addFields.length === 0) return [];
  return [["_return_fields+", selected(facts, addFields, "addFields")]];
}

/**
 * The same for a create or an update. These answer with the object only if the request names fields, so the standard
 * ones are named. No arguments if those are not known, or only the reference is wanted.
 */
export function writtenFieldArguments(facts: TypeFacts, selection: FieldSelection): QueryArgument[] {
  if (selection.fields?.length === 0) return [];
  const asked = fieldArguments(facts, selection);
  if (asked.length > 0) return asked;
  const standard = standardFields(facts);
  return standard.length === 0 ? [] : [["_return_fields", standard.join(",")]];
}

/** The standard fields in the version in use. */
export function standardFields({ schema, version }: TypeFacts): readonly string[] {
  const names = schema?.standardFields ?? [];
  return names.filter((name) => existsAt(schema?.fields.get(name) ?? {}, version));
}

/** Names of the fields that are requested as a whole. */
export function askedFields(facts: TypeFacts, { fields, addFields = [] }: FieldSelection): string[] {
  const paths = known(facts, fields ?? [...standardFields(facts), ...addFields]);
  return paths.filter((path) => !path.includes("."));
}

function selected(facts: TypeFacts, names: readonly string[], at: string): string {
  if (!Array.isArray(names)) throw invalidKind(at, names, "must be a list of names", ["network"]);
  const wanted = known(facts, names);
  for (const name of wanted) refuseUnreadable(facts, name, at);
  return [...new Set(wanted)].join(",");
}

/** Without those that the version doesn't have: see {@link whereKnown}. */
function known(facts: TypeFacts, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const plain = typeof name === "string" ? /^(\w+)\?$/.exec(name)?.[1] : undefined;
    const isOfType = plain !== undefined && facts.schema?.fields.has(plain) !== false;
    if (!isOfType) return name;
    return hasField(facts, plain) ? plain : [];
  });
}

function refuseUnreadable(facts: TypeFacts, path: string, at: string): void {
  const [name = "", nested] = split(path, at);
  const field = fieldFacts(facts, name, at);
  if (field === undefined) return;
  if (!isReadable(field)) {
    throw invalid(at, path, `${facts.type} never returns this field`, facts.schema?.standardFields?.[0]);
  }
  if (nested !== undefined) refuseUnknownSubField(field, nested, `${at}.${name}`);
}

/** Whether an answer can have a field. If its support is not known, only the grid can decide. */
function isReadable({ supports }: FieldSchema): boolean {
  return supports === "" || supports.includes("r");
}

/** Splits `ipv4addrs.mac` into `["ipv4addrs", "mac"]`. Refuses characters that could change the query. */
function split(path: unknown, at: string): string[] {
  if (typeof path === "string" && /^\w+(\.\w+)?$/.test(path)) return path.split(".");
  throw invalid(at, path, "not the name of a field, nor field.subfield", "network");
}

function refuseUnknownSubField(field: FieldSchema, nested: string, at: string): void {
  const parts = field.types.map((type) => objectSchema(type)?.fields ?? structSchema(type)?.fields);
  if (parts.some((fields) => fields === undefined || fields.size === 0)) {
    if (parts.length > 0 && !primitives.has(field.types[0] ?? "")) return;
    throw invalid(at, nested, "this field has no sub-fields", field.name);
  }
  const found = parts.flatMap((fields) => fields?.get(nested) ?? []);
  if (found.some(isReadable)) return;
  if (found.length > 0) throw invalid(at, nested, "a grid never returns this sub-field", field.name);
  throw unknown(
    at,
    nested,
    `sub-field of ${field.name}`,
    parts.flatMap((fields) => [...(fields?.keys() ?? [])]),
  );
}
