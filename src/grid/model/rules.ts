/**
 * What an object type may add to the generic engine: the contract between `engine.ts` and `objects/*.ts`.
 *
 * The engine does for every type what the schema facts say (known fields, types, enums, required and writable
 * fields, defaults, searches, standard fields, rendering). A rules module says only what is special: identity,
 * checks against other objects, side effects, computed fields, functions. All of it runs inside one transaction:
 * throw an answer from `answers.ts` and nothing has happened.
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
  /** All values as they will be stored: on update the kept ones too. */
  readonly values: Record<string, Json>;
  readonly links: Record<string, number>;
  /** Fields that the request named, after `+`/`-` were resolved: tells "given" from "kept". */
  readonly given: ReadonlySet<string>;
  /** Made by a request and not by rules: only then are mandatory attributes insisted on. */
  readonly requested?: boolean;
}

/** One argument of a search, already parsed: `name~:=x` is field `name`, operator `~`, ignoreCase. */
export interface Condition {
  readonly field: string;
  /** `=` equal, `~` regular expression, `<` at most, `>` at least, `!` not equal. */
  readonly operator: "=" | "~" | "<" | ">" | "!";
  readonly ignoreCase: boolean;
  /** Canonical by the field's type (numbers are numbers, booleans booleans), whether it came from the URI or a body. */
  readonly value: Json;
  /** `*Name` arguments: the field is then the attribute's name. */
  readonly attribute: boolean;
}

/** What a read was asked for beyond the object itself. */
export interface ReadContext {
  readonly grid: Grid;
  /** WAPI version of the request, e.g. `2.12`. */
  readonly version: string;
  /** `_inheritance=True`. */
  readonly inheritance: boolean;
}

/** A virtual row, or a stored object: what a search goes through. */
export type Row = Entity;

/** A field that shows another object's name, kept as a link so that a rename shows at once: see {@link Rules.names}. */
export interface NameLink {
  /** Name in {@link Entity.links}. */
  readonly link: string;
  /** Object type of the other, e.g. `networkview`. */
  readonly type: string;
  /** Its stored field that is shown; default `name`. */
  readonly field?: string;
  /** What a write or a search with a name that doesn't exist is answered. */
  notFound(name: string): Refusal;
}

export interface Rules {
  /** Object type these rules are for. */
  readonly type: string;

  /** What the grid calls the type inside: the key is `<internal>$<name or serial>`. Default: `one.<type>`. */
  readonly internal?: string;
  /** The internal key of an object with these values; must be unique within the type. `before`: what it was, on update. */
  key?(draft: Draft | Entity, grid: Grid, before?: Entity): string;
  /** The parts of the reference's name, raw; the engine encodes and joins them with `/`. Default: the `name` field. */
  name?(entity: Entity, grid: Grid): readonly string[];

  /** Values that hold when nothing was set, over those of the schema facts. */
  readonly defaults?: JsonObject;
  /** Required on create where that isn't what the schema facts require, in the order of complaint. */
  readonly required?: readonly string[];
  /** Fields whose `use_…` switch isn't raised by setting a value (default: setting a value raises it). */
  readonly keepsUseFlag?: readonly string[];
  /** Search arguments that are compared even without a value: see `assumptions.emptySearchValue`. */
  readonly comparesEmpty?: readonly string[];
  /** Text fields where blanks at either end are the user's own. */
  readonly freeText?: readonly string[];

  /**
   * Fields that are another object's name (`network_view`, `view`): the engine resolves the name on create and
   * update into `links`, shows the name from there, and searches through the link.
   */
  readonly names?: { readonly [field: string]: NameLink };

  /**
   * Fields that show other objects in full (a host's `ipv4addrs`): rendered with their own standard fields, or the
   * sub-fields asked for. What a request gives is checked as objects of that type and reaches `beforeCreate` and
   * `beforeUpdate` in `draft.values`; it isn't stored with the object: `afterCreate` and `afterUpdate` store it as
   * objects of their own. `undefined` leaves the field out.
   */
  readonly embedded?: {
    readonly [field: string]: (entity: Entity, context: ReadContext) => Row | readonly Row[] | undefined;
  };

  /** Where inheritable fields and attributes come from: network → container → network view, and so on. */
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
  /** Virtual types: what DELETE does instead of removing a stored object. */
  delete?(row: Row, args: JsonObject, grid: Grid): void;

  /**
   * Computed fields, and stored ones that are shown differently. `undefined` leaves the field out of the answer;
   * an empty text is shown (a stored one isn't). A stored reference `{ "_id": 12 }` may be returned as it is.
   */
  readonly read?: { readonly [field: string]: (entity: Entity, context: ReadContext) => Json | undefined };

  /**
   * Candidates for a search, narrowed by whatever conditions have an index; the engine still checks each condition
   * unless it is returned in `settled`. Virtual types (`ipv4address`) make their rows here. `undefined`: the engine's
   * own choice (an index where a condition has one, else all objects of the type).
   */
  rows?(
    conditions: readonly Condition[],
    grid: Grid,
  ): { rows: Iterable<Row>; settled?: readonly Condition[] } | undefined;
  /** Virtual types: the row whose internal key this is. */
  row?(key: string, grid: Grid): Row | undefined;
  /** How a field is compared where it isn't the value shown: returns whether the row fits. */
  readonly matches?: {
    readonly [field: string]: (entity: Row, condition: Condition, grid: Grid) => boolean;
  };
  /** Canonical spelling of a value that is searched for (`99:0::99` → `99::99`, a MAC's colons); throws for a bad one. */
  readonly searchValue?: { readonly [field: string]: (value: Json, grid: Grid) => Json };

