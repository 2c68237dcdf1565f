/**
 * Turns the body of a create or update into a draft. Checks that every field is known, writable and of its type, and
 * normalizes it; resolves names of other objects; applies `field+` and `field-`; sets `use_…` switches.
 */

import type { FieldSchema, ObjectSchema } from "../../schema/schema.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { missingForCreate, notForInsert, notForUpdate, notWritable, unknownField } from "./answers.js";
import type { Draft, Grid, NameLink } from "./rules.js";
import { canonicalValue, isObject } from "./values.js";

/** A draft and whether it comes from a create or from an update. */
interface Writing {
  readonly draft: Draft & { readonly given: Set<string> };
  readonly schema: ObjectSchema;
  readonly grid: Grid;
  readonly version: string;
}

export function draftForCreate(schema: ObjectSchema, body: JsonObject, grid: Grid, version: string): Draft {
  const draft = { type: schema.type, values: {}, links: {}, given: new Set<string>(), requested: true };
  const writing = { draft, schema, grid, version };
  for (const [name, value] of Object.entries(body)) if (name !== "_ref") setField(writing, name, value, "w");
  requireFields(writing);
  resolveNames(writing, true);
  raiseUseFlags(writing);
  return draft;
}

export function draftForUpdate(
  schema: ObjectSchema,
  before: Entity,
  body: JsonObject,
  grid: Grid,
  version: string,
): Draft {
  const draft = {
    type: schema.type,
    values: { ...before.values },
    links: { ...before.links },
    given: new Set<string>(),
    requested: true,
  };
  const writing = { draft, schema, grid, version };
  for (const [name, value] of Object.entries(body)) {
    // Clients send back the reference that they read.
    if (name === "_ref") continue;
    if (/[+-]$/.test(name)) editField(writing, before, name, value);
    else setField(writing, name, value, "u");
  }
  resolveNames(writing, false);
  raiseUseFlags(writing);
  return draft;
}

function setField(
  { draft, schema, grid, version }: Writing,
  name: string,
  value: Json,
  mode: "w" | "u",
): void {
  const field = writableField(schema, name, mode);
  const freeText = grid.rules(schema.type).freeText;
  const canonical = canonicalValue(field, value, { grid, version, freeText, creating: mode === "w" });
  draft.given.add(name);
  if (canonical === undefined) delete draft.values[name];
  else draft.values[name] = canonical;
}

function writableField(schema: ObjectSchema, name: string, mode: "w" | "u"): FieldSchema {
  const field = schema.fields.get(name);
  if (!field) throw unknownField(name);
  if (field.supports.includes(mode)) return field;
  if (mode === "u" && field.supports.includes("w")) throw notForUpdate(name);
  if (mode === "w" && field.supports.includes("u")) throw notForInsert(name);
  throw notWritable(name);
}

// --- `field+`, `field-` ----------------------------------------------------------------------------------------

function editField(writing: Writing, before: Entity, key: string, value: Json): void {
  const { draft, schema, grid, version } = writing;
  const name = key.slice(0, -1);
  const field = writableField(schema, name, "u");
  if (field.types[0] === "extattr") {
    draft.values[name] = editAttributes(draft.values[name], value, key.endsWith("+"));
  } else if (field.isArray) {
    const edits = canonicalValue(field, value, { grid, version }) ?? [];
    const stored = field.link === "embedded" && !draft.given.has(name);
    const held = stored ? embeddedNow(before, name, grid) : listOf(draft.values[name]);
    draft.values[name] = key.endsWith("+")
      ? [...held, ...listOf(edits)]
      : held.filter((element) => !listOf(edits).some((edit) => covers(edit, element)));
  } else {
    throw unknownField(key);
  }
  draft.given.add(name);
}

function editAttributes(held: Json | undefined, edits: Json, adds: boolean): Json {
  const attributes = isObject(held) ? held : {};
  if (!isObject(edits)) return edits;
  if (adds) return { ...attributes, ...edits };
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !(name in edits)));
}

