/** The grid's time: the machine's own, unless a test sets or advances it. */
export class Clock {
  #offset = 0;
  #frozen: number | undefined;
  readonly #waiting = new Set<Waiting>();

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
    this.#wake();
  }

  /** Stops time at this moment, so that timestamps in answers are known beforehand. */
  freeze(at: Date | number = this.now()): void {
    this.#frozen = Number(at);
    this.#offset = 0;
    this.#wake();
  }

  /** Returns to the machine's own time. */
  reset(): void {
    this.#frozen = undefined;
    this.#offset = 0;
    this.#wake();
  }

  /**
   * Resolves when so many milliseconds have passed on this clock. While the clock is frozen, only {@link advance} lets
   * them pass.
   *
   * @internal
   */
  wait(milliseconds: number, { unref = false }: { readonly unref?: boolean } = {}): Promise<void> {
    return new Promise((done) => {
      this.#waiting.add({ until: this.now() + milliseconds, done, unref, timer: undefined });
      this.#wake();
    });
  }

  /** Ends the waits that are due, the earliest first. The others keep sleeping for the rest of their time. */
  #wake(): void {
    const now = this.now();
    for (const waiting of [...this.#waiting].sort((one, other) => one.until - other.until)) {
      clearTimeout(waiting.timer);
      if (waiting.until <= now) {
        this.#waiting.delete(waiting);
        waiting.done();
      } else if (this.#frozen === undefined) {
        waiting.timer = setTimeout(() => this.#wake(), waiting.until - now);
        if (waiting.unref) waiting.timer.unref();
      }
    }
  }
}

interface Waiting {
  readonly until: number;
  readonly done: () => void;
  /** Whether the process may end meanwhile. */
  readonly unref: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}
