/**
 * The grid itself: its objects and the rules they follow. What rules modules are handed to look around and act.
 *
 * Reading and acting here is below the wire: values are canonical already and nobody checks who may do what.
 * Requests come in through `handle.ts`.
 */

import { invalidReference, notFound, referenceNotFound, unknownObjectType } from "./answers.js";
import { type Assumptions, defaultAssumptions } from "./assumptions.js";
import { Clock } from "./clock.js";
import { createObject, deleteObject, updateObject } from "./engine.js";
import { fieldKeys, isLink, linkKeys } from "./index-keys.js";
import { PastStates } from "./past-states.js";
import { Random } from "./random.js";
import { formatRef, parseRef } from "./refs.js";
import type { AttributeRules, Entity, Json, JsonObject, ReadContext, Row, Rules } from "./rules.js";
import { parseConditions, searchRows } from "./search.js";
import { SearchLag } from "./search-lag.js";
import { Store } from "./store.js";
import { schemaAt } from "./versions.js";
import { readField } from "./view.js";

export interface GridOptions {
  readonly rules: readonly Rules[];
  readonly attributes: AttributeRules;
  readonly assumptions?: Partial<Assumptions> | undefined;
  /** Newest WAPI version that the grid speaks. */
  readonly version: string;
  /** How long a restart of services is under way, by the grid's clock. Default 0. */
  readonly restartSeconds?: number | undefined;
}

export class Grid {
  readonly store = new Store();
  readonly clock = new Clock();
  readonly random = new Random();
  readonly assumptions: Assumptions;
  readonly attributes: AttributeRules;
  readonly version: string;
  readonly restartSeconds: number;
  readonly searchLag: SearchLag;
  /** What requests that run side by side see of each other. */
  readonly past: PastStates;
  /** Where the grid is reached, for the URLs that it hands out itself. */
  origin = "https://infoblox.localdomain";
  /** Who makes the request that is being handled. */
  user = "admin";
  readonly #rules: ReadonlyMap<string, Rules>;
  #seeding = false;
  #seedings = 0;
  readonly #derived = new Map<unknown, unknown>();

  constructor(options: GridOptions) {
    this.assumptions = { ...defaultAssumptions, ...options.assumptions };
    this.attributes = options.attributes;
    this.version = options.version;
    this.restartSeconds = options.restartSeconds ?? 0;
    this.searchLag = new SearchLag(this);
    this.past = new PastStates(this);
    this.#rules = new Map(options.rules.map((rules) => [rules.type, rules]));
  }

  /** What is special about a type; an object type that nobody wrote rules for has just its name. */
  rules(type: string): Rules {
    return this.#rules.get(type) ?? { type };
  }

