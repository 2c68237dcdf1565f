/**
 * The rules that an object type may add to the generic engine: the contract between `engine.ts` and `objects/*.ts`.
 *
 * The engine does for every type what the schema facts say (known fields, types, enums, required and writable fields,
 * defaults, searches, standard fields, rendering). A rules module adds only what is special: identity, checks against
 * other objects, side effects, computed fields, functions. All of it runs inside one transaction: if a rule throws a
 * refusal from `answers.ts`, nothing is changed.
 *
 * A module exports its `Rules` and is listed in `objects/registry.ts`.
 */

import type { Entity, Json, JsonObject } from "../store/entity.js";
import type { Store } from "../store/store.js";
import type { Refusal } from "./answers.js";
import type { Assumptions } from "./assumptions.js";
import type { PastStates } from "./past-states.js";
import type { Random } from "./random.js";
import type { SearchLag } from "./search-lag.js";

/** A new or changed object while it is being checked: rules may fill in and correct it. */
export interface Draft {
  readonly type: string;
  /** All values as they will be stored; on update also the unchanged ones. */
  readonly values: Record<string, Json>;
  readonly links: Record<string, number>;
  /** Fields in the request, after `+` and `-` are resolved: they distinguish given values from kept ones. */
  readonly given: ReadonlySet<string>;
  /** Whether a request created the draft, not rules: only then are mandatory attributes required. */
  readonly requested?: boolean;
}

/** One argument of a search, already parsed: `name~:=x` is field `name`, operator `~`, ignoreCase. */
export interface Condition {
  readonly field: string;
  /** `=` equal, `~` regular expression, `<` at most, `>` at least, `!` not equal. */
  readonly operator: "=" | "~" | "<" | ">" | "!";
  readonly ignoreCase: boolean;
  /**
   * Normalized by the field's type (numbers are numbers, booleans booleans), whether it came from the URI or a body.
   */
  readonly value: Json;
  /** `*Name` arguments: the field is then the attribute's name. */
  readonly attribute: boolean;
}

/** The parameters of a read. */
export interface ReadContext {
  readonly grid: Grid;
  /** WAPI version of the request, e.g. `2.12`. */
  readonly version: string;
  /** `_inheritance=True`. */
  readonly inheritance: boolean;
}

/** A row of a search: a virtual row or a stored object. */
export type Row = Entity;

/** A field that shows another object's name, kept as a link so that a rename shows at once: see {@link Rules.names}. */
export interface NameLink {
  /** Name in {@link Entity.links}. */
  readonly link: string;
  /** Object type of the other, e.g. `networkview`. */
  readonly type: string;
  /** The stored field of the other object that is shown. Default `name`. */
  readonly field?: string;
  /** The answer to a write or a search with a name that does not exist. */
  notFound(name: string): Refusal;
}

export interface Rules {
  /** Object type these rules are for. */
  readonly type: string;

  /** The grid's internal name of the type: the key is `<internal>$<name or serial>`. Default: `one.<type>`. */
  readonly internal?: string;
  /** The internal key of an object with these values; must be unique within the type. `before`: what it was, on update. */
  key?(draft: Draft | Entity, grid: Grid, before?: Entity): string;
  /**
   * The parts of the reference's name, not encoded: the engine encodes and joins them with `/`. Default: the `name`
   * field.
   */
  name?(entity: Entity, grid: Grid): readonly string[];

  /** Default values, which take precedence over those of the schema facts. */
  readonly defaults?: JsonObject;
  /** Fields that a create requires, in the order in which missing ones are reported, if they differ from the schema facts. */
  readonly required?: readonly string[];
  /** Fields whose value does not set their `use_…` switch. Default: a value sets it. */
  readonly keepsUseFlag?: readonly string[];
  /** Search arguments that are compared even without a value: see `assumptions.emptySearchValue`. */
  readonly comparesEmpty?: readonly string[];
  /** Text fields that may begin or end with blanks. */
  readonly freeText?: readonly string[];

  /**
   * Fields that are another object's name (`network_view`, `view`): the engine resolves the name on create and
   * update into `links`, shows the name from there, and searches through the link.
   */
  readonly names?: { readonly [field: string]: NameLink };

