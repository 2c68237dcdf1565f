import type { Clock } from "./clock.js";
import type { Session } from "./session.js";

/** One address of the grid, and the login there. */
export interface Address {
  /** `https://grid.example.com`, to which a path is added. */
  readonly base: string;
  /** A session holds at the node that opened it. */
  readonly session: Session;
}

/** After this long away from the master's address one request tries it again, and then one each time as much. */
const returnAfter = 60_000;
/** After a write of this client, candidates may not show it yet for as long. */
const replicationMs = 30_000;
/** Results in pages that are under way, at most. */
const mostPages = 1_000;

/** What decides where a request goes. */
export interface Errand {
  readonly writes: boolean;
  /** A candidate may answer it: a GET of a client that reads from candidates. */
  readonly fromCandidates?: boolean;
  /** The next page of a result: only the node that gave the page before knows it. */
  readonly page?: string | undefined;
}

/**
 * The grid's addresses, in the user's order. All requests of a client go to the same one until it fails one of them;
 * then all move on to the next. Home is the address that took the latest write, at first the first: a client that had
 * to leave it goes back by and by, since what a candidate has to read may lag behind.
 */
export class Addresses {
  readonly all: readonly [Address, ...Address[]];
  readonly #clock: Pick<Clock, "now">;
  /** What each has served. */
  readonly #served = new Map<Address, { readonly writes: boolean }>();
  #current: Address;
  #home: Address;
  #returnAt = 0;
  #ownWritesUntil = Number.NEGATIVE_INFINITY;
  /** Candidates that failed a read, and until when they are left alone. */
  readonly #resting = new Map<Address, number>();
  readonly #pages = new Map<string, Address>();

  constructor(all: readonly [Address, ...Address[]], clock: Pick<Clock, "now">) {
    this.all = all;
    this.#clock = clock;
    this.#current = all[0];
    this.#home = all[0];
  }

  get count(): number {
    return this.all.length;
  }

  /**
   * Where the next request goes: to the current address, or, a single one now and then, home to see. Reads that may be a
   * little old go to the first candidate that works.
   */
  choose({ writes, fromCandidates = false, page }: Errand): Address {
    const known = page === undefined ? undefined : this.#pages.get(page);
    if (known) return known;
    const now = this.#clock.now();
    if (writes) this.#ownWritesUntil = now + replicationMs;
    if (fromCandidates && now >= this.#ownWritesUntil) {
      const candidate = this.all.find(
        (address) => address !== this.#home && now >= (this.#resting.get(address) ?? now),
      );
      if (candidate) return candidate;
    }
    if (this.#current === this.#home || this.#clock.now() < this.#returnAt) return this.#current;
    this.#returnAt = this.#clock.now() + returnAfter;
    return this.#home;
  }

  /** Takes note that a request was served: whoever takes writes is the master, and all go there from now on. */
  served(address: Address, writes: boolean): void {
    if (writes) {
      this.#home = address;
      this.#ownWritesUntil = this.#clock.now() + replicationMs;
    }
    if (address === this.#home) this.#current = address;
    if (writes || !this.#served.has(address)) this.#served.set(address, { writes });
  }

  /** A result goes on with this page, at the address that gave the one before. */
  pageAt(page: string, address: Address): void {
    this.#pages.set(page, address);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > mostPages && oldest !== undefined) this.#pages.delete(oldest);
  }

  /** Whether an address has served a request of this sort before; one that took writes serves reads as well. */
  hasServed(address: Address, writes: boolean): boolean {
    const served = this.#served.get(address);
    return served !== undefined && (served.writes || !writes);
  }

  /** It turned out to be the master no longer. */
  retire(address: Address): void {
    this.#served.delete(address);
  }

  /** Moves on from an address that failed; where another request has moved on already, that stands. */
  leave(failed: Address): void {
    this.#resting.set(failed, this.#clock.now() + returnAfter);
    if (this.#current !== failed) return;
    if (failed === this.#home) this.#returnAt = this.#clock.now() + returnAfter;
    this.#current = this.all[(this.all.indexOf(failed) + 1) % this.all.length] ?? failed;
  }
}
