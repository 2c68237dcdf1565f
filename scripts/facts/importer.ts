/**
 * One object type or struct as the source describes it → the same facts in our own compact form, corrected.
 *
 * Pure: text and files are the business of `import-facts.ts`.
 */

import { isAlways } from "../../src/schema/always.js";
import type {
  FieldFacts,
  FunctionFacts,
  Link,
  ObjectFacts,
  ParameterFacts,
  RequiredWhen,
  StructFacts,
} from "../../src/schema/facts.js";

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
  readonly removed_fields?: readonly { readonly name: string; readonly last_version: string }[];
}

export interface SourceStruct {
  readonly type: string;
  readonly fields: readonly SourceField[];
}

/** What the source's index says about an object type. */
export interface SourceEntry {
  readonly group?: string | null;
  readonly standard_fields?: readonly string[] | null;
}

type ParameterChanges = Readonly<Record<string, Partial<ParameterFacts>>>;

/** Where the source is silent or contradicted: what holds instead, for some object types, and why. */
export interface Correction {
  readonly reason: string;
  readonly types: readonly string[];
  readonly group?: string;
  readonly standard?: readonly string[];
  readonly requiredAnyOf?: readonly (readonly string[])[];
  readonly fields?: Readonly<Record<string, Partial<FieldFacts>>>;
  readonly functions?: Readonly<
    Record<
      string,
      { readonly type?: string; readonly parameters?: ParameterChanges; readonly results?: ParameterChanges }
    >
  >;
}

/**
 * @param isObjectType - tells object types from structs among the names that fields have as their type
 * @throws Error where a correction names a type's field of older versions without saying its type
 */
export function importObject(
  source: SourceObject,
  entry: SourceEntry,
  corrections: readonly Correction[],
  isObjectType: (type: string) => boolean,
): ObjectFacts {
  const changes = corrections.filter((correction) => correction.types.includes(source.type));
  const removed = new Map((source.removed_fields ?? []).map((field) => [field.name, field.last_version]));
  const standard = changes.find((change) => change.standard)?.standard;

  const fields = correctedFields(source, changes, removed).map((field) =>
    tidy({
      ...field,
      standard: standard?.includes(field.name) ?? field.standard,
      link: field.link ?? defaultLink(field, isObjectType),
      range: widened(field),
    }),
  );
  const functions = correctedFunctions(source, changes, removed);
  mentionedAll(source.type, removed, [...fields, ...functions]);

  return tidy({
    type: source.type,
    group: changes.find((change) => change.group)?.group ?? entry.group ?? undefined,
    since: source.since,
    restrictions: source.restrictions,
    standardUnknown: entry.standard_fields === null && standard === undefined,
    requiredAnyOf: changes.find((change) => change.requiredAnyOf)?.requiredAnyOf ?? source.required_any_of,
    requiredWhen: source.required_when,
    mutuallyExclusive: source.mutually_exclusive,
    functions,
    fields: sorted(fields).map((field) => tidy({ ...field, always: isAlways(source.type, field) })),
  });
}

export function importStruct(source: SourceStruct, isObjectType: (type: string) => boolean): StructFacts {
  const fields = source.fields
    .map(importField)
    .map((field) => tidy({ ...field, link: defaultLink(field, isObjectType), range: widened(field) }));
  return { type: source.type, fields: sorted(fields) };
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

function correctedFields(
  source: SourceObject,
  changes: readonly Correction[],
  removed: ReadonlyMap<string, string>,
): readonly FieldFacts[] {
  const fields = new Map(source.fields.map((field) => [field.name, importField(field)]));
  for (const change of changes)
    for (const [name, facts] of Object.entries(change.fields ?? {})) {
      const until = fields.has(name) ? undefined : removed.get(name);
      fields.set(name, tidy({ name, types: [], ...fields.get(name), ...facts, until }));
    }
  return [...fields.values()];
}

function correctedFunctions(
  source: SourceObject,
  changes: readonly Correction[],
  removed: ReadonlyMap<string, string>,
): readonly FunctionFacts[] {
  const functions = new Map(source.functions.map((call) => [call.name, importFunction(call)]));
  for (const change of changes)
    for (const [name, facts] of Object.entries(change.functions ?? {})) {
      const known = functions.get(name);
      functions.set(
        name,
        tidy({
          name,
          type: facts.type ?? known?.type ?? name,
          since: known?.since,
          until: known ? undefined : removed.get(name),
          parameters: correctedParameters(known?.parameters, facts.parameters),
          results: correctedParameters(known?.results, facts.results),
        }),
      );
    }
  return sorted([...functions.values()]);
}

function correctedParameters(
  known: readonly ParameterFacts[] | undefined,
  changes: ParameterChanges | undefined,
): readonly ParameterFacts[] | undefined {
  if (!changes) return known;
  const parameters = new Map((known ?? []).map((parameter) => [parameter.name, parameter]));
  for (const [name, facts] of Object.entries(changes))
    parameters.set(name, { name, ...parameters.get(name), ...facts });
  return [...parameters.values()];
}

/** Guess: where the source doesn't know the grid's name of a call, it is the function's without underscores. */
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

/** A field of another object's type holds that object's bare reference, unless a correction says otherwise. */
function defaultLink(field: FieldFacts, isObjectType: (type: string) => boolean): Link | undefined {
  return field.types.length > 0 && field.types.every(isObjectType) ? "ref" : undefined;
}

/** A template's default mark of 0 is below the least value that its own facts give: the range is what's wrong there. */
function widened({ range, default: fallback }: FieldFacts): readonly [number, number] | undefined {
  return range && fallback === 0 ? [Math.min(range[0], 0), range[1]] : range;
}

function mentionedAll(
  type: string,
  removed: ReadonlyMap<string, string>,
  known: readonly { readonly name: string }[],
): void {
  const names = new Set(known.map((item) => item.name));
  const silent = [...removed.keys()].filter((name) => !names.has(name));
  if (silent.length > 0)
    throw new Error(`${type}: corrections.json must say what ${silent.join(", ")} of older versions are`);
}

function sorted<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Without what is false, empty or unknown; a default is kept whatever it is, and so is a list of no results. */
function tidy<Facts extends object>(facts: { [Key in keyof Facts]: Facts[Key] | undefined }): Facts {
  const kept = Object.entries(facts).filter(
    ([key, value]) => key === "default" || keptEmpty.has(key) || !isEmpty(value),
  );
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined)) as Facts;
}

const keptEmpty = new Set(["types", "parameters", "results", "fields"]);

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}
