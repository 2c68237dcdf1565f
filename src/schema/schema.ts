/**
 * Questions to the schema facts, at run time. Imports only the generated tables; knows neither client nor emulator.
 *
 * The tables are text, one line per field, and are parsed per object type on first use, so that loading this module
 * costs next to nothing.
 */

/** `r` read, `w` create, `u` update, `s` search, `d` argument of DELETE. */
export type SupportLetter = "r" | "w" | "u" | "s" | "d";

export interface FieldSchema {
  readonly name: string;
  /** Primitive (`string bool enum uint int timestamp extattr float date`), struct or object type; several where the grid takes several. */
  readonly types: readonly string[];
  readonly isArray: boolean;
  /** Letters of {@link SupportLetter}; empty where unknown. */
  readonly supports: string;
  /** Modifiers out of `= ! : ~ < >`; empty where the field can't be searched. */
  readonly searchableBy: string;
  /** Returned when no fields are asked for. */
  readonly standard: boolean;
  /** Valid only as a query argument. */
  readonly searchOnly: boolean;
  readonly required: boolean;
  /** Never left out of an answer that asked for it. */
  readonly always: boolean;
  readonly enumValues?: readonly string[];
  /** Closed set on a plain string. */
  readonly allowedValues?: readonly string[];
  /** The `use_…` switch of an inheritable field. */
  readonly overriddenBy?: string;
  /** Takes `func:…` text or a `_object_function` object. */
  readonly inlineFunction: boolean;
  readonly default?: unknown;
  readonly range?: readonly [number, number];
  /** JSON shapes where they differ from `types`. */
  readonly wire?: readonly string[];
  /** First WAPI version, where later than 2.7. */
  readonly since?: string;
}

export interface ParameterSchema {
  readonly name: string;
  readonly types: readonly string[];
  readonly isArray: boolean;
  readonly enumValues?: readonly string[];
}

export interface FunctionSchema {
  readonly name: string;
  /** The name the grid gives the call, e.g. `nextavailableip`. */
  readonly type: string;
  /** `undefined` where the facts don't say. */
  readonly parameters: readonly ParameterSchema[] | undefined;
  readonly results: readonly ParameterSchema[] | undefined;
  readonly since?: string;
}

export interface ObjectSchema {
  readonly type: string;
  /** `create read update delete csv scheduling permissions "global search" "function call"`. */
  readonly restrictions: readonly string[];
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly functions: ReadonlyMap<string, FunctionSchema>;
  /** Names of the fields that come without asking, in the facts' order. `undefined`: not known for this type. */
  readonly standardFields: readonly string[] | undefined;
  readonly requiredAnyOf: readonly (readonly string[])[];
  readonly requiredWhen: readonly RequiredWhen[];
  readonly since?: string;
}

/** When `field` has one of `equals`, `require` must be given on create. */
export interface RequiredWhen {
  readonly field: string;
  readonly equals: readonly unknown[];
  readonly require: readonly string[];
}

export interface StructSchema {
  readonly type: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
}
