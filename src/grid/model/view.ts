/** The form of an object in an answer: fields, values, sub-objects, references, inheritance. */

import type { FieldSchema } from "../../schema/schema.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { isLink } from "../store/index-keys.js";
import { notReadable, unknownField, unknownObjectType } from "./answers.js";
import { defaultOf, emptyValue } from "./defaults.js";
import { identityOf, isIdentity } from "./identity.js";
import { inheritedField } from "./inheritance.js";
import type { Grid, NameLink, ReadContext, Row, Rules } from "./rules.js";
import { structForm } from "./struct-forms.js";
import { isObject } from "./values.js";
import { schemaAt } from "./versions.js";

/** The fields to show, each with the requested fields of its sub-objects (`ipv4addrs.mac`). */
export type FieldSelection = ReadonlyMap<string, FieldSelection | undefined>;

// --- which fields ----------------------------------------------------------------------------------------------

const standardSelections = new Map<string, FieldSelection>();

/** The standard fields. */
export function standardSelection(type: string, version: string): FieldSelection {
  const id = `${type} ${version}`;
  let selection = standardSelections.get(id);
  if (!selection) {
    const schema = schemaAt(type, version);
    const names = schema?.standardFields?.filter((name) => schema.fields.has(name)) ?? ["name", "comment"];
    selection = new Map(
      names
        .filter((name) => schema?.fields.has(name))
        .sort()
        .map((name) => [name, undefined]),
    );
    standardSelections.set(id, selection);
  }
  return selection;
}

/**
 * Parses `_return_fields` (exactly these fields) and `_return_fields+` (in addition to the standard ones). @throws
 * Refusal for a field that the type does not have or that can't be read
 */
export function parseSelection(
  type: string,
  version: string,
  exactly: string | undefined,
  added: string | undefined,
): FieldSelection {
  const standard = standardSelection(type, version);
  if (exactly === undefined && added === undefined) return standard;
  const names = [...(exactly === undefined ? standard.keys() : []), ...listed(exactly), ...listed(added)];
  return selectionOf(type, version, names);
}

function listed(names: string | undefined): string[] {
  return names === undefined
    ? []
    : names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
}

function selectionOf(type: string, version: string, names: readonly string[]): FieldSelection {
  const schema = schemaAt(type, version);
  if (!schema) throw unknownObjectType(type);
  const selection = new Map<string, FieldSelection | undefined>();
  for (const name of [...new Set(names)].sort()) {
    const [top = "", ...rest] = name.split(".");
    if (top === "_ref") continue;
    const field = schema.fields.get(top);
    if (!field) throw unknownField(name);
    if (!field.supports.includes("r")) throw notReadable(name);
    if (rest.length === 0) {
      if (!selection.has(top)) selection.set(top, undefined);
    } else {
      selection.set(top, merge(selection.get(top), subSelection(field, rest.join("."), version)));
    }
  }
  return selection;
}

function subSelection(field: FieldSchema, name: string, version: string): FieldSelection {
  const [type = ""] = field.types;
  return schemaAt(type, version) ? selectionOf(type, version, [name]) : new Map([[name, undefined]]);
}

function merge(left: FieldSelection | undefined, right: FieldSelection): FieldSelection {
  return new Map([...(left ?? []), ...right]);
}

// --- what they show --------------------------------------------------------------------------------------------

/** The object in an answer: `_ref` first, then the fields in alphabetical order. */
export function viewObject(entity: Entity, selection: FieldSelection, context: ReadContext): JsonObject {
  const shown: Record<string, Json> = { _ref: context.grid.ref(entity, context.version) };
  for (const [name, inner] of selection) {
    const value = viewField(entity, name, inner, context);
    if (value !== undefined) shown[name] = value;
  }
  return shown;
}

function viewField(
  entity: Entity,
  name: string,
  inner: FieldSelection | undefined,
  context: ReadContext,
): Json | undefined {
  const embedded = context.grid.rules(entity.type).embedded?.[name];
  if (embedded) return viewEmbedded(embedded(entity, context), inner, context);
  const value = context.inheritance
    ? (inheritedField(entity, name, context) ?? readField(entity, name, context))
    : readField(entity, name, context);
  const shown = value === undefined ? undefined : showLinks(value, entity.type, name, context);
  return inner && shown !== undefined ? pick(shown, inner) : shown;
}

