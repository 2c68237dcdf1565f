import type {
  ExtensibleAttributes,
  ExtensibleAttributeValue,
  ObjectLink,
  Ref,
  SubObject,
} from "../schema/field.js";
import type { ObjectFunctions, ObjectTypes } from "../schema/object-types.gen.js";
import type { ExtattrReplacement, ExtattrsToCreate, ExtattrsToUpdate } from "./extattrs.js";
import type { NextAvailable } from "./inline-call.js";
import type { ListChange } from "./list-change.js";

/**
 * The types of reads, writes and searches, derived from the one interface of each object type.
 *
 * Everything is indexed by the object type of a call, and computed once for it. Nothing here is a union over all types,
 * which would cost every user seconds of compile time. Mapped types go over names of the interface (`Names extends
 * keyof Object`, without an `as` clause): only then does a field keep its comment in editors.
 */

/** The name of an object type, e.g. `"network"` or `"record:host"`. */
export type ObjectType = keyof ObjectTypes & string;

type Fields<T extends ObjectType> = ObjectTypes[T];

/** Names of the fields whose `supports` has a letter. */
type Supporting<Object, Letter extends string> = {
  [Name in keyof Object]: Object[Name] extends { readonly supports: `${string}${Letter}${string}` }
    ? Name
    : never;
}[keyof Object] &
  string;

/** Names of the fields that have a trait. */
type Having<Object, Trait extends string> = {
  [Name in keyof Object]: Object[Name] extends { readonly traits: infer Traits }
    ? Trait extends Traits
      ? Name
      : never
    : never;
}[keyof Object] &
  string;

type ValueOf<Field> = Field extends { readonly value: infer Value } ? Value : never;
type WrittenOf<Field> = Field extends { readonly written: infer Value } ? Value : never;

/** Flattens an intersection into one object type, for editors. */
type Flat<Type> = { [Name in keyof Type]: Type[Name] } & {};

// ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Names of the fields that an answer can have. */
type ReadableName<T extends ObjectType> = Supporting<Fields<T>, "r">;

/** Names of the standard fields. */
export type StandardField<T extends ObjectType> = ReadableName<T> & Having<Fields<T>, "base">;

/**
 * Every field that an answer can have. A field is optional if a grid may leave it out because it is empty or not set.
 *
 * @example
 * type Network = Readable<"network">;
 */
export type Readable<T extends ObjectType> = Flat<
  Always<Fields<T>, ReadableName<T> & Having<Fields<T>, "always">> &
    Sometimes<Fields<T>, Exclude<ReadableName<T>, Having<Fields<T>, "always">>>
>;

type Always<Object, Names extends keyof Object> = {
  readonly [Name in Names]: ReadValue<ValueOf<Object[Name]>>;
};

type Sometimes<Object, Names extends keyof Object> = {
  readonly [Name in Names]?: ReadValue<ValueOf<Object[Name]>>;
};

type ReadValue<Value> = [Value] extends [readonly (infer Item)[]]
  ? [Item] extends [SubObject<infer T extends ObjectType>]
    ? Row<T>[]
    : [Item] extends [ObjectLink<infer T>]
      ? { readonly _ref: Ref<T> }[]
      : Value
  : Value;

/** The possible names in `fields`: a field, or a part of one: `"ipv4addrs.mac"`. */
export type FieldName<T extends ObjectType> = ReadableName<T> | NestedName<T>;

type NestedName<T extends ObjectType> = {
  [Name in Exclude<ReadableName<T>, "extattrs">]: `${Name}.${InnerName<ValueOf<Fields<T>[Name]>>}`;
}[Exclude<ReadableName<T>, "extattrs">];

/** Names inside a value: of a sub-object's fields, or of a struct's members. */
type InnerName<Value> = Value extends readonly (infer Item)[]
  ? InnerName<Item>
  : Value extends string | number | boolean
    ? never
    : Value extends SubObject<infer T extends ObjectType> | ObjectLink<infer T extends ObjectType>
      ? ReadableName<T>
      : string extends keyof Value
        ? never
        : Exclude<keyof Value & string, "_struct">;

/** An object in an answer: the reference, and exactly the requested fields; the standard ones by default. */
// Not a conditional type: of one over a type parameter, the compiler works out the rows of all types, which takes seconds.
export type Row<T extends ObjectType, Name extends FieldName<T> = StandardField<T>> = {
  [Each in T]: RowOfOne<Each, Name>;
}[T];

