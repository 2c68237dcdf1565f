/** The age of objects, for grids whose searches find new ones late: see `searchSeesWritesAfter`. */

import type { Entity } from "../store/entity.js";
import type { Store } from "../store/store.js";

/** The parts of the grid that this needs. */
interface Source {
  readonly store: Store;
  readonly clock: { now(): number };
  readonly assumptions: { readonly searchSeesWritesAfter: number };
  readonly seeding: boolean;
}

export class SearchLag {
  readonly #grid: Source;
  /** By object, not by id: an undone create frees its id. */
  readonly #since = new WeakMap<Entity, number>();

  constructor(grid: Source) {
    this.#grid = grid;
    if (this.#delay === 0) return;
    grid.store.onChange((before, after) => {
      if (after === undefined || this.#since.has(after)) return;
      if (grid.store.isElsewhere) return;
      // Seeded objects count as old, and a changed object keeps its age.
      if (before === undefined && grid.seeding) return;
      const since = before === undefined ? grid.clock.now() : this.#since.get(before);
      if (since !== undefined) this.#since.set(after, since);
    });
  }

  /** Yields the rows that a search finds by now. Virtual rows always count. */
  *found(rows: Iterable<Entity>): Generator<Entity> {
    const latest = this.#grid.clock.now() - this.#delay;
    for (const row of rows) if ((this.#since.get(row) ?? Number.NEGATIVE_INFINITY) <= latest) yield row;
  }

  get #delay(): number {
    return this.#grid.assumptions.searchSeesWritesAfter;
  }
}