function viewEmbedded(
  rows: Row | readonly Row[] | undefined,
  inner: FieldSelection | undefined,
  context: ReadContext,
): Json | undefined {
  const view = (row: Row) => viewObject(row, inner ?? standardSelection(row.type, context.version), context);
  if (rows === undefined) return undefined;
  return Array.isArray(rows) ? rows.map(view) : view(rows as Row);
}

/** Members of a struct, or of each struct in a list. */
function pick(value: Json, inner: FieldSelection): Json {
  if (Array.isArray(value)) return value.map((element: Json) => pick(element, inner));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => inner.has(name)));
}

/** Shows stored references as current references. Leaves out those of deleted objects. */
function showLinks(value: Json, type: string, name: string, context: ReadContext): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (isLink(value)) {
    const target = context.grid.get(value._id);
    if (!target) return undefined;
    const ref = context.grid.ref(target, context.version);
    const wrapped = schemaAt(type, context.version)?.fields.get(name)?.link === "object";
    return wrapped ? { _ref: ref } : ref;
  }
  const show = (inner: Json) => showLinks(inner, type, name, context);
  if (Array.isArray(value)) return value.map(show).filter((element) => element !== undefined);
  const members = Object.entries(value).map(([key, inner]) => [key, show(inner)] as const);
  return Object.fromEntries(members.filter((member): member is [string, Json] => member[1] !== undefined));
}

/** The value of one field, with references in stored form; `undefined` if the answer leaves it out. */
export function readField(entity: Entity, name: string, context: ReadContext): Json | undefined {
  return fieldReader(entity.type, name, context)(entity, context);
}

type Reader = (entity: Entity, context: ReadContext) => Json | undefined;

/** Readers by rules, then by field: one look-up for each field and object instead of six. */
const readers = new WeakMap<Rules, Map<string, Reader>>();

function fieldReader(type: string, name: string, { grid }: ReadContext): Reader {
  const rules = grid.rules(type);
  let ofType = readers.get(rules);
  if (!ofType) {
    ofType = new Map();
    readers.set(rules, ofType);
  }
  let reader = ofType.get(name);
  if (!reader) {
    reader = inForm(type, name, makeReader(type, name, rules, grid.readContext()), grid);
    ofType.set(name, reader);
  }
  return reader;
}

/** A reader that converts structures to the form of the requested version. */
function inForm(type: string, name: string, read: Reader, grid: Grid): Reader {
  const field = schemaAt(type, grid.version)?.fields.get(name);
  const form = field && structForm(field);
  if (!form) return read;
  return (entity, context) => {
    const value = read(entity, context);
    return value === undefined ? undefined : form(value, context.version);
  };
}

function makeReader(type: string, name: string, rules: Rules, { grid }: ReadContext): Reader {
  const link = rules.names?.[name];
  const field = schemaAt(type, grid.version)?.fields.get(name);
  if (rules.read?.[name]) return rules.read[name];
  if (link) return (entity, context) => linkedName(entity, link, context);
  if (isIdentity(field)) return (row, context) => identityOf(row, context.grid.get(row.id) === row);
  if (field?.types[0] === "extattr")
    return (entity, context) => context.grid.attributes.read(entity, context);
  const fallback = defaultOf(type, name, grid) ?? (field && emptyValue(field));
  return ({ values }) => {
    const value = overDefault(values[name], fallback);
    // An emptied text is not shown, even if the request asks for it.
    return value === "" && !field?.always ? undefined : value;
  };
}

/** Fills unset members of a structure with the grid's defaults. */
function overDefault(value: Json | undefined, fallback: Json | undefined): Json | undefined {
  return isObject(value) && isObject(fallback) && !isLink(value)
    ? { ...fallback, ...value }
    : (value ?? fallback);
}

function linkedName({ links }: Entity, link: NameLink, { grid }: ReadContext): Json | undefined {
  return grid.get(links[link.link])?.values[link.field ?? "name"];
}
