/**
 * The emulator's memory: objects by id, by type and by internal key, with indexes, transactions and snapshots.
 *
 * Objects are never changed in place, so undoing a transaction or restoring a snapshot puts old ones back. Derived data
 * (an index, the address space) listens to changes and stays right through both.
 */

import type { Entity } from "./entity.js";
import { EqualityIndex, type IndexKeys } from "./equality-index.js";

/** One change as listeners see it: created (no `before`), deleted (no `after`), or replaced. */
export type ChangeListener = (before: Entity | undefined, after: Entity | undefined) => void;

/** A copy of everything at one moment. It shares the objects themselves. */
export interface StoreSnapshot {
  readonly entities: readonly Entity[];
  readonly nextId: number;
  readonly serials: ReadonlyMap<string, number>;
}

/** The changes of an outermost transaction, for a journal. */
export interface StoreChanges {
  readonly stored: readonly Entity[];
  readonly removed: readonly number[];
  readonly nextId: number;
  readonly serials: ReadonlyMap<string, number>;
}

export type CommitListener = (changes: StoreChanges) => void;

interface TypeTable {
  readonly entities: Map<number, Entity>;
  readonly ids: Map<string, number>;
  readonly indexes: Map<string, EqualityIndex>;
  /**
   * The highest id so far. If a lower id is added later (undo, conversion), the map must be sorted before a listing.
   */
  lastId: number;
  sorted: boolean;
  /** The ids in order. Kept from the first {@link Store.walk} on. */
  order: number[] | undefined;
}

/** One object before and after a change. */
export type StoreChange = { readonly before: Entity | undefined; readonly after: Entity | undefined };

export class Store {
  readonly #entities = new Map<number, Entity>();
  readonly #types = new Map<string, TypeTable>();
  readonly #changeListeners: ChangeListener[] = [];
  readonly #commitListeners: CommitListener[] = [];
  /** Changes of the running transaction, oldest first. */
  readonly #undo: StoreChange[] = [];
  #serials = new Map<string, number>();
  #nextId = 1;
  #depth = 0;
  #elsewhere = false;

  get size(): number {
    return this.#entities.size;
  }

  get(id: number): Entity | undefined {
    return this.#entities.get(id);
  }

  byKey(type: string, key: string): Entity | undefined {
    const id = this.#types.get(type)?.ids.get(key);
    return id === undefined ? undefined : this.#entities.get(id);
  }

  /** All objects of a type, oldest first. */
  all(type: string): Iterable<Entity> {
    const table = this.#types.get(type);
    if (!table) return [];
    if (!table.sorted) sortTable(table);
    return table.entities.values();
  }

  /**
   * Yields the objects of a type that exist now, oldest first, over as long a time as the caller takes. Objects that
   * are created meanwhile are not included, and deleted ones are left out.
   */
  *walk(type: string): Generator<Entity> {
    const end = this.#nextId;
    for (let id = this.#idAfter(type, 0); id !== undefined && id < end; id = this.#idAfter(type, id)) {
      const entity = this.#entities.get(id);
      if (entity?.type === type) yield entity;
    }
  }

  count(type: string): number {
    return this.#types.get(type)?.entities.size ?? 0;
  }

  /** The types that have objects. */
  types(): Iterable<string> {
    return this.#types.keys();
  }

