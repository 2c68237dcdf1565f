/**
 * Past states of the grid, for requests that run side by side (see `isolation`) and for searches that still find
 * deleted objects (see `searchFindsGoneFor`).
 *
 * A request is carried out at its end, at once. If the grid does not isolate requests, its searches see the state that
 * was committed when it began and what it has written itself: later changes by others are undone during the search.
 * Writes apply to the current state, so that unique keys stay unique.
 */

import type { Entity } from "../store/entity.js";
import { idOf, type Store, type StoreChange } from "../store/store.js";
import type { Assumptions } from "./assumptions.js";

/** The beginning of a request. Each must be passed to `since` in the end. */
export interface Moment {
  /** The net changes since then, once the request is carried out. */
  readonly changes: StoreChange[];
}

interface TimedChange extends StoreChange {
  readonly at: number;
}

/** The parts of the grid that this needs. */
interface Source {
  readonly store: Store;
  readonly clock: { now(): number };
  readonly assumptions: Pick<Assumptions, "isolation" | "searchFindsGoneFor" | "choosesNextSideBySide">;
}

export class PastStates {
  readonly #grid: Source;
  /** Changes since the oldest request that is under way, and those that searches do not see yet. */
  #log: TimedChange[] = [];
  readonly #begun = new Set<Moment>();
  /** What others changed since the beginning of the request that is being carried out. */
  #foreign: readonly StoreChange[] = [];

  constructor(grid: Source) {
    this.#grid = grid;
    if (!this.#isolates || this.#gone > 0) grid.store.onChange((before, after) => this.#note(before, after));
  }

  /** Begins a request. */
  begin(): Moment | undefined {
    if (this.#isolates) return undefined;
    const moment: Moment = { changes: [] };
    this.#begun.add(moment);
    return moment;
  }

  /** Carries out a request that began at that moment. */
  since<Result>(moment: Moment | undefined, work: () => Result): Result {
    if (moment === undefined) return work();
    this.#begun.delete(moment);
    this.#foreign = net(moment.changes);
    try {
      return work();
    } finally {
      this.#foreign = [];
    }
  }

  /** Runs a search on the state that it sees. */
  searched<Result>(search: () => Result): Result {
    return this.#grid.store.without([...this.#foreign, ...this.#unknownToSearches()], search);
  }

  /** Runs the choice of a next available address or network on the state that it sees. */
  chosen<Result>(choose: () => Result): Result {
    return this.#grid.assumptions.choosesNextSideBySide ? this.#atBegin(choose) : choose();
  }

  /** Whether another request has replaced or changed the object of a reference since this request began. */
  isStale(find: () => Entity): boolean {
    if (this.#foreign.length === 0) return false;
    return found(find) !== this.#atBegin(() => found(find));
  }

  #atBegin<Result>(work: () => Result): Result {
    return this.#grid.store.without(this.#foreign, work);
  }

  /** Deletions and changes that are too recent for a search to see. */
  #unknownToSearches(): readonly StoreChange[] {
    if (this.#gone === 0) return [];
    const since = this.#grid.clock.now() - this.#gone;
    this.#log = this.#log.filter(({ at }) => at > since);
    const foreign = new Set(this.#foreign.map(idOf));
    // New objects show at once, but not their changes since.
    const seen = this.#log.filter(({ before }) => before !== undefined);
    return net(seen).filter((change) => !foreign.has(idOf(change)));
  }

  #note(before: Entity | undefined, after: Entity | undefined): void {
    if (this.#grid.store.isElsewhere) return;
    for (const { changes } of this.#begun) changes.push({ before, after });
    if (this.#gone > 0) this.#log.push({ before, after, at: this.#grid.clock.now() });
  }

  get #isolates(): boolean {
    return this.#grid.assumptions.isolation === "serial";
  }

  get #gone(): number {
    return this.#grid.assumptions.searchFindsGoneFor;
  }
}

/** One change for each object: from its first state to its last. */
function net(changes: readonly StoreChange[]): StoreChange[] {
  const byId = new Map<number, StoreChange>();
  for (const { before, after } of changes) {
    const id = idOf({ before, after });
    const known = byId.get(id);
    byId.set(id, { before: known ? known.before : before, after });
  }
  return [...byId.values()].filter(({ before, after }) => before !== after);
}

function found(find: () => Entity): Entity | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
