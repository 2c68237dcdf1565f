/** The grid's time: the machine's own, unless a test sets or advances it. */
export class Clock {
  #offset = 0;
  #frozen: number | undefined;

  /** Milliseconds since 1970. */
  now(): number {
    return (this.#frozen ?? Date.now()) + this.#offset;
  }

  /** Whole seconds since 1970, as WAPI's timestamps are. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Moves time forward: leases and sessions run out, scheduled tasks fall due. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  /** Stops time at this moment, so that timestamps in answers are known beforehand. */
  freeze(at: Date | number = this.now()): void {
    this.#frozen = Number(at);
    this.#offset = 0;
  }

  /** Back to the machine's own time. */
  reset(): void {
    this.#frozen = undefined;
    this.#offset = 0;
  }
}