type RowOfOne<T extends ObjectType, Name extends string> = [T] extends ["search"]
  ? FoundRow
  : Flat<{ readonly _ref: Ref<T> } & Pick<Readable<T>, Name & keyof Readable<T>> & NestedPart<T, Name>>;

/** A result of a `search`: an object of one of many types, with its standard fields. See `isRow`. */
export type FoundRow = { [T in FoundType]: Row<T> }[FoundType] | { readonly _ref: Ref };

/** The most common types. Objects of other types have only a reference here. */
type FoundType =
  | ("networkview" | "network" | "networkcontainer" | "range" | "fixedaddress" | "lease" | "sharednetwork")
  | ("ipv6network" | "ipv6networkcontainer" | "ipv6range" | "ipv6fixedaddress" | "roaminghost")
  | ("view" | "zone_auth" | "zone_forward" | "zone_delegated" | "zone_stub")
  | ("record:host" | "record:a" | "record:aaaa" | "record:ptr" | "record:cname" | "record:mx" | "record:txt")
  | ("record:srv" | "record:ns" | "record:naptr" | "member" | "vlan");

type Dotted = `${string}.${string}`;

/** The fields of which only parts were requested, with these parts. */
type NestedPart<T extends ObjectType, Name extends string> = [Extract<Name, Dotted>] extends [never]
  ? unknown
  : Parts<
      T,
      Extract<Name, Dotted>,
      Pick<Readable<T>, Outer<Extract<Name, Dotted>, Name> & keyof Readable<T>>
    >;

/** The part before the dot, unless the whole field was requested as well. */
type Outer<Path extends string, Whole> = Path extends `${infer Name}.${string}`
  ? Exclude<Name, Whole>
  : never;

type Inner<Path extends string, Name> = Path extends `${Name & string}.${infer Part}` ? Part : never;

type Parts<T extends ObjectType, Path extends string, Chosen> = {
  [Name in keyof Chosen]: PartOf<ValueOf<Fields<T>[Name & keyof Fields<T>]>, Inner<Path, Name>>;
};

type PartOf<Value, Name extends string> = Value extends readonly (infer Item)[]
  ? PartOf<Item, Name>[]
  : Value extends SubObject<infer T extends ObjectType> | ObjectLink<infer T extends ObjectType>
    ? Flat<{ readonly _ref: Ref<T> } & Pick<Readable<T>, Name & keyof Readable<T>>>
    : Pick<Value, Extract<keyof Value, Name | "_struct">>;

// ── Writing ────────────────────────────────────────────────────────────────────────────────────────────────────────

type RequiredName<T extends ObjectType> = Supporting<Fields<T>, "w"> & Having<Fields<T>, "required">;

/** The fields of a create: the required ones, and all others that it can set. `undefined` counts as left out. */
export type Creatable<T extends ObjectType> = Flat<
  Needed<Fields<T>, RequiredName<T>> &
    Possible<Fields<T>, Exclude<Supporting<Fields<T>, "w">, RequiredName<T>>>
>;

type Needed<Object, Names extends keyof Object> = {
  readonly [Name in Names]: CreateValue<Object[Name], Name>;
};

type Possible<Object, Names extends keyof Object> = {
  readonly [Name in Names]?: CreateValue<Object[Name], Name> | undefined;
};

/** The fields of an update: all that can be changed. Those left out or `undefined` stay as they are. */
export type Updatable<T extends ObjectType> = Changes<Fields<T>, Supporting<Fields<T>, "u">>;

type Changes<Object, Names extends keyof Object> = {
  readonly [Name in Names]?: UpdateValue<Object[Name], Name> | undefined;
};

type CreateValue<Field, Name> = Name extends "extattrs"
  ? ExtattrsToCreate | ExtattrReplacement
  : WriteValue<WrittenOf<Field>> | InBodyFunction<Field, Name>;

type UpdateValue<Field, Name> = Name extends "extattrs"
  ? ExtattrsToUpdate | ExtattrReplacement
  : WriteValue<WrittenOf<Field>> | InBodyFunction<Field, Name> | ListChangeOf<WrittenOf<Field>>;