  /**
   * Fields that show other objects in full (a host's `ipv4addrs`), with their own standard fields or the requested
   * sub-fields. The values in a request are checked as objects of that type and reach `beforeCreate` and `beforeUpdate`
   * in `draft.values`. They are not stored with the object: `afterCreate` and `afterUpdate` store them as separate
   * objects. `undefined` leaves the field out.
   */
  readonly embedded?: {
    readonly [field: string]: (entity: Entity, context: ReadContext) => Row | readonly Row[] | undefined;
  };

  /** The parent for inheritable fields and attributes: network → container → network view, and so on. */
  parent?(entity: Entity, grid: Grid): Entity | undefined;

  /** Before a create is stored: canonical values, links, checks. */
  beforeCreate?(draft: Draft, grid: Grid): void;
  /** After it is stored: children, conversions. */
  afterCreate?(entity: Entity, draft: Draft, grid: Grid): void;
  beforeUpdate?(draft: Draft, before: Entity, grid: Grid): void;
  afterUpdate?(entity: Entity, before: Entity, draft: Draft, grid: Grid): void;
  /** Checks and cascades; `args` are the arguments of the DELETE. */
  beforeDelete?(entity: Entity, args: JsonObject, grid: Grid): void;
  afterDelete?(entity: Entity, args: JsonObject, grid: Grid): void;
  /** Virtual types: carries out a DELETE. */
  delete?(row: Row, args: JsonObject, grid: Grid): void;

  /**
   * Computed fields, and stored ones that are shown differently. `undefined` leaves the field out of the answer. An
   * empty text is shown, unlike an empty stored one. A stored reference `{ "_id": 12 }` may be returned.
   */
  readonly read?: { readonly [field: string]: (entity: Entity, context: ReadContext) => Json | undefined };

  /**
   * Candidates for a search, narrowed by conditions that have an index. The engine still checks each condition unless
   * it is returned in `settled`. Virtual types (`ipv4address`) create their rows here. `undefined` leaves the choice to
   * the engine (an index for a condition, else all objects of the type).
   */
  rows?(
    conditions: readonly Condition[],
    grid: Grid,
  ): { rows: Iterable<Row>; settled?: readonly Condition[] } | undefined;
  /** Virtual types: the row with this internal key. */
  row?(key: string, grid: Grid): Row | undefined;
  /** Compares a field by another value than the shown one. Returns whether the row matches. */
  readonly matches?: {
    readonly [field: string]: (entity: Row, condition: Condition, grid: Grid) => boolean;
  };
  /** Normalizes a value of a search (`99:0::99` → `99::99`, a MAC's colons). @throws Refusal for an invalid value */
  readonly searchValue?: { readonly [field: string]: (value: Json, grid: Grid) => Json };

  /** Work before each request, such as updating figures that the grid counts at intervals. */
  beforeRequest?(grid: Grid): void;

  /** Functions of an object, by WAPI's name. `target` is the object of the reference. */
  readonly functions?: {
    readonly [name: string]: (target: Entity, parameters: JsonObject, grid: Grid) => Json;
  };
  /**
   * Functions that also take search arguments, which they check themselves: `csv_export` exports what the search finds.
   */
  readonly searchingFunctions?: readonly string[];
  /** Functions of the type as such, called without a reference (`POST /fileop?_function=uploadinit`). */
  readonly typeFunctions?: { readonly [name: string]: (parameters: JsonObject, grid: Grid) => Json };
}

/**
 * The engine's interface to extensible attributes; `extattrs.ts` exports it as `attributeRules`.
 *
 * Stored under `values.extattrs` as on the wire (`{ Site: { value: "HQ" } }`), inherited ones included (`{ value,
 * inheritance_source: { _id: 7 } }`), so that a search finds them through the same index.
 */
export interface AttributeRules {
  /** The attributes to store, from those of a create or update (all of them, `+`/`-` resolved) and those before. */
  write(draft: Draft, before: Entity | undefined, grid: Grid): JsonObject;
  /** The attributes to show. */
  read(entity: Entity, context: ReadContext): JsonObject;
  /** Normalizes the value of a search by attribute. @throws Refusal for an attribute that is not defined */
  searchValue(name: string, value: Json, grid: Grid): Json;
}

