/** How far reading has come, and how fast. A grid doesn't say beforehand how many objects fit. Plain data. */
export interface ReadProgress {
  readonly done: number;
  /** Milliseconds since the call began. */
  readonly elapsed: number;
  /** How many a second, from the beginning until now; 0 where no time has passed. */
  readonly rate: number;
}

/** How far a call of many has come, how fast, and how long the rest will take. Plain data. */
export interface Progress extends ReadProgress {
  readonly total: number;
  /** Milliseconds for the rest, at that rate; `undefined` if nothing tells yet. */
  readonly timeLeft: number | undefined;
}

/** The time that a call of many takes, and so its rate. Begins to run when it is made. */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #started: number;

  constructor(clock: Clock = performance) {
    this.#clock = clock;
    this.#started = clock.now();
  }

  /** Where the total isn't known. */
  soFar(done: number): ReadProgress {
    const elapsed = this.#clock.now() - this.#started;
    return { done, elapsed, rate: elapsed > 0 ? (done * 1000) / elapsed : 0 };
  }

  of(done: number, total: number): Progress {
    const { elapsed, rate } = this.soFar(done);
    const whole = rate > 0 ? ((total - done) * 1000) / rate : undefined;
    return { done, total, elapsed, rate, timeLeft: done >= total ? 0 : whole };
  }
}

/** Milliseconds that only ever go forward. */
interface Clock {
  now(): number;
}
