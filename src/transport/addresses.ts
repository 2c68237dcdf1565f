import type { Clock } from "./clock.js";
import type { Session } from "./session.js";

/** One address of the grid, with its session. */
export interface Address {
  /** `https://grid.example.com`, to which a path is added. */
  readonly base: string;
  /** A session is valid only at the node that opened it. */
  readonly session: Session;
}

/** Milliseconds after which one request tries the master's address again, and the interval of further tries. */
const returnAfter = 60_000;
/** Milliseconds for which candidates may not show a write of this client yet. */
const replicationMs = 30_000;
/** How many paged results are remembered at most. */
const mostPages = 1_000;

/** The properties of a request that decide its address. */
export interface Errand {
  readonly writes: boolean;
  /** Whether a candidate may answer it: a GET of a client that reads from candidates. */
  readonly fromCandidates?: boolean;
  /** The next page of a result. Only the node that gave the previous page knows it. */
  readonly page?: string | undefined;
}

/**
 * The grid's addresses, in the user's order. All requests of a client go to the same address until it fails one of
 * them; then all move to the next. Home is the address that took the latest write, at first the first one. A client
 * that had to leave it returns after a while, since the data of a candidate may lag behind.
 */
export class Addresses {
  readonly all: readonly [Address, ...Address[]];
  readonly #clock: Pick<Clock, "now">;
  /** What each address has served. */
  readonly #served = new Map<Address, { readonly writes: boolean }>();
  #current: Address;
  #home: Address;
  #returnAt = 0;
  #ownWritesUntil = Number.NEGATIVE_INFINITY;
  /** Candidates that failed a read, and until when they get no requests. */
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
   * Chooses the address of the next request: the current one, or, for one request at intervals, home. Reads that may be
   * slightly outdated go to the first candidate that works.
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

  /**
   * Notes that an address served a request. An address that accepts writes is the master, which all requests use from
   * now on.
   */
  served(address: Address, writes: boolean): void {
    if (writes) {
      this.#home = address;
      this.#ownWritesUntil = this.#clock.now() + replicationMs;
    }
    if (address === this.#home) this.#current = address;
    if (writes || !this.#served.has(address)) this.#served.set(address, { writes });
  }

  /** Notes the address of a result's next page. */
  pageAt(page: string, address: Address): void {
    this.#pages.set(page, address);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > mostPages && oldest !== undefined) this.#pages.delete(oldest);
  }

  /** Whether an address has served such a request before. An address that accepted writes serves reads as well. */
  hasServed(address: Address, writes: boolean): boolean {
    const served = this.#served.get(address);
    return served !== undefined && (served.writes || !writes);
  }

  /** Notes that an address is no longer the master. */
  retire(address: Address): void {
    this.#served.delete(address);
  }

  /** Leaves an address that failed, unless another request has left it already. */
  leave(failed: Address): void {
    this.#resting.set(failed, this.#clock.now() + returnAfter);
    if (this.#current !== failed) return;
    if (failed === this.#home) this.#returnAt = this.#clock.now() + returnAfter;
    this.#current = this.all[(this.all.indexOf(failed) + 1) % this.all.length] ?? failed;
  }
}
