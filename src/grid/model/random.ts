/** Repeatable random numbers: Math.random can't be seeded. The generator is mulberry32. */
export class Random {
  #state = 1;

  /** Restarts the sequence: the same seed gives the same numbers. */
  seed(seed: number): void {
    this.#state = seed >>> 0 || 1;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** The same things in random order. */
  shuffled<Thing>(things: readonly Thing[]): Thing[] {
    const keyed = things.map((thing) => ({ thing, key: this.next() }));
    return keyed.sort((one, other) => one.key - other.key).map(({ thing }) => thing);
  }
}
