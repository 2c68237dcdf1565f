/** Checks a value from a body against the schema facts and gives it the grid's canonical form. */

import { type FieldSchema, primitives, structSchema } from "../../schema/schema.js";
import type { Json, JsonObject } from "../store/entity.js";
import {
  invalidEnum,
  invalidListEnum,
  invalidReference,
  invalidValue,
  listExpected,
  noObjectsMatched,
  notWritable,
  referenceExpected,
  requiredMemberMissing,
  structureExpected,
  unknownField,
} from "./answers.js";
import type { Grid } from "./rules.js";
import { presentMember } from "./struct-forms.js";
import { schemaAt } from "./versions.js";

/** What a check needs to know beyond the field. */
export interface ValueScope {
  readonly grid: Grid;
  readonly version: string;
  /** Whether the value is part of a create. */
  readonly creating?: boolean | undefined;
  /** Text fields of the type that may begin or end with blanks. */
  readonly freeText?: readonly string[] | undefined;
}

/**
 * The value as it is stored; `undefined` for `null` in lists, structs and references, which clients send for "nothing".
 */
export function canonicalValue(field: FieldSchema, value: Json, scope: ValueScope): Json | undefined {
  if (value === null && mayBeNull(field)) return undefined;
  if (!field.isArray) return canonicalElement(field, value, scope);
  if (!Array.isArray(value)) throw listExpected(field.name);
  return value.map((element: Json) => canonicalElement(field, element, scope));
}

function mayBeNull({ name, isArray, types: [type = ""] }: FieldSchema): boolean {
  return isArray || !primitives.has(type) || namesOfOthers.has(name);
}

/**
 * Text that names another object, which is a reference in all but form. Guess null-names (clients; asks
 * nullNameIsAccepted): that `null` is taken for these.
 */
const namesOfOthers: ReadonlySet<string> = new Set([
  "external_ns_group",
  "failover_association",
  "lb_alternate_topology",
  "lb_preferred_topology",
  "ns_group",
  "record_name_policy",
  "topology",
]);

function canonicalElement(field: FieldSchema, value: Json, scope: ValueScope): Json {
  if (field.wire && fitsWire(field.wire, value)) return value;
  const type = field.types[0] ?? "string";
  switch (type) {
    case "string":
      return canonicalText(field, value, scope);
    case "bool":
      if (typeof value !== "boolean") throw invalidValue(field.name, value, "Must be boolean type");
      return value;
    case "uint":
      return wholeNumber(field, value, 0, 4_294_967_295);
    case "int":
      return wholeNumber(field, value, -2_147_483_648, 2_147_483_647);
    case "timestamp":
      return wholeNumber(field, value, 0, 4_294_967_295);
    case "enum":
      return canonicalEnum(field, value);
    case "extattr":
      return value;
    default:
      return structSchema(type) ? canonicalStruct(field, value, scope) : canonicalObject(field, value, scope);
  }
}

/**
 * Whether the field accepts the value's JSON type in addition to its own: `default_value` of an attribute is text or a
 * number.
 */
function fitsWire(wire: readonly string[], value: Json): boolean {
  const shape = typeof value === "number" ? ["uint", "float"] : [typeof value];
  return value !== null && shape.some((name) => wire.includes(name));
}

function canonicalText(field: FieldSchema, value: Json, scope: ValueScope): string {
  if (typeof value !== "string") throw invalidValue(field.name, value, "Must be string type");
  if (value !== value.trim() && !scope.freeText?.includes(field.name)) {
    throw invalidValue(field.name, value, "leading or trailing whitespace is not allowed.");
  }
  if (field.name === "comment" && value.length > 256) {
    // Guess comment-length-sentence (documented; asks longCommentIsRefused): the sentence; the limit is documented.
    throw invalidValue(field.name, value, "The maximum length is 256 characters.");
  }
  if (field.allowedValues && value !== "" && !field.allowedValues.includes(value)) {
    throw invalidEnum(field.name, value, field.allowedValues);
  }
  return value;
}

function canonicalEnum(field: FieldSchema, value: Json): Json {
  const valid = field.enumValues ?? [];
  if (typeof value === "string" && (valid.length === 0 || valid.includes(value))) return value;
  throw field.isArray ? invalidListEnum(field.name, value, valid) : invalidEnum(field.name, value, valid);
}

/** Checks the bounds of the type, or the narrower ones of the field. A default may lie outside of the latter. */
function wholeNumber(field: FieldSchema, value: Json, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw invalidValue(field.name, value, "Must be integer type");
  }
  const [min, max] = value === field.default || !field.range ? [least, most] : field.range;
  if (value < min || value > max) {
    throw invalidValue(field.name, value, `Invalid value, must be between ${min} and ${max}`);
  }
  return value;
}

