/**
 * Ids of one type's objects by a value that they have. It makes a search by `=` independent of the number of objects.
 */

import type { Entity } from "./entity.js";

/** The values by which an object is found: none, one, or several (elements of a list). */
export type IndexKeys = (entity: Entity) => string | number | undefined | readonly (string | number)[];

export class EqualityIndex {
  readonly type: string;
  readonly #keys: IndexKeys;
  /** A lone id is kept as the number itself: most values belong to one object, and a set costs 200 bytes. */
  readonly #ids = new Map<string | number, number | Set<number>>();

  constructor(type: string, keys: IndexKeys) {
    this.type = type;
    this.#keys = keys;
  }

  /** Ids found by the value, in the order in which the objects were created. */
  ids(value: string | number): readonly number[] {
    const found = this.#ids.get(value);
    if (found === undefined) return [];
    if (typeof found === "number") return [found];
    return [...found].sort((left, right) => left - right);
  }

  count(value: string | number): number {
    const found = this.#ids.get(value);
    if (found === undefined) return 0;
    return typeof found === "number" ? 1 : found.size;
  }

  change(before: Entity | undefined, after: Entity | undefined): void {
    if (before?.type === this.type) this.#each(before, (key) => this.#remove(key, before.id));
    if (after?.type === this.type) this.#each(after, (key) => this.#add(key, after.id));
  }

  #each(entity: Entity, act: (key: string | number) => void): void {
    const keys = this.#keys(entity);
    if (keys === undefined) return;
    if (typeof keys === "object") for (const key of keys) act(key);
    else act(keys);
  }

  #add(key: string | number, id: number): void {
    const found = this.#ids.get(key);
    if (found === undefined) this.#ids.set(key, id);
    else if (typeof found === "number") {
      if (found !== id) this.#ids.set(key, new Set([found, id]));
    } else found.add(id);
  }

  #remove(key: string | number, id: number): void {
    const found = this.#ids.get(key);
    if (found === id) this.#ids.delete(key);
    else if (found instanceof Set) {
      found.delete(id);
      if (found.size === 0) this.#ids.delete(key);
    }
  }
}
