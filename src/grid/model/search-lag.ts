/** How long objects have been there, for grids whose searches are slow to find new ones: see `searchSeesWritesAfter`. */

import type { Entity } from "../store/entity.js";
import type { Store } from "../store/store.js";

/** What is asked of the grid. */
interface Source {
  readonly store: Store;
  readonly clock: { now(): number };
  readonly assumptions: { readonly searchSeesWritesAfter: number };
  readonly seeding: boolean;
}

export class SearchLag {
  readonly #grid: Source;
  /** By object, not by id: an undone create gives its id back. */
  readonly #since = new WeakMap<Entity, number>();

  constructor(grid: Source) {
    this.#grid = grid;
    if (this.#delay === 0) return;
    grid.store.onChange((before, after) => {
      if (after === undefined || this.#since.has(after)) return;
      if (grid.store.isElsewhere) return;
      // A seed has been there for long, and a changed object is as old as it was.
      if (before === undefined && grid.seeding) return;
      const since = before === undefined ? grid.clock.now() : this.#since.get(before);
      if (since !== undefined) this.#since.set(after, since);
    });
  }

  /** The rows that a search finds by now. Rows that are made for the search are as new as it is. */
  *found(rows: Iterable<Entity>): Generator<Entity> {
    const latest = this.#grid.clock.now() - this.#delay;
    for (const row of rows) if ((this.#since.get(row) ?? Number.NEGATIVE_INFINITY) <= latest) yield row;
  }

  get #delay(): number {
    return this.#grid.assumptions.searchSeesWritesAfter;
  }
}
