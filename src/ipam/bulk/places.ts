import type { Clock } from "../../wapi/clock.js";
import { type Progress, Stopwatch } from "../../wapi/progress.js";

/** The indices of a call for many, from 0: how many are done, and which come next. */
export class Places {
  readonly count: number;
  done = 0;
  readonly #clock: Clock;
  #stopwatch: Stopwatch | undefined;
  /** The first index that was not tried yet. */
  #next = 0;
  /** Indices that were tried without success. */
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

  /** The next indices in order, `most` at most. They stay open until {@link filled} is called for them. */
  upcoming(most: number): readonly number[] {
    this.#running();
    const again = this.#again.slice(0, most);
    const fresh = Math.min(most - again.length, this.count - this.#next);
    return [...again, ...Array.from({ length: fresh }, (_, index) => this.#next + index)];
  }

  /** Notes which of the `asked` indices are done. The others come again. */
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
