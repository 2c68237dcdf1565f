/** The progress of a read, and its rate. There is no total: WAPI does not report how many objects match. Plain data. */
export interface ReadProgress {
  readonly done: number;
  /** Milliseconds since the call began. */
  readonly elapsed: number;
  /** Objects per second since the beginning; 0 if no time has passed. */
  readonly rate: number;
}

/** The progress of a call for many objects, with its rate and the time that the rest will take. Plain data. */
export interface Progress extends ReadProgress {
  readonly total: number;
  /** Milliseconds for the rest at that rate; `undefined` if there is no rate yet. */
  readonly timeLeft: number | undefined;
}

/** Measures the time of a call for many objects, for its rate. It starts when it is created. */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #started: number;

  constructor(clock: Clock = performance) {
    this.#clock = clock;
    this.#started = clock.now();
  }

  /** The progress without a known total. */
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