/**
 * The grid itself: its objects and their rules. Rules read and change objects through it.
 *
 * This is below the wire: values are normalized already, and permissions are not checked. Requests arrive in
 * `protocol/handle.ts`.
 */
export interface Grid {
  readonly store: Store;
  /** Milliseconds and whole seconds since 1970. */
  readonly clock: { now(): number; seconds(): number };
  readonly random: Random;
  readonly assumptions: Assumptions;
  readonly attributes: AttributeRules;
  /** Newest WAPI version that the grid speaks. */
  readonly version: string;
  /** How long a restart of services takes, in seconds of the grid's clock. */
  readonly restartSeconds: number;
  readonly searchLag: SearchLag;
  /** The past states that requests see which run side by side. */
  readonly past: PastStates;
  /** The grid's address, for URLs in its answers. */
  origin: string;
  /** The user of the current request. */
  user: string;
  /** Translates a refusal's sentence into the words of the grid's profile. */
  reword(text: string): string;
  /** How often objects were seeded. */
  readonly seedings: number;
  readonly seeding: boolean;

  /** The rules of a type. A type without rules has only its name. */
  rules(type: string): Rules;
  /** Runs {@link Rules.beforeRequest} of all types. */
  beforeRequest(): void;
  /**
   * Data that is derived from the objects once for each grid, such as the figures of utilization. `make` is called on
   * first use, and must listen to `grid.store.onChange`.
   */
  derived<Thing>(make: (grid: Grid) => Thing): Thing;

  // --- looking around ----------------------------------------------------------------------------------------

  get(id: number | undefined): Entity | undefined;
  /** All stored objects of a type, oldest first. */
  all(type: string): Iterable<Entity>;
  byKey(type: string, key: string): Entity | undefined;
  /** Objects of a type whose stored field has this value (for a list: contains it), by index. */
  find(type: string, field: string, value: string | number): Entity[];
  /** Objects of a type with a link of that name to another object, by index. */
  linked(type: string, link: string, id: number): Entity[];
  /** The same over all types. */
  linkedOfAnyType(link: string, id: number): Entity[];
  /** The rows that a GET with these arguments (`{ "network": "10.0.0.0/24", "*Site": "HQ" }`) finds, with the same errors. */
  search(type: string, args: JsonObject): Row[];
  /** The value of a field as a reader sees it: computed, stored or default. */
  read(entity: Entity, field: string): Json | undefined;
  readContext(version?: string, inheritance?: boolean): ReadContext;
  /** The current reference of an object, with its type's name in a WAPI version. Default: the grid's newest. */
  ref(entity: Entity, version?: string): string;
  /** The parts of the readable name in an object's reference. */
  refName(entity: Entity): readonly string[];
  /** The stored form of a reference to an object. It is shown as the object's current reference. */
  link(entity: Entity): JsonObject;
  /** The object of a stored `{ "_id": … }`; `undefined` for any other value, or if it is deleted. */
  linkTarget(value: Json | undefined): Entity | undefined;
  /** The object of a reference. Throws `Unknown object type`, `Invalid reference` or `Reference … not found`. */
  resolve(ref: string): Row;
  /** The only object of a type (`grid`, `grid:dns`), or the first. */
  first(type: string): Entity;

  // --- acting: inside a transaction --------------------------------------------------------------------------

  /** Runs `work` as a transaction: undoes all of it if it throws. */
  transaction<Result>(work: () => Result): Result;
  /** Creates an object with normalized values, through its rules. */
  create(type: string, values: JsonObject, links?: Readonly<Record<string, number>>): Entity;
  /** Changes values, through the rules. `undefined` removes a value. */
  update(
    entity: Entity,
    changes: Readonly<Record<string, Json | undefined>>,
    links?: Readonly<Record<string, number>>,
  ): Entity;
  /** Deletes an object through its rules, with whatever they delete. Does nothing if it is gone already. */
  delete(entity: Entity, args?: JsonObject): void;
  /** Stores an object as it is, without the rules: for conversions, and for new keys of a renamed parent's children. */
  put(entity: Entity): Entity;
  /** 0, 1, 2 … per name. */
  serial(name: string): number;
  /** Runs `work` as a seed: its objects count as served already, so that no restart is pending for them. */
  asSeed(work: () => void): void;
}
