/**
 * What the grid held a moment ago, for requests that run side by side (see `isolation`) and for searches that still find
 * what is gone (see `searchFindsGoneFor`).
 *
 * A request is carried out at its end, in one go. Where the grid doesn't isolate requests, its searches see the state
 * that was committed when it began and what it has written itself: the changes of others since then are undone for the
 * time of the search. Whatever is stored meets the state of the end, so that unique keys hold.
 */

import type { Entity } from "../store/entity.js";
import { idOf, type Store, type StoreChange } from "../store/store.js";
import type { Assumptions } from "./assumptions.js";

/** The beginning of a request, which must be carried out in the end. */
export interface Moment {
  /** What has changed since, net, once the request is carried out. */
  readonly changes: StoreChange[];
}

interface TimedChange extends StoreChange {
  readonly at: number;
}

/** What is asked of the grid. */
interface Source {
  readonly store: Store;
  readonly clock: { now(): number };
  readonly assumptions: Pick<Assumptions, "isolation" | "searchFindsGoneFor" | "choosesNextSideBySide">;
}

export class PastStates {
  readonly #grid: Source;
  /** Changes since the oldest request that is under way, and those that searches don't know of yet. */
  #log: TimedChange[] = [];
  readonly #begun = new Set<Moment>();
  /** What others changed since the beginning of the request that is being carried out. */
  #foreign: readonly StoreChange[] = [];

  constructor(grid: Source) {
    this.#grid = grid;
    if (!this.#isolates || this.#gone > 0) grid.store.onChange((before, after) => this.#note(before, after));
  }

  /** A request begins. */
  begin(): Moment | undefined {
    if (this.#isolates) return undefined;
    const moment: Moment = { changes: [] };
    this.#begun.add(moment);
    return moment;
  }

  /** Carries a request out that began at that moment. */
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

  /** What a search sees. */
  searched<Result>(search: () => Result): Result {
    return this.#grid.store.without([...this.#foreign, ...this.#unknownToSearches()], search);
  }

  /** What the choice of a next available address or network sees. */
  chosen<Result>(choose: () => Result): Result {
    return this.#grid.assumptions.choosesNextSideBySide ? this.#atBegin(choose) : choose();
  }

  /** Whether somebody has replaced or changed the object of a reference since the request began. */
  isStale(find: () => Entity): boolean {
    if (this.#foreign.length === 0) return false;
    return found(find) !== this.#atBegin(() => found(find));
  }

  #atBegin<Result>(work: () => Result): Result {
    return this.#grid.store.without(this.#foreign, work);
  }

  /** Deletions and changes too recent for a search to have noticed them. */
  #unknownToSearches(): readonly StoreChange[] {
    if (this.#gone === 0) return [];
    const since = this.#grid.clock.now() - this.#gone;
    this.#log = this.#log.filter(({ at }) => at > since);
    const foreign = new Set(this.#foreign.map(idOf));
    // What was made just now shows at once; what has become of it since doesn't.
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

/** One change per object: what it was at first, and what it has become. */
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
