/**
 * The type-level description of a field: the vocabulary of the generated `types/*.gen.ts`.
 *
 * An object type is one interface whose members are `Field<…>`. The types of reads, creates, updates and searches are
 * derived from it (see src/wapi/types.ts).
 */

/**
 * @typeParam Value - the value on the client's side: extensible attributes are plain values, refs are branded
 * @typeParam Supports - the grid's letters: `r` read, `w` create, `u` update, `s` search, `d` argument of DELETE
 * @typeParam Search - modifiers a search may use: `=` `!` `:` (case-insensitive) `~` (regex) `<` `>`
 * @typeParam Traits - `base`: a standard field; `required`: on create; `always`: always in an answer to a request that
 *   names it; `function`: accepts an in-body function (next available …) instead of the value
 * @typeParam Written - the value in a create or update, where it differs: structs without their read-only members
 */
export interface Field<
  Value,
  Supports extends string,
  Search extends string = "",
  Traits extends "base" | "required" | "always" | "function" = never,
  Written = Value,
> {
  readonly value: Value;
  readonly supports: Supports;
  readonly search: Search;
  readonly traits: Traits;
  readonly written: Written;
}

/** One function of an object type: its parameters and its result. */
export interface FunctionCall<Parameters, Result> {
  readonly parameters: Parameters;
  readonly result: Result;
}

/**
 * The reference of an object on the grid, e.g. `network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0/24/default`. It is
 * a plain string at run time. At compile time it has its object type, so that a host's reference can't be passed as a
 * network's. The mark is a property with a name, not a symbol, so that the declarations for ES modules and for CommonJS
 * agree. The compiler shows the name if plain text is passed.
 */
export type Ref<Type extends string = string> = string & {
  readonly "~ref: comes in an answer, or from ref(type, text)": Type;
};

/**
 * The value of a field with whole sub-objects, e.g. a host's `ipv4addrs`. The sub-object's own type decides which
 * fields an answer has and a write accepts.
 */
export interface SubObject<Type extends string> {
  readonly [subObjectBrand]: Type;
}
declare const subObjectBrand: unique symbol;

/**
 * The value of a field that names other objects as `{ "_ref": … }`, e.g. a shared network's `networks`. A write may
 * have search arguments instead of the reference: `{ "_ref": { "network": "10.0.0.0/24" } }`.
 */
export interface ObjectLink<Type extends string> {
  readonly [objectLinkBrand]: Type;
}
declare const objectLinkBrand: unique symbol;

/** Distinguishes the structs of a mixed list: `{ "_struct": "dhcpmember", … }`. */
export interface Struct<Name extends string> {
  _struct: Name;
}

/**
 * Fields that your grid has and this package does not know, by object type. Empty until `infoblox-ipam types` or your
 * own code augments it: `interface AddedFields { network: { new_field: Field<string, "rwus", "="> } }`.
 */
export interface AddedFields {}

/** The {@link AddedFields} of one object type. Each generated interface extends it. */
export type AddedTo<Type extends string> = Type extends keyof AddedFields
  ? AddedFields[Type]
  : Record<never, never>;

/** As {@link AddedFields}, for functions: `interface AddedFunctions { network: { new_call: FunctionCall<…> } }`. */
export interface AddedFunctions {}

/** The {@link AddedFunctions} of one object type. */
export type AddedFunctionsTo<Type extends string> = Type extends keyof AddedFunctions
  ? AddedFunctions[Type]
  : Record<never, never>;

/** One value of an extensible attribute: text, whole number, date (text such as `2026-01-02T03:04:05Z`), or several of them. */
export type ExtensibleAttributeValue = string | number | boolean | readonly (string | number)[];

/**
 * The types of your grid's extensible attributes. Empty until `infoblox-ipam types` or your own code augments it with
 * the grid's definitions.
 */
export interface KnownExtensibleAttributes {}

/**
 * Attributes by name, as plain values: `{ Site: "Paris", VLAN: 120 }`. Known ones are typed, and others are allowed.
 */
export type ExtensibleAttributes = keyof KnownExtensibleAttributes extends never
  ? Record<string, ExtensibleAttributeValue>
  : Partial<KnownExtensibleAttributes>;