  /**
   * Something built from the objects once per grid, such as the address space: `make` is called on first use, and
   * listens to `grid.store.onChange` to stay right.
   */
  derived<Thing>(make: (grid: Grid) => Thing): Thing {
    if (!this.#derived.has(make)) this.#derived.set(make, make(this));
    return this.#derived.get(make) as Thing;
  }

  // --- looking around ----------------------------------------------------------------------------------------

  get(id: number | undefined): Entity | undefined {
    return id === undefined ? undefined : this.store.get(id);
  }

  /** All stored objects of a type, oldest first. */
  all(type: string): Iterable<Entity> {
    return this.store.all(type);
  }

  byKey(type: string, key: string): Entity | undefined {
    return this.store.byKey(type, key);
  }

  /** Objects of a type whose stored field has this very value (for a list: contains it), by index. */
  find(type: string, field: string, value: string | number): Entity[] {
    return this.store.indexed(type, `field ${field}`, fieldKeys(field), value);
  }

  /** Objects of a type that hang on another one by a link of that name, by index. */
  linked(type: string, link: string, id: number): Entity[] {
    return this.store.indexed(type, `link ${link}`, linkKeys(link), id);
  }

  /** The same over all types. */
  linkedOfAnyType(link: string, id: number): Entity[] {
    return [...this.store.types()].flatMap((type) => this.linked(type, link, id));
  }

  /** What a GET with these arguments (`{ "network": "10.0.0.0/24", "*Site": "HQ" }`) finds; errors as there. */
  search(type: string, args: JsonObject): Row[] {
    return [...searchRows(type, parseConditions(type, Object.entries(args), this, this.version), this)];
  }

  /** The value of a field as a reader sees it: computed, stored or default. */
  read(entity: Entity, field: string): Json | undefined {
    return readField(entity, field, this.readContext());
  }

  readContext(version = this.version, inheritance = false): ReadContext {
    return { grid: this, version, inheritance };
  }

  /** The reference of an object, as of now. */
  ref(entity: Entity): string {
    return formatRef(entity.type, entity.key, this.refName(entity));
  }

  /** The parts of the readable name in an object's reference. */
  refName(entity: Entity): readonly string[] {
    const rules = this.rules(entity.type);
    if (rules.name) return rules.name(entity, this);
    const { name } = entity.values;
    return typeof name === "string" && name !== "" ? [name] : [];
  }

  /** How a stored value refers to another object: shown as that object's reference of the day. */
  link(entity: Entity): JsonObject {
    return { _id: entity.id };
  }

  /** The object that a stored `{ "_id": … }` stands for; `undefined` for any other value, or when it is gone. */
  linkTarget(value: Json | undefined): Entity | undefined {
    return isLink(value) ? this.get(value._id) : undefined;
  }

  /** The object of a reference. Throws `Unknown object type`, `Invalid reference` or `Reference … not found`. */
  resolve(ref: string): Row {
    const parsed = parseRef(ref);
    if (!parsed) throw invalidReference(ref);
    if (!schemaAt(parsed.type, this.version)) throw unknownObjectType(parsed.type);
    if (parsed.key === undefined) throw invalidReference(ref);
    const row = this.rules(parsed.type).row?.(parsed.key, this) ?? this.byKey(parsed.type, parsed.key);
    if (!row) throw referenceNotFound(ref);
    return row;
  }

  /** The only object of a type (`grid`, `grid:dns`), or the first. */
  first(type: string): Entity {
    for (const entity of this.all(type)) return entity;
    throw notFound(`No ${type} object`);
  }

  // --- acting: inside a transaction --------------------------------------------------------------------------

  /** All of `work` or, where it throws, nothing of it. */
  transaction<Result>(work: () => Result): Result {
    return this.store.transaction(work);
  }

  /** Fills in what the grid begins with, which is served already: no restart is pending for it. */
  asSeed(work: () => void): void {
    this.#seeding = true;
    try {
      work();
    } finally {
      this.#seeding = false;
      this.#seedings += 1;
    }
  }

  /** How often something was filled in. */
  get seedings(): number {
    return this.#seedings;
  }

  get seeding(): boolean {
    return this.#seeding;
  }

  /** Makes an object with canonical values, through its rules. */
  create(type: string, values: JsonObject, links: Readonly<Record<string, number>> = {}): Entity {
    const draft = { type, values: { ...values }, links: { ...links }, given: new Set(Object.keys(values)) };
    return createObject(draft, this);
  }

  /** Changes canonical values, through the rules. `undefined` takes a value away. */
  update(
    entity: Entity,
    changes: Readonly<Record<string, Json | undefined>>,
    links: Readonly<Record<string, number>> = {},
  ): Entity {
    const values: Record<string, Json> = { ...entity.values };
    for (const [field, value] of Object.entries(changes)) {
      if (value === undefined) delete values[field];
      else values[field] = value;
    }
    const draft = {
      type: entity.type,
      values,
      links: { ...entity.links, ...links },
      given: new Set(Object.keys(changes)),
    };
    return updateObject(draft, entity, this);
  }

  /** Deletes an object through its rules, with whatever they take along. Gone already: nothing happens. */
  delete(entity: Entity, args: JsonObject = {}): void {
    if (this.get(entity.id)) deleteObject(entity, args, this);
  }

  /** Stores an object as it is, past the rules: conversions, new keys for children of a renamed parent. */
  put(entity: Entity): Entity {
    this.store.put(entity);
    return entity;
  }

  /** 0, 1, 2 … per name. */
  serial(name: string): number {
    return this.store.serial(name);
  }
}