type WriteValue<Value> = [Value] extends [readonly (infer Item)[]] ? readonly WriteItem<Item>[] : Value;

type WriteItem<Item> = [Item] extends [SubObject<infer T extends ObjectType>]
  ? Creatable<T> & { readonly _ref?: Ref<T> }
  : [Item] extends [ObjectLink<infer T extends ObjectType>]
    ? { readonly _ref: Ref<T> | Readonly<Record<string, string>> }
    : Item;

type ListChangeOf<Value> = [Value] extends [readonly (infer Item)[]] ? ListChange<WriteItem<Item>> : never;

/** The next available address, network or VLAN id, if the grid accepts it in the field. */
type InBodyFunction<Field, Name> = Field extends { readonly traits: infer Traits }
  ? "function" extends Traits
    ? NextAvailable<Name extends "network" ? "network" : Name extends "id" ? "vlan" : "ip">
    : never
  : never;

/** The arguments of a delete, e.g. `remove_subnets` of a network container. */
export type DeleteArguments<T extends ObjectType> = [Supporting<Fields<T>, "d">] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Name in Supporting<Fields<T>, "d">]?: ValueOf<Fields<T>[Name]> };

// ── Searching ──────────────────────────────────────────────────────────────────────────────────────────────────────

type SearchableName<Object> = {
  [Name in keyof Object]: Object[Name] extends { readonly search: "" } ? never : Name;
}[keyof Object];

/** Criteria of a search that must all hold. Each field accepts the operators that the grid has for it. */
export type Where<T extends ObjectType> = Criteria<Fields<T>, SearchableName<Fields<T>>> &
  ("extattrs" extends keyof Fields<T> ? { readonly extattrs?: ExtattrsWhere } : unknown);

type Criteria<Object, Names extends keyof Object> = {
  readonly [Name in Names]?: Criterion<Object[Name]>;
};

/** Criteria by extensible attribute. */
export type ExtattrsWhere = {
  readonly [Name in keyof ExtensibleAttributes]?: AttributeCriterion<
    Scalar<NonNullable<ExtensibleAttributes[Name]>>
  >;
};

/** A list requires all of its values, of an attribute that may have several. */
type AttributeCriterion<Value> = Value | readonly Value[] | OperatorsOf<Value, "=!:~<>">;

type Scalar<Value> = Value extends readonly (infer Item)[] ? Item : Value;

type Criterion<Field> = Field extends {
  readonly value: infer Value;
  readonly search: infer Letters extends string;
}
  ? PlainCriterion<SearchValue<Value>, Letters> | OperatorsOf<SearchValue<Value>, Letters>
  : never;

/** A plain value means "equals". A structure needs the operator, since it would be read as operators. */
type PlainCriterion<Value, Letters extends string> = Letters extends `${string}=${string}`
  ? Extract<Value, string | number | boolean>
  : never;

type SearchValue<Value> = Value extends readonly (infer Item)[]
  ? SearchValue<Item>
  : Value extends SubObject<infer T> | ObjectLink<infer T>
    ? Ref<T>
    : Value;

interface OperatorLetters {
  equals: "=" | ":";
  matches: "~";
  ignoreCase: ":";
  not: "!";
  gte: ">";
  lte: "<";
}

/** The operators that a field's letters allow. */
type OperatorsOf<Value, Letters extends string> = {
  readonly [Operator in keyof OperatorLetters as Letters extends `${string}${OperatorLetters[Operator]}${string}`
    ? Operator
    : never]?: Operator extends "matches" ? string : Operator extends "ignoreCase" ? boolean : Value;
};

// ── Calling ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Functions<T> = T extends keyof ObjectFunctions ? ObjectFunctions[T] : never;

/** Names of the functions of an object type. */
export type FunctionName<T extends ObjectType> = keyof Functions<T> & string;

/** The parameters of a function. */
export type FunctionParameters<
  T extends ObjectType,
  Name extends FunctionName<T>,
> = Functions<T>[Name] extends { readonly parameters: infer Parameters } ? Parameters : never;

/** The result of a function. */
export type FunctionResult<T extends ObjectType, Name extends FunctionName<T>> = Functions<T>[Name] extends {
  readonly result: infer Result;
}
  ? Result
  : never;

export type { ExtensibleAttributes, ExtensibleAttributeValue, Ref };
