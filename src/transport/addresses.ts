import type { Session } from "./session.js";

/** One address of the grid, and the login there. */
export interface Address {
  /** `https://grid.example.com`, to which a path is added. */
  readonly base: string;
  /** A session holds at the node that opened it. */
  readonly session: Session;
}

/**
 * The grid's addresses, in the user's order. All requests of a client go to the same one until it fails one of them;
 * then all move on to the next.
 */
export class Addresses {
  readonly all: readonly [Address, ...Address[]];
  #index = 0;

  constructor(all: readonly [Address, ...Address[]]) {
    this.all = all;
  }

  get count(): number {
    return this.all.length;
  }

  get current(): Address {
    return this.all[this.#index] ?? this.all[0];
  }

  /** Moves on from an address that failed; where another request has moved on already, that stands. */
  leave(failed: Address): void {
    if (this.current === failed) this.#index = (this.#index + 1) % this.all.length;
  }
}