  /** What is due before a request is carried out, such as figures that the grid counts now and then. */
  beforeRequest?(grid: Grid): void;

  /** Functions of an object, by WAPI's name. `target` is the object of the reference. */
  readonly functions?: {
    readonly [name: string]: (target: Entity, parameters: JsonObject, grid: Grid) => Json;
  };
  /** Functions that also take search arguments (`csv_export` of those to be exported), which they check themselves. */
  readonly searchingFunctions?: readonly string[];
  /** Functions of the type as such, called without a reference (`POST /fileop?_function=uploadinit`). */
  readonly typeFunctions?: { readonly [name: string]: (parameters: JsonObject, grid: Grid) => Json };
}

/**
 * What the engine asks about extensible attributes; `extattrs.ts` exports it as `attributeRules`.
 *
 * Stored under `values.extattrs` as on the wire (`{ Site: { value: "HQ" } }`), inherited ones included
 * (`{ value, inheritance_source: { _id: 7 } }`), so that a search finds them through the same index.
 */
export interface AttributeRules {
  /** The attributes to store, from what a create or update gave (all of them, `+`/`-` resolved) and those held before. */
  write(draft: Draft, before: Entity | undefined, grid: Grid): JsonObject;
  /** The attributes to show. */
  read(entity: Entity, context: ReadContext): JsonObject;
  /** The value to search an attribute for, canonical by its definition; throws for an attribute that isn't defined. */
  searchValue(name: string, value: Json, grid: Grid): Json;
}

/**
 * The grid itself: its objects and the rules they follow. What rules are handed to look around and act.
 *
 * Reading and acting here is below the wire: values are canonical already and nobody checks who may do what.
 * Requests come in through `protocol/handle.ts`.
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
  /** How long a restart of services is under way, by the grid's clock. */
  readonly restartSeconds: number;
  readonly searchLag: SearchLag;
  /** What requests that run side by side see of each other. */
  readonly past: PastStates;
  /** Where the grid is reached, for the URLs that it hands out itself. */
  origin: string;
  /** Who makes the request that is being handled. */
  user: string;
  /** A refusal's sentence in the words of the grid that this one is like. */
  reword(text: string): string;
  /** How often something was filled in. */
  readonly seedings: number;
  readonly seeding: boolean;

  /** What is special about a type; an object type that nobody wrote rules for has just its name. */
  rules(type: string): Rules;
  /** Has the rules do what is due before a request: see {@link Rules.beforeRequest}. */
  beforeRequest(): void;
  /**
   * Something built from the objects once per grid, such as the figures of utilization: `make` is called on first use,
   * and listens to `grid.store.onChange` to stay right.
   */
  derived<Thing>(make: (grid: Grid) => Thing): Thing;

  // --- looking around ----------------------------------------------------------------------------------------

  get(id: number | undefined): Entity | undefined;
  /** All stored objects of a type, oldest first. */
  all(type: string): Iterable<Entity>;
  byKey(type: string, key: string): Entity | undefined;
  /** Objects of a type whose stored field has this very value (for a list: contains it), by index. */
  find(type: string, field: string, value: string | number): Entity[];
  /** Objects of a type that hang on another one by a link of that name, by index. */
  linked(type: string, link: string, id: number): Entity[];
  /** The same over all types. */
  linkedOfAnyType(link: string, id: number): Entity[];
  /** What a GET with these arguments (`{ "network": "10.0.0.0/24", "*Site": "HQ" }`) finds; errors as there. */
  search(type: string, args: JsonObject): Row[];
  /** The value of a field as a reader sees it: computed, stored or default. */
  read(entity: Entity, field: string): Json | undefined;
  readContext(version?: string, inheritance?: boolean): ReadContext;
  /** The reference of an object, as of now, with the name that its type has in a version: left out, the grid's newest. */
  ref(entity: Entity, version?: string): string;
  /** The parts of the readable name in an object's reference. */
  refName(entity: Entity): readonly string[];
  /** How a stored value refers to another object: shown as that object's reference of the day. */
  link(entity: Entity): JsonObject;
  /** The object that a stored `{ "_id": … }` stands for; `undefined` for any other value, or when it is gone. */
  linkTarget(value: Json | undefined): Entity | undefined;
  /** The object of a reference. Throws `Unknown object type`, `Invalid reference` or `Reference … not found`. */
  resolve(ref: string): Row;
  /** The only object of a type (`grid`, `grid:dns`), or the first. */
  first(type: string): Entity;

  // --- acting: inside a transaction --------------------------------------------------------------------------

  /** All of `work` or, where it throws, nothing of it. */
  transaction<Result>(work: () => Result): Result;
  /** Makes an object with canonical values, through its rules. */
  create(type: string, values: JsonObject, links?: Readonly<Record<string, number>>): Entity;
  /** Changes canonical values, through the rules. `undefined` takes a value away. */
  update(
    entity: Entity,
    changes: Readonly<Record<string, Json | undefined>>,
    links?: Readonly<Record<string, number>>,
  ): Entity;
  /** Deletes an object through its rules, with whatever they take along. Gone already: nothing happens. */
  delete(entity: Entity, args?: JsonObject): void;
  /** Stores an object as it is, past the rules: conversions, new keys for children of a renamed parent. */
  put(entity: Entity): Entity;
  /** 0, 1, 2 … per name. */
  serial(name: string): number;
  /** Fills in what the grid begins with, which is served already: no restart is pending for it. */
  asSeed(work: () => void): void;
}
