/** The grid: connects the store, the engine, searches and views. */

import type { Entity, Json, JsonObject } from "../store/entity.js";
import { fieldKeys, isLink, linkKeys } from "../store/index-keys.js";
import { Store } from "../store/store.js";
import { invalidReference, notFound, referenceNotFound, unknownObjectType } from "./answers.js";
import { type Assumptions, defaultAssumptions } from "./assumptions.js";
import { createObject, deleteObject, updateObject } from "./engine.js";
import { PastStates } from "./past-states.js";
import { Random } from "./random.js";
import { formatRef, parseRef } from "./refs.js";
import type { AttributeRules, Grid, ReadContext, Row, Rules } from "./rules.js";
import { parseConditions, searchRows } from "./search.js";
import { SearchLag } from "./search-lag.js";
import { nameAt, presentType, schemaAt } from "./versions.js";
import { readField } from "./view.js";

export interface GridOptions {
  readonly rules: readonly Rules[];
  readonly attributes: AttributeRules;
  readonly clock: Grid["clock"];
  readonly assumptions?: Partial<Assumptions> | undefined;
  /** Newest WAPI version that the grid speaks. */
  readonly version: string;
  /** How long a restart of services takes, in seconds of the grid's clock. Default 0. */
  readonly restartSeconds?: number | undefined;
  /** Translates the sentences of refusals. Default: those of answers.ts. */
  readonly reword?: ((text: string) => string) | undefined;
}

export class GridModel implements Grid {
  readonly store = new Store();
  readonly clock: Grid["clock"];
  readonly random = new Random();
  readonly assumptions: Assumptions;
  readonly attributes: AttributeRules;
  readonly version: string;
  readonly restartSeconds: number;
  readonly searchLag: SearchLag;
  readonly past: PastStates;
  readonly reword: (text: string) => string;
  origin = "https://infoblox.localdomain";
  user = "admin";
  readonly #rules: ReadonlyMap<string, Rules>;
  readonly #due: readonly Rules[];
  #seeding = false;
  #seedings = 0;
  readonly #derived = new Map<unknown, unknown>();

  constructor(options: GridOptions) {
    this.assumptions = { ...defaultAssumptions, ...options.assumptions };
    this.attributes = options.attributes;
    this.clock = options.clock;
    this.reword = options.reword ?? ((text) => text);
    this.version = options.version;
    this.restartSeconds = options.restartSeconds ?? 0;
    this.searchLag = new SearchLag(this);
    this.past = new PastStates(this);
    this.#rules = new Map(options.rules.map((rules) => [rules.type, rules]));
    this.#due = options.rules.filter((rules) => rules.beforeRequest !== undefined);
  }

  rules(type: string): Rules {
    return this.#rules.get(type) ?? { type };
  }

  beforeRequest(): void {
    for (const rules of this.#due) rules.beforeRequest?.(this);
  }

  derived<Thing>(make: (grid: Grid) => Thing): Thing {
    if (!this.#derived.has(make)) this.#derived.set(make, make(this));
    return this.#derived.get(make) as Thing;
  }

  // --- looking around ----------------------------------------------------------------------------------------

  get(id: number | undefined): Entity | undefined {
    return id === undefined ? undefined : this.store.get(id);
  }

  all(type: string): Iterable<Entity> {
    return this.store.all(type);
  }

  byKey(type: string, key: string): Entity | undefined {
    return this.store.byKey(type, key);
  }

  find(type: string, field: string, value: string | number): Entity[] {
    return this.store.indexed(type, `field ${field}`, fieldKeys(field), value);
  }

  linked(type: string, link: string, id: number): Entity[] {
    return this.store.indexed(type, `link ${link}`, linkKeys(link), id);
  }

  linkedOfAnyType(link: string, id: number): Entity[] {
    return [...this.store.types()].flatMap((type) => this.linked(type, link, id));
  }

  search(type: string, args: JsonObject): Row[] {
    return [...searchRows(type, parseConditions(type, Object.entries(args), this, this.version), this)];
  }

  read(entity: Entity, field: string): Json | undefined {
    return readField(entity, field, this.readContext());
  }

  readContext(version = this.version, inheritance = false): ReadContext {
    return { grid: this, version, inheritance };
  }

  ref(entity: Entity, version: string = this.version): string {
    return formatRef(nameAt(entity.type, version), entity.key, this.refName(entity));
  }

  refName(entity: Entity): readonly string[] {
    const rules = this.rules(entity.type);
    if (rules.name) return rules.name(entity, this);
    const { name } = entity.values;
    return typeof name === "string" && name !== "" ? [name] : [];
  }

  link(entity: Entity): JsonObject {
    return { _id: entity.id };
  }

  linkTarget(value: Json | undefined): Entity | undefined {
    return isLink(value) ? this.get(value._id) : undefined;
  }

  resolve(ref: string): Row {
    const parsed = parseRef(ref);
    if (!parsed) throw invalidReference(ref);
    const type = presentType(parsed.type);
    if (!schemaAt(type, this.version)) throw unknownObjectType(parsed.type);
    if (parsed.key === undefined) throw invalidReference(ref);
    const row = this.rules(type).row?.(parsed.key, this) ?? this.byKey(type, parsed.key);
    if (!row) throw referenceNotFound(ref);
    return row;
  }

  first(type: string): Entity {
    for (const entity of this.all(type)) return entity;
    throw notFound(`No ${type} object`);
  }

  // --- acting: inside a transaction --------------------------------------------------------------------------

  transaction<Result>(work: () => Result): Result {
    return this.store.transaction(work);
  }

  asSeed(work: () => void): void {
    this.#seeding = true;
    try {
      work();
    } finally {
      this.#seeding = false;
      this.#seedings += 1;
    }
  }

  get seedings(): number {
    return this.#seedings;
  }

  get seeding(): boolean {
    return this.#seeding;
  }

  create(type: string, values: JsonObject, links: Readonly<Record<string, number>> = {}): Entity {
    const draft = { type, values: { ...values }, links: { ...links }, given: new Set(Object.keys(values)) };
    return createObject(draft, this);
  }

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

  delete(entity: Entity, args: JsonObject = {}): void {
    if (this.get(entity.id)) deleteObject(entity, args, this);
  }

  put(entity: Entity): Entity {
    this.store.put(entity);
    return entity;
  }

  serial(name: string): number {
    return this.store.serial(name);
  }
}