/** The sub-objects as a client would send them back. */
function embeddedNow(before: Entity, name: string, grid: Grid): readonly Json[] {
  const rows = grid.rules(before.type).embedded?.[name]?.(before, grid.readContext()) ?? [];
  return [rows].flat().map((row) => ({ ...row.values, _ref: grid.ref(row) }));
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a removal covers an element: it is equal, or a structure with all the given members. */
function covers(wanted: Json, element: Json): boolean {
  if (Array.isArray(wanted) && Array.isArray(element)) {
    return wanted.length === element.length && wanted.every((part, at) => covers(part, element[at] ?? null));
  }
  if (!isObject(wanted) || !isObject(element)) return wanted === element;
  return Object.entries(wanted).every(([name, value]) => covers(value, element[name] ?? null));
}

// --- what a create needs ---------------------------------------------------------------------------------------

function requireFields({ draft, schema, grid }: Writing): void {
  const { required } = grid.rules(schema.type);
  const needed = required ?? requiredByFacts(schema);
  const missing =
    needed.find((name) => isMissing(draft, name)) ?? (required ? undefined : missingOfGroups(draft, schema));
  if (missing !== undefined) throw missingForCreate(missing);
}

/**
 * In the order in which missing fields are reported: a grid reports the name first. Guess missing-field-order (open;
 * asks emptyRangeIsRefused): the order of the rest.
 */
function requiredByFacts({ fields }: ObjectSchema): string[] {
  const names = [...fields.values()].filter((field) => field.required).map(({ name }) => name);
  return names.includes("name") ? ["name", ...names.filter((name) => name !== "name")] : names;
}

function missingOfGroups(draft: Draft, schema: ObjectSchema): string | undefined {
  const group = schema.requiredAnyOf.find((names) => names.every((name) => isMissing(draft, name)));
  if (group) return group[0];
  for (const { field, equals, require } of schema.requiredWhen) {
    if (!equals.includes(draft.values[field])) continue;
    const missing = require.find((name) => isMissing(draft, name));
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function isMissing({ values }: Draft, name: string): boolean {
  return values[name] === undefined || values[name] === "";
}

// --- names and switches ----------------------------------------------------------------------------------------

/** Names of other objects become links; a create without one takes the default. */
function resolveNames({ draft, schema, grid }: Writing, creating: boolean): void {
  const rules = grid.rules(schema.type);
  for (const [field, link] of Object.entries(rules.names ?? {})) {
    const name = draft.values[field];
    delete draft.values[field];
    // An empty name stands for "not said", as in clients whose texts are never null. Guess blank-view (clients; asks
    // blankViewIsAccepted): so does the blank that a host outside of DNS shows as its view, since clients send back
    // what they read. The empty name of a DNS view is looked up, and not found.
    const isView = creating && link.type === "view" && name === "";
    const isSaid = name !== undefined && (isView || String(name).trim() !== "");
    const fallback = creating ? (rules.defaults?.[field] ?? schema.fields.get(field)?.default) : undefined;
    if (!isSaid && fallback === undefined) continue;
    const target = isSaid
      ? namedTarget(link, String(name), grid)
      : defaultTarget(link, String(fallback), grid);
    if (!target) throw link.notFound(String(isSaid ? name : fallback));
    draft.links[link.link] = target.id;
  }
}

function namedTarget({ type, field = "name" }: NameLink, name: string, grid: Grid): Entity | undefined {
  return grid.find(type, field, name)[0];
}

/** The default view stays the default after a rename. */
function defaultTarget(link: NameLink, fallback: string, grid: Grid): Entity | undefined {
  for (const entity of grid.all(link.type)) if (entity.values["is_default"] === true) return entity;
  return namedTarget(link, fallback, grid);
}

/** A write of an inheritable value sets its `use_…` switch, unless the request sets the switch itself. */
function raiseUseFlags({ draft, schema, grid }: Writing): void {
  for (const name of [...draft.given]) {
    const flag = schema.fields.get(name)?.overriddenBy;
    if (flag === undefined || draft.given.has(flag) || isEmpty(draft.values[name])) continue;
    if (schema.fields.has(flag) && raises(schema.type, name, grid)) draft.values[flag] = true;
  }
}

function raises(type: string, name: string, grid: Grid): boolean {
  if (name === "ttl") {
    return type === "record:host" ? grid.assumptions.hostTtlRaisesUseTtl : grid.assumptions.ttlRaisesUseTtl;
  }
  return !grid.rules(type).keepsUseFlag?.includes(name);
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
