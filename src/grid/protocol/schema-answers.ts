/**
 * A grid's schema of itself: `GET /?_schema` for the versions and types it knows, `GET /network?_schema` for one type.
 * Created from the facts that the engine uses.
 */

import type { FieldSchema, FunctionSchema, ObjectSchema, ParameterSchema } from "../../schema/schema.js";
import { compareVersions, knownVersions, primitives, structSchema } from "../../schema/schema.js";
import type { Grid } from "../model/rules.js";
import { nameAt, typesAt } from "../model/versions.js";
import type { Json, JsonObject } from "../store/entity.js";

/** The arguments of the query in addition to `_schema`. */
export interface SchemaQuestion {
  /** WAPI version of the request. */
  readonly version: string;
  /** `_schema_version`: 1 lists plain fields, 2 adds functions, enum values and the make-up of structs. */
  readonly schemaVersion: 1 | 2;
  /** `_schema_searchable`: also the arguments that only a search takes. */
  readonly searchable: boolean;
  /** `_get_doc`: a `doc` text for each field. */
  readonly doc: boolean;
}

/** The answer to `GET /wapi/v…/?_schema`. */
export function rootSchema({ version, schemaVersion }: SchemaQuestion, grid: Grid): JsonObject {
  const offered = knownVersions.filter((known) => compareVersions(known, grid.version) <= 0);
  return {
    requested_version: version,
    schema_version: grid.assumptions.rootSchemaVersion === "text" ? String(schemaVersion) : schemaVersion,
    supported_objects: typesAt(version)
      .map((type) => nameAt(type, version))
      .sort(),
    supported_versions: offered,
  };
}

/** The answer to `GET /wapi/v…/<type>?_schema`. */
export function typeSchema(schema: ObjectSchema, question: SchemaQuestion): JsonObject {
  const fields = [...schema.fields.values()].filter((field) => question.searchable || !field.searchOnly);
  const functions = question.schemaVersion === 2 ? [...schema.functions.values()] : [];
  const described = [
    ...fields.map((field) => describeField(field, schema.type, question)),
    ...functions.map((call) => describeFunction(call, schema.type, question)),
  ];
  return {
    // Guess schema-list-contents (clients; asks cloudRestrictions): what the list holds, which clients don't read.
    cloud_additional_restrictions: ["all"],
    fields: described.sort((left, right) => (left["name"] < right["name"] ? -1 : 1)),
    restrictions: [...schema.restrictions],
    ...(question.schemaVersion === 2 ? { schema_version: "2", wapi_primitive: "object" } : {}),
    type: nameAt(schema.type, question.version),
    version: question.version,
  };
}

type Described = { readonly name: string; readonly [key: string]: Json };

function describeField(field: FieldSchema, owner: string, question: SchemaQuestion): Described {
  return {
    is_array: field.isArray,
    name: field.name,
    ...(field.searchableBy === "" ? {} : { searchable_by: field.searchableBy }),
    standard_field: field.standard,
    supports: field.supports,
    type: [...field.types],
    ...(field.overriddenBy === undefined ? {} : { overridden_by: field.overriddenBy }),
    ...(question.schemaVersion === 2 ? detailsOf(field, []) : {}),
    ...docOf(question, `${field.name} of ${owner}`),
  };
}

/** What schema version 2 adds: enum values, in-body functions, and the fields of structs. */
function detailsOf(field: FieldSchema, outer: readonly string[]): JsonObject {
  return {
    ...(field.enumValues ? { enum_values: [...field.enumValues] } : {}),
    ...(field.inlineFunction ? { supports_inline_funccall: true } : {}),
    ...makeUpOf(field.types, outer),
  };
}

/** `wapi_primitive` and the nested schema of a struct. Structs may hold themselves: a type is opened once on the way down. */
function makeUpOf(types: readonly string[], outer: readonly string[]): JsonObject {
  const [type = ""] = types;
  if (primitives.has(type)) return {};
  const struct = structSchema(type);
  if (!struct) return { wapi_primitive: "object" };
  if (outer.includes(type)) return { wapi_primitive: "struct" };
  const fields = [...struct.fields.values()].map((member) => ({
    is_array: member.isArray,
    name: member.name,
    supports: member.supports,
    type: [...member.types],
    ...detailsOf(member, [...outer, type]),
  }));
  return { schema: { fields }, wapi_primitive: "struct" };
}

function describeFunction(call: FunctionSchema, owner: string, question: SchemaQuestion): Described {
  return {
    is_array: false,
    name: call.name,
    schema: {
      input_fields: (call.parameters ?? []).map(describeParameter),
      output_fields: (call.results ?? []).map(describeParameter),
    },
    standard_field: false,
    supports: "rwu",
    type: [call.type],
    wapi_primitive: "funccall",
    ...docOf(question, `function ${call.name} of ${owner}`),
  };
}

function describeParameter({ name, types, isArray, enumValues }: ParameterSchema): JsonObject {
  return {
    is_array: isArray,
    name,
    supports: "rwu",
    type: [...types],
    ...(enumValues ? { enum_values: [...enumValues] } : {}),
    ...makeUpOf(types, []),
  };
}

/** A grid quotes its manual here; FakeGrid knows only names and says so in as many words. */
function docOf(question: SchemaQuestion, subject: string): JsonObject {
  return question.doc ? { doc: `The ${subject}.` } : {};
}
