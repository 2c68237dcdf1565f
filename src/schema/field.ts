/**
 * What one field of an object type is, at type level: the vocabulary of the generated `types/*.gen.ts`.
 *
 * An object type is one interface whose members are `Field<…>`; what can be read, created, updated, searched is
 * derived from it (see src/wapi/types.ts), so that nothing is said twice.
 */

/**
 * @typeParam Value - the value on the client's side: extensible attributes are plain values, refs are branded
 * @typeParam Supports - the grid's letters: `r` read, `w` create, `u` update, `s` search, `d` argument of DELETE
 * @typeParam Search - modifiers a search may use: `=` `!` `:` (case-insensitive) `~` (regex) `<` `>`
 * @typeParam Traits - `base`: returned without asking; `required`: on create; `always`: never left out of an answer
 *   that asked for it; `function`: takes an in-body function (next available …) in place of the value
 */
export interface Field<
  Value,
  Supports extends string,
  Search extends string = "",
  Traits extends "base" | "required" | "always" | "function" = never,
> {
  readonly value: Value;
  readonly supports: Supports;
  readonly search: Search;
  readonly traits: Traits;
}

/** One function of an object type: what it takes and what it gives. */
export interface FunctionCall<Parameters, Result> {
  readonly parameters: Parameters;
  readonly result: Result;
}

/**
 * The reference of an object on the grid, e.g. `network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0/24/default`.
 * A plain string at run time; at compile time it remembers its object type, so that a host's reference can't be
 * passed where a network's is wanted.
 */
export type Ref<Type extends string = string> = string & { readonly [refBrand]: Type };
declare const refBrand: unique symbol;

/** One value of an extensible attribute: text, whole number, date (epoch seconds), or several of them. */
export type ExtensibleAttributeValue = string | number | boolean | readonly (string | number)[];

/**
 * Extensible attributes as plain values. Empty until `infoblox-ipam types` (or you) augments
 * {@link KnownExtensibleAttributes} with the grid's own definitions.
 */
export interface KnownExtensibleAttributes {}

/** `{ Site: "Paris", VLAN: 120 }`: attributes by name, known ones typed, others open. */
export type ExtensibleAttributes = keyof KnownExtensibleAttributes extends never
  ? Record<string, ExtensibleAttributeValue>
  : Partial<KnownExtensibleAttributes>;
