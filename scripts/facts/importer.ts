/**
 * Converts the source's description of an object type or struct into our compact form.
 *
 * Pure: `import-facts.ts` reads and writes files. Errors of the source stay here; `corrections.ts` corrects them.
 */

import type {
  FieldFacts,
  FunctionFacts,
  ObjectFacts,
  ParameterFacts,
  RequiredWhen,
  StructFacts,
} from "../../src/schema/facts.js";
import { sorted, tidy } from "./tidy.js";

export interface SourceField {
  readonly name: string;
  readonly type?: readonly string[];
  readonly is_array?: boolean;
  readonly supports?: string;
  readonly searchable_by?: string;
  readonly searchable_by_inferred?: string;
  readonly standard_field?: boolean;
  readonly search_only?: boolean;
  readonly required?: boolean;
  readonly enum_values?: readonly string[];
  readonly allowed_values?: readonly string[];
  readonly overridden_by?: string;
  readonly supports_inline_funccall?: boolean;
  readonly wapi_primitive?: string;
  readonly default?: unknown;
  readonly range?: readonly [number, number];
  readonly wire?: readonly string[];
  readonly since?: string;
}

export interface SourceFunction {
  readonly name: string;
  readonly type?: readonly string[];
  readonly params: readonly SourceField[] | null;
  readonly results: readonly SourceField[] | null;
  readonly since?: string;
}

export interface SourceObject {
  readonly type: string;
  readonly since?: string;
  readonly restrictions: readonly string[];
  readonly fields: readonly SourceField[];
  readonly functions: readonly SourceFunction[];
  readonly required_any_of?: readonly (readonly string[])[];
  readonly required_when?: readonly RequiredWhen[];
  readonly mutually_exclusive?: readonly (readonly string[])[];
  readonly removed_fields?: readonly RemovedField[];
}

interface RemovedField {
  readonly name: string;
  readonly last_version: string;
}

export interface SourceStruct {
  readonly type: string;
  readonly fields: readonly SourceField[];
}

/** The entry of an object type in the source's index. */
export interface SourceEntry {
  readonly group?: string | null;
  readonly standard_fields?: readonly string[] | null;
}

export function importObject(source: SourceObject, entry: SourceEntry): ObjectFacts {
  return tidy({
    type: source.type,
    group: entry.group ?? undefined,
    since: source.since,
    restrictions: source.restrictions,
    standardUnknown: entry.standard_fields === null,
    requiredAnyOf: source.required_any_of,
    requiredWhen: source.required_when,
    mutuallyExclusive: source.mutually_exclusive,
    functions: sorted(source.functions.map(importFunction)),
    fields: sorted([...source.fields.map(importField), ...(source.removed_fields ?? []).map(importRemoved)]),
  });
}

export function importStruct(source: SourceStruct): StructFacts {
  return { type: source.type, fields: sorted(source.fields.map(importField)) };
}

/** Imports a removed field, of which the source has the name and the last version. */
function importRemoved(source: RemovedField): FieldFacts {
  return { name: source.name, types: [], until: source.last_version };
}

function importField(source: SourceField): FieldFacts {
  return tidy({
    name: source.name,
    types: source.type ?? [],
    isArray: source.is_array,
    supports: source.supports,
    searchableBy: source.searchable_by ?? source.searchable_by_inferred,
    standard: source.standard_field,
    searchOnly: source.search_only,
    required: source.required,
    enumValues: source.enum_values,
    allowedValues: source.allowed_values,
    overriddenBy: source.overridden_by,
    inlineFunction: source.supports_inline_funccall,
    default: source.default,
    range: source.range,
    wire: source.wire,
    since: source.since,
  });
}

/** Guess: if the source does not have the grid's name of a call, it is the function's without underscores. */
function importFunction(source: SourceFunction): FunctionFacts {
  return tidy({
    name: source.name,
    type: source.type?.[0] ?? source.name.replaceAll("_", ""),
    since: source.since,
    parameters: source.params?.map(importParameter),
    results: source.results?.map(importParameter),
  });
}

function importParameter(source: SourceField): ParameterFacts {
  return tidy({
    name: source.name,
    types: source.type,
    isArray: source.is_array,
    required: source.required,
    enumValues: source.enum_values,
  });
}
