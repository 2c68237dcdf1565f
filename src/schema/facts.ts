/**
 * The types of the schema facts about object types, structs, fields and functions.
 *
 * The facts have two forms. The written form (`…Facts`, in `facts/*.json`, in the generated tables, and from the
 * `_schema` of a live grid) leaves out whatever is false, empty or unknown. The complete form (`…Schema`) has every
 * member, and maps by name; client and emulator use it.
 */

/** `r` read, `w` create, `u` update, `s` search, `d` argument of DELETE. */
export type SupportLetter = "r" | "w" | "u" | "s" | "d";

/**
 * How the value of a field whose type is another object type is written: `ref` the bare reference, `object` an object
 * that holds the reference (`{ "_ref": … }`), `embedded` the sub-object itself with its fields.
 */
export type Link = "ref" | "object" | "embedded";

export interface FieldSchema {
  readonly name: string;
  /**
   * Primitive (`string bool enum uint int timestamp extattr object`), struct or object type. Several if the grid
   * accepts several.
   */
  readonly types: readonly string[];
  readonly isArray: boolean;
  /** Letters of {@link SupportLetter}; empty if unknown. */
  readonly supports: string;
  /** Modifiers of `= ! : ~ < >`; empty if the field can't be searched. */
  readonly searchableBy: string;
  /** Whether it is a standard field, which is returned if the request names no fields. */
  readonly standard: boolean;
  /** Whether it is only a search argument. */
  readonly searchOnly: boolean;
  /** Whether a create requires it; a struct's field: whether every write of the struct requires it. */
  readonly required: boolean;
  /** Whether an answer always has it if the request names it. */
  readonly always: boolean;
  readonly enumValues?: readonly string[];
  /** All possible values of a string. */
  readonly allowedValues?: readonly string[];
  /** The `use_…` switch of an inheritable field. */
  readonly overriddenBy?: string;
  /** Whether it accepts `func:…` text or a `_object_function` object. */
  readonly inlineFunction: boolean;
  /** Only if `types` are object types. */
  readonly link?: Link;
  readonly default?: unknown;
  /** Least and greatest value. The default may lie outside, as a value that means "not set". */
  readonly range?: readonly [number, number];
  /** JSON types if they differ from `types`: `string uint float object`. */
  readonly wire?: readonly string[];
  /** First WAPI version, if later than 2.7. */
  readonly since?: string;
  /** Last WAPI version, with its patch versions, if newer versions lack the field. */
  readonly until?: string;
}

export interface ParameterSchema {
  readonly name: string;
  /** As {@link FieldSchema.types}. An object type stands for a plain reference. Empty if unknown. */
  readonly types: readonly string[];
  readonly isArray: boolean;
  readonly required: boolean;
  readonly enumValues?: readonly string[];
}

export interface FunctionSchema {
  readonly name: string;
  /** The grid's name of the call, e.g. `nextavailableip`. */
  readonly type: string;
  /** `undefined` if the facts don't say. */
  readonly parameters: readonly ParameterSchema[] | undefined;
  readonly results: readonly ParameterSchema[] | undefined;
  readonly since?: string;
  readonly until?: string;
}

export interface ObjectSchema {
  readonly type: string;
  /**
   * Operations that WAPI does not offer for the type: `create read update delete csv scheduling permissions "global
   * search" "function call"`.
   */
  readonly restrictions: readonly string[];
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly functions: ReadonlyMap<string, FunctionSchema>;
  /** Names of the standard fields, in the facts' order; `undefined` if they are not known for this type. */
  readonly standardFields: readonly string[] | undefined;
  readonly requiredAnyOf: readonly (readonly string[])[];
  readonly requiredWhen: readonly RequiredWhen[];
  /** Groups of search arguments of which a search may have only one. */
  readonly mutuallyExclusive: readonly (readonly string[])[];
  readonly since?: string;
}

/** If `field` has a value of `equals`, a create requires `require`. */
export interface RequiredWhen {
  readonly field: string;
  readonly equals: readonly unknown[];
  readonly require: readonly string[];
}

export interface StructSchema {
  readonly type: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
}

type Written<Complete, Always extends keyof Complete> = Pick<Complete, Always> & Partial<Complete>;

export type FieldFacts = Written<FieldSchema, "name" | "types">;
export type ParameterFacts = Written<ParameterSchema, "name">;

export interface FunctionFacts {
  readonly name: string;
  readonly type: string;
  readonly since?: string;
  readonly until?: string;
  readonly parameters?: readonly ParameterFacts[];
  readonly results?: readonly ParameterFacts[];
}

export interface ObjectFacts {
  readonly type: string;
  /** The file of the generated types, e.g. `ipam`. */
  readonly group?: string;
  readonly since?: string;
  readonly restrictions?: readonly string[];
  /** Whether the standard fields are unknown. */
  readonly standardUnknown?: boolean;
  readonly requiredAnyOf?: readonly (readonly string[])[];
  readonly requiredWhen?: readonly RequiredWhen[];
  readonly mutuallyExclusive?: readonly (readonly string[])[];
  readonly fields: readonly FieldFacts[];
  readonly functions?: readonly FunctionFacts[];
}

export interface StructFacts {
  readonly type: string;
  readonly fields: readonly FieldFacts[];
}

export interface Facts {
  readonly objects: readonly ObjectFacts[];
  readonly structs: readonly StructFacts[];
}

export const primitives: ReadonlySet<string> = new Set([
  "string",
  "bool",
  "enum",
  "uint",
  "int",
  "timestamp",
  "extattr",
  "object",
]);

export function completeObject(facts: ObjectFacts): ObjectSchema {
  const fields = facts.fields.map(completeField);
  return {
    type: facts.type,
    restrictions: facts.restrictions ?? [],
    fields: byName(fields),
    functions: byName((facts.functions ?? []).map(completeFunction)),
    standardFields: facts.standardUnknown
      ? undefined
      : fields.filter((field) => field.standard).map((field) => field.name),
    requiredAnyOf: facts.requiredAnyOf ?? [],
    requiredWhen: facts.requiredWhen ?? [],
    mutuallyExclusive: facts.mutuallyExclusive ?? [],
    ...(facts.since === undefined ? {} : { since: facts.since }),
  };
}

export function completeStruct(facts: StructFacts): StructSchema {
  return { type: facts.type, fields: byName(facts.fields.map(completeField)) };
}

export function completeField(facts: FieldFacts): FieldSchema {
  return {
    isArray: false,
    supports: "",
    searchableBy: "",
    standard: false,
    searchOnly: false,
    required: false,
    always: false,
    inlineFunction: false,
    ...facts,
  };
}

function completeFunction(facts: FunctionFacts): FunctionSchema {
  const { parameters, results, ...rest } = facts;
  return {
    ...rest,
    parameters: parameters?.map(completeParameter),
    results: results?.map(completeParameter),
  };
}

function completeParameter(facts: ParameterFacts): ParameterSchema {
  return { types: [], isArray: false, required: false, ...facts };
}

function byName<Item extends { readonly name: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.name, item]));
}
