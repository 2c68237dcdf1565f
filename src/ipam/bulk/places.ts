import type { Clock } from "../../wapi/clock.js";
import { type Progress, Stopwatch } from "../../wapi/progress.js";

/** The places of a call for many, from 0: which of them are filled, and which come next. */
export class Places {
  readonly count: number;
  /** How many are filled. */
  done = 0;
  readonly #clock: Clock;
  #stopwatch: Stopwatch | undefined;
  /** What nobody has asked for yet begins here. */
  #next = 0;
  /** What was asked for, and not had. */
  #again: readonly number[] = [];

  constructor(count: number, clock: Clock) {
    this.count = count;
    this.#clock = clock;
  }

  get left(): number {
    return this.count - this.done;
  }

  get progress(): Progress {
    return this.#running().of(this.done, this.count);
  }

  /** The next places, so many at most, in order. They count as empty until they are {@link filled}. */
  upcoming(most: number): readonly number[] {
    this.#running();
    const again = this.#again.slice(0, most);
    const fresh = Math.min(most - again.length, this.count - this.#next);
    return [...again, ...Array.from({ length: fresh }, (_, index) => this.#next + index)];
  }

  /** Some of those that were {@link upcoming}; the others come again. */
  filled(asked: readonly number[], filled: ReadonlySet<number>): void {
    const missing = asked.filter((place) => !filled.has(place));
    const untouched = this.#again.filter((place) => !asked.includes(place));
    this.#next = Math.max(this.#next, ...asked.map((place) => place + 1));
    this.#again = [...missing, ...untouched].sort((one, other) => one - other);
    this.done += filled.size;
  }

  #running(): Stopwatch {
    this.#stopwatch ??= new Stopwatch(this.#clock);
    return this.#stopwatch;
  }
}