  /** Objects of a type whose index keys (a field's value, a link …) include this one, oldest first. */
  indexed(type: string, index: string, keys: IndexKeys, value: string | number): Entity[] {
    const ids = this.#index(type, index, keys).ids(value);
    return ids.map((id) => this.#entities.get(id)).filter((entity) => entity !== undefined);
  }

  /** How many objects {@link indexed} would return, without fetching them. */
  indexedCount(type: string, index: string, keys: IndexKeys, value: string | number): number {
    return this.#index(type, index, keys).count(value);
  }

  /** Calls the listener for every change from now on, also for undone and restored ones. */
  onChange(listener: ChangeListener): void {
    this.#changeListeners.push(listener);
  }

  /** Calls the listener for every outermost transaction that changed something. */
  onCommit(listener: CommitListener): void {
    this.#commitListeners.push(listener);
  }

  // --- changes: only inside a transaction --------------------------------------------------------------------

  nextId(): number {
    return this.#nextId++;
  }

  /** 0, 1, 2 … per name: numbers for internal keys. */
  serial(name: string): number {
    const value = this.#serials.get(name) ?? 0;
    this.#serials.set(name, value + 1);
    return value;
  }

  /** Stores an object. Replaces one with the same id. */
  put(entity: Entity): void {
    const before = this.#entities.get(entity.id);
    if (before === entity) return;
    this.#record(before, entity);
    this.#apply(before, entity);
  }

  remove(id: number): void {
    const before = this.#entities.get(id);
    if (!before) return;
    this.#record(before, undefined);
    this.#apply(before, undefined);
  }

  /** Runs `work` as a transaction: undoes all of it if it throws. Inside another transaction, undoes only this part. */
  transaction<Result>(work: () => Result): Result {
    const mark = this.#undo.length;
    const nextId = this.#nextId;
    const serials = new Map(this.#serials);
    this.#depth += 1;
    try {
      const result = work();
      if (this.#depth === 1) this.#commit();
      return result;
    } catch (error) {
      this.#rollBack(mark);
      this.#nextId = nextId;
      this.#serials = serials;
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /**
   * Runs `look` as if some changes, at most one for each object, had not been made. Objects that have changed again
   * since stay as they are.
   */
  without<Result>(changes: readonly StoreChange[], look: () => Result): Result {
    const undone = changes.filter((change) => this.#entities.get(idOf(change)) === change.after);
    if (undone.length === 0 || this.#elsewhere) return look();
    this.#elsewhere = true;
    const put: Entity[] = [];
    try {
      for (const { after } of undone) if (after) this.#apply(after, undefined);
      for (const { before } of undone) {
        if (before === undefined || this.byKey(before.type, before.key)) continue;
        this.#apply(undefined, before);
        put.push(before);
      }
      return look();
    } finally {
      for (const before of put) this.#apply(before, undefined);
      for (const { after } of undone) if (after) this.#apply(undefined, after);
      this.#elsewhere = false;
    }
  }

  /** Whether {@link without} is showing a past state. Listeners ignore its changes. */
  get isElsewhere(): boolean {
    return this.#elsewhere;
  }

  // --- snapshots ---------------------------------------------------------------------------------------------

  snapshot(): StoreSnapshot {
    return { entities: [...this.#entities.values()], nextId: this.#nextId, serials: new Map(this.#serials) };
  }

  restore(snapshot: StoreSnapshot): void {
    const wanted = new Set(snapshot.entities.map(({ id }) => id));
    for (const id of [...this.#entities.keys()]) if (!wanted.has(id)) this.remove(id);
    for (const entity of snapshot.entities) this.put(entity);
    this.#nextId = snapshot.nextId;
    this.#serials = new Map(snapshot.serials);
  }

  // --- inside ------------------------------------------------------------------------------------------------

  #record(before: Entity | undefined, after: Entity | undefined): void {
    if (this.#depth > 0) this.#undo.push({ before, after });
  }

  #commit(): void {
    // If a listener fails (a full disk), the transaction fails and is undone.
    if (this.#undo.length > 0 && this.#commitListeners.length > 0) this.#tellOfCommit();
    this.#undo.length = 0;
  }

  #tellOfCommit(): void {
    const touched = new Set(this.#undo.map(({ before, after }) => (after ?? before)?.id ?? 0));
    const ids = [...touched];
    const changes: StoreChanges = {
      stored: ids.map((id) => this.#entities.get(id)).filter((entity) => entity !== undefined),
      removed: ids.filter((id) => !this.#entities.has(id)),
      nextId: this.#nextId,
      serials: this.#serials,
    };
    for (const listener of this.#commitListeners) listener(changes);
  }

  #rollBack(mark: number): void {
    while (this.#undo.length > mark) {
      const change = this.#undo.pop();
      if (change) this.#apply(change.after, change.before);
    }
  }

  #apply(before: Entity | undefined, after: Entity | undefined): void {
    if (before) this.#unlist(before, after);
    if (after) this.#list(after);
    if (before) this.#reindex(before.type, before, after);
    if (after && after.type !== before?.type) this.#reindex(after.type, before, after);
    for (const listener of this.#changeListeners) listener(before, after);
  }

  #list(entity: Entity): void {
    const table = this.#table(entity.type);
    if (!table.entities.has(entity.id)) {
      if (entity.id < table.lastId) table.sorted = false;
      table.lastId = Math.max(table.lastId, entity.id);
      if ((table.order?.at(-1) ?? 0) < entity.id) table.order?.push(entity.id);
      else table.order = undefined;
    }
    table.entities.set(entity.id, entity);
    table.ids.set(entity.key, entity.id);
    this.#entities.set(entity.id, entity);
  }

  #unlist(entity: Entity, replacement: Entity | undefined): void {
    const table = this.#table(entity.type);
    if (table.ids.get(entity.key) === entity.id) table.ids.delete(entity.key);
    if (replacement?.type !== entity.type) table.entities.delete(entity.id);
    if (!replacement) this.#entities.delete(entity.id);
  }

  /** The next id in a type's order. Its object may be deleted by now. */
  #idAfter(type: string, id: number): number | undefined {
    const table = this.#types.get(type);
    if (!table) return undefined;
    // Ids of deleted objects stay in the order until they are too many.
    if (!table.order || table.order.length > 2 * table.entities.size + 1_000) {
      table.order = [...table.entities.keys()].sort((left, right) => left - right);
    }
    return firstAbove(table.order, id);
  }

  #table(type: string): TypeTable {
    let table = this.#types.get(type);
    if (!table) {
      table = {
        entities: new Map(),
        ids: new Map(),
        indexes: new Map(),
        lastId: 0,
        sorted: true,
        order: undefined,
      };
      this.#types.set(type, table);
    }
    return table;
  }

  #index(type: string, name: string, keys: IndexKeys): EqualityIndex {
    const { indexes } = this.#table(type);
    let index = indexes.get(name);
    if (!index) {
      index = new EqualityIndex(type, keys);
      for (const entity of this.all(type)) index.change(undefined, entity);
      indexes.set(name, index);
    }
    return index;
  }

  #reindex(type: string, before: Entity | undefined, after: Entity | undefined): void {
    for (const index of this.#table(type).indexes.values()) index.change(before, after);
  }
}

export function idOf({ before, after }: StoreChange): number {
  return (after ?? before)?.id ?? 0;
}

function firstAbove(sorted: readonly number[], value: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

function sortTable(table: TypeTable): void {
  const sorted = [...table.entities].sort(([left], [right]) => left - right);
  table.entities.clear();
  for (const [id, entity] of sorted) table.entities.set(id, entity);
  table.sorted = true;
}
