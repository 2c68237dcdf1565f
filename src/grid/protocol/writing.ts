/** POST, PUT and DELETE: carries out a write and returns its answer. */

import type { FieldSchema, ObjectSchema } from "../../schema/schema.js";
import {
  changedMeanwhile,
  invalidReference,
  notFromQueryString,
  operationNotAllowed,
  repeatedArgument,
  unknownField,
  unknownObjectType,
} from "../model/answers.js";
import { draftForCreate, draftForUpdate } from "../model/draft.js";
import { createObject, deleteObject, updateObject } from "../model/engine.js";
import type { Grid } from "../model/rules.js";
import { valueFromText } from "../model/values.js";
import { schemaAt } from "../model/versions.js";
import { parseSelection, viewObject } from "../model/view.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { expandFunctions } from "./inline-functions.js";
import { contextOf } from "./reading.js";
import { bodyFields, type Call, textOption } from "./wire.js";

export interface WriteOutcome {
  readonly status: 200 | 201;
  readonly result: Json;
}

export function write(call: Call, grid: Grid): WriteOutcome {
  switch (call.method) {
    case "POST":
      return create(call, grid);
    case "PUT":
      return update(call, grid);
    default:
      return remove(call, grid);
  }
}

function create(call: Call, grid: Grid): WriteOutcome {
  const { target, version } = call;
  // Guess post-to-reference (open; asks postToReferenceIsRefused): what a POST to a reference without a function is
  // answered.
  if (target.kind !== "type") throw invalidReference(target.kind === "object" ? target.ref : "");
  const schema = schemaFor("create", target.type, version);
  const fields = expandFunctions(schema, fieldsOf(call, schema), grid, version);
  const entity = createObject(draftForCreate(schema, fields, grid, version), grid);
  return { status: 201, result: shown(entity, call, grid) };
}

function update(call: Call, grid: Grid): WriteOutcome {
  const { target, version } = call;
  if (target.kind !== "object") throw invalidReference(target.kind === "type" ? target.type : "");
  const schema = schemaFor("update", target.type, version);
  const before = writable(target.ref, grid);
  const fields = expandFunctions(schema, fieldsOf(call, schema), grid, version);
  const entity = updateObject(draftForUpdate(schema, before, fields, grid, version), before, grid);
  return { status: 200, result: shown(entity, call, grid) };
}

function remove(call: Call, grid: Grid): WriteOutcome {
  const { target, version } = call;
  if (target.kind !== "object") throw invalidReference(target.kind === "type" ? target.type : "");
  const schema = schemaFor("delete", target.type, version);
  const entity = writable(target.ref, grid);
  const ref = grid.ref(entity, version);
  const args = fieldsOf(call, schema);
  for (const name of Object.keys(args))
    if (!schema.fields.get(name)?.supports.includes("d")) throw unknownField(name);
  deleteObject(entity, args, grid);
  return { status: 200, result: ref };
}

/**
 * The object of a reference. @throws Refusal if it has changed since the request began and the grid refuses such writes
 */
function writable(ref: string, grid: Grid): Entity {
  const entity = grid.resolve(ref);
  if (grid.assumptions.refusesStaleWrites && grid.past.isStale(() => grid.resolve(ref)))
    throw changedMeanwhile(ref);
  return entity;
}

function schemaFor(operation: "create" | "update" | "delete", type: string, version: string): ObjectSchema {
  const schema = schemaAt(type, version);
  if (!schema) throw unknownObjectType(type);
  if (schema.restrictions.includes(operation)) throw operationNotAllowed(operation, type);
  return schema;
}

/** The current reference, or the object if the request asks for fields. */
function shown(entity: Entity, call: Call, grid: Grid): Json {
  const exactly = textOption(call.options, "_return_fields");
  const added = textOption(call.options, "_return_fields+");
  if (exactly === undefined && added === undefined) return grid.ref(entity, call.version);
  return viewObject(entity, parseSelection(entity.type, call.version, exactly, added), contextOf(call, grid));
}

/** Fields from the body and, as text that is converted by each field's type, from the URI. */
function fieldsOf(call: Call, schema: ObjectSchema): JsonObject {
  const fields: Record<string, Json> = { ...bodyFields(call) };
  for (const [name, text] of call.uriArgs) {
    const field = schema.fields.get(name);
    if (!field) throw unknownField(name);
    const value = valueFromText(field, text);
    if (value === undefined) throw notFromQueryString(name);
    fields[name] = field.isArray ? [...listSoFar(fields[name]), value] : once(fields, field, value);
  }
  return fields;
}

function listSoFar(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function once(fields: JsonObject, { name }: FieldSchema, value: Json): Json {
  if (name in fields) throw repeatedArgument(name);
  return value;
}
