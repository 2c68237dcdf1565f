/**
 * What an object type may add to the generic engine: the contract between `engine.ts` and `objects/*.ts`.
 *
 * The engine does for every type what the schema facts say (known fields, types, enums, required and writable
 * fields, defaults, searches, standard fields, rendering). A rules module says only what is special: identity,
 * checks against other objects, side effects, computed fields, functions. All of it runs inside one transaction:
 * throw an answer from `answers.ts` and nothing has happened.
 */

import type { Grid } from "./grid.js";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * One stored object; never changed in place (a change stores a new entity with the same `id`), so that snapshots
 * are shallow and a transaction is undone by putting the old entity back.
 */
export interface Entity {
  /** Object type, e.g. `network`. Changes when a network turns into a container. */
  readonly type: string;
  /** Stable for the life of the object, whatever it is renamed to; links between objects hold it. */
  readonly id: number;
  /** The grid's internal key, whose base64 is the id part of the reference, e.g. `dns.network$10.0.0.0/24/0`. */
  readonly key: string;
  /** What was set, by field name, in wire form and canonical spelling. Fields not set are absent; defaults come at reading. */
  readonly values: JsonObject;
  /** Ids of objects that this one hangs on, by a name of the rules' own, e.g. `{ networkView: 1, zone: 7 }`. */
  readonly links: Readonly<Record<string, number>>;
}

/** A new or changed object while it is being checked: rules may fill in and correct it. */
export interface Draft {
  readonly type: string;
  readonly values: Record<string, Json>;
  readonly links: Record<string, number>;
  /** Fields that the request named, after `+`/`-` were resolved: tells "given" from "kept". */
  readonly given: ReadonlySet<string>;
}

/** One argument of a search, already parsed: `name~:=x` is field `name`, operator `~`, ignoreCase. */
export interface Condition {
  readonly field: string;
  /** `=` equal, `~` regular expression, `<` at most, `>` at least, `!` not equal. */
  readonly operator: "=" | "~" | "<" | ">" | "!";
  readonly ignoreCase: boolean;
  /** As given on the wire: text from the URI, any JSON from a body. */
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

export interface Rules {
  /** Object type these rules are for. */
  readonly type: string;

  /** The internal key of an object with these values; must be unique within the type. Default: `<type>$<name or serial>`. */
  key?(draft: Draft | Entity, grid: Grid): string;
  /** The parts of the reference's name, raw; the engine encodes and joins them with `/`. Default: the `name` field. */
  name?(entity: Entity, grid: Grid): readonly string[];

  /** Values that hold when nothing was set, over those of the schema facts. */
  readonly defaults?: JsonObject;
  /** Required on create, in the order in which the grid complains; default: the schema facts. */
  readonly required?: readonly string[];

  /** Before a create is stored: canonical values, links, checks. */
  beforeCreate?(draft: Draft, grid: Grid): void;
  /** After it is stored: children, conversions. */
  afterCreate?(entity: Entity, draft: Draft, grid: Grid): void;
  beforeUpdate?(draft: Draft, before: Entity, grid: Grid): void;
  afterUpdate?(entity: Entity, before: Entity, draft: Draft, grid: Grid): void;
  /** Checks and cascades; `args` are the arguments of the DELETE. */
  beforeDelete?(entity: Entity, args: JsonObject, grid: Grid): void;
  afterDelete?(entity: Entity, grid: Grid): void;

  /** Computed fields, and stored ones that are shown differently. `undefined` leaves the field out of the answer. */
  readonly read?: { readonly [field: string]: (entity: Entity, context: ReadContext) => Json | undefined };

  /**
   * Candidates for a search, narrowed by whatever conditions have an index; the engine still checks each condition
   * unless it is returned in `settled`. Virtual types (`ipv4address`) make their rows here. `undefined`: all objects of the type.
   */
  rows?(conditions: readonly Condition[], grid: Grid): { rows: Iterable<Row>; settled?: readonly Condition[] } | undefined;
  /** How a field is compared where it isn't the plain value: returns whether the row fits. */
  readonly matches?: { readonly [field: string]: (entity: Entity, condition: Condition, grid: Grid) => boolean };

  /** Functions, by WAPI's name. `target` is the object of the reference. */
  readonly functions?: { readonly [name: string]: (target: Entity, parameters: JsonObject, grid: Grid) => Json };
}
