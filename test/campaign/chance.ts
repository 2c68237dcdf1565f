/** Repeatable random numbers: the same seed gives the same draws (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, less than 1. */
  draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** 0 to `below - 1`. */
  index(below: number): number {
    return Math.floor(this.draw() * below);
  }

  isBelow(probability: number): boolean {
    return this.draw() < probability;
  }

  /** An element of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.index(list.length)] as T;
  }

  /** Removes and returns an element of a list; `undefined` if it is empty. */
  take<T>(list: T[]): T | undefined {
    return list.length === 0 ? undefined : list.splice(this.index(list.length), 1)[0];
  }

  /** A separate generator, for one of several callers that draw in turn. */
  branch(): Chance {
    return new Chance(this.index(2 ** 32));
  }
}