function canonicalStruct(field: FieldSchema, value: Json, scope: ValueScope): Json {
  if (!isObject(value)) throw structureExpected(field.name, value);
  if (field.types.includes("addressac") && typeof value["_ref"] === "string")
    return namedList(value["_ref"], scope);
  const type = structType(field, value);
  const struct = structSchema(type);
  if (!struct || struct.fields.size === 0) return value;
  const canonical: Record<string, Json> = field.types.length > 1 ? { _struct: type } : {};
  for (const [name, given] of Object.entries(value)) {
    if (name === "_struct") continue;
    const member = struct.fields.get(presentMember(type, name, scope.version));
    if (!member) throw unknownField(name);
    // Guess read-only-members (clients; asks readOnlyMembersAreAccepted): members that only the grid sets are
    // tolerated, since clients send back what they read.
    if (isReadOnly(member)) continue;
    // `null` is refused here, too: Ansible's modules leave out empty values, since a grid refuses them.
    const stored = canonicalValue(member, given, scope);
    if (stored !== undefined) canonical[member.name] = stored;
  }
  for (const member of struct.fields.values()) {
    if (member.required && canonical[member.name] === undefined) throw requiredMemberMissing(member.name);
  }
  return canonical;
}

/** Access lists accept a named list instead of an address or a key. */
function namedList(ref: string, { grid }: ValueScope): Json {
  const list = grid.resolve(ref);
  if (list.type !== "namedacl") throw invalidReference(ref);
  return { _ref: grid.link(list) };
}

/** The struct of a value: the one that `_struct` names, else the first with all given members. */
function structType(field: FieldSchema, value: JsonObject): string {
  const [first = "", ...others] = field.types;
  const named = value["_struct"];
  if (named !== undefined) {
    if (typeof named !== "string" || ![first, ...others].includes(named))
      throw invalidEnum("_struct", named, field.types);
    return named;
  }
  const members = Object.keys(value);
  const fits = (type: string) => members.every((name) => structSchema(type)?.fields.has(name));
  return [first, ...others].find(fits) ?? first;
}

function isReadOnly(member: FieldSchema): boolean {
  return member.supports !== "" && !/[wu]/.test(member.supports);
}

/** A field whose type is another object: a reference, a search for one, or (a host's addresses) the object itself. */
function canonicalObject(field: FieldSchema, value: Json, scope: ValueScope): Json {
  if (field.link === "embedded") return canonicalEmbedded(field, value, scope);
  if (typeof value === "string") return linkTo(field, value, scope);
  if (!isObject(value) || value["_ref"] === undefined) throw referenceExpected(field.name);
  const wanted = value["_ref"];
  if (typeof wanted === "string") return linkTo(field, wanted, scope);
  if (!isObject(wanted)) throw referenceExpected(field.name);
  const [type = ""] = field.types;
  const [found] = scope.grid.search(type, wanted);
  if (!found) throw noObjectsMatched(type, wanted);
  return scope.grid.link(found);
}

function linkTo(field: FieldSchema, ref: string, { grid }: ValueScope): Json {
  const target = /^[a-z0-9_:]+\/./i.test(ref) ? grid.resolve(ref) : undefined;
  if (!target || !field.types.includes(target.type)) throw invalidReference(ref);
  return grid.link(target);
}

/** A sub-object, which is checked like an object of its type. With `_ref` it exists already. */
function canonicalEmbedded(field: FieldSchema, value: Json, scope: ValueScope): Json {
  const [type = ""] = field.types;
  const schema = schemaAt(type, scope.version);
  if (!isObject(value) || !schema) throw structureExpected(field.name, value);
  const canonical: Record<string, Json> = {};
  for (const [name, given] of Object.entries(value)) {
    if (name === "_ref") {
      canonical["_ref"] = given;
      continue;
    }
    const member = schema.fields.get(name);
    if (!member) throw unknownField(name);
    if (isReadOnly(member) && scope.creating) throw notWritable(name);
    // Guess read-only-subfields (clients; asks readOnlyFieldsAreAccepted): what only the grid sets (`host`) is
    // tolerated in an update, since clients send back what they read.
    if (given === null || isReadOnly(member)) continue;
    const stored = canonicalValue(member, given, scope);
    if (stored !== undefined) canonical[name] = stored;
  }
  return canonical;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Converts text from the URI into the value of a body. `undefined` if text can't express it. */
export function valueFromText(field: FieldSchema, text: string): Json | undefined {
  switch (field.types[0]) {
    case "bool":
      return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : text;
    case "uint":
    case "int":
    case "timestamp":
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case "string":
    case "enum":
      return text;
    default:
      return field.link && field.link !== "embedded" ? text : undefined;
  }
}
