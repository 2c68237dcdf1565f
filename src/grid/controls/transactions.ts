/** Decides when a write begins and when it is carried out: one after the other, or side by side. */

import type { Moment } from "../model/past-states.js";
import type { Grid } from "../model/rules.js";
import type { Clock } from "./clock.js";
import type { FakeGridOptions } from "./options.js";
import type { ArrivedRequest } from "./recorded-request.js";

/**
 * The default duration of a write with `isolation: "none"`, in real milliseconds: long enough for other writes to begin
 * meanwhile.
 */
const aMoment = 2;

export class Transactions {
  readonly #grid: Grid;
  readonly #clock: Clock;
  readonly #time: FakeGridOptions["transactionTime"];
  /** Resolves when the last write that has arrived has ended. */
  #last: Promise<unknown> | undefined;

  constructor(grid: Grid, clock: Clock, time: FakeGridOptions["transactionTime"]) {
    this.#grid = grid;
    this.#clock = clock;
    this.#time = time;
  }

  /** Carries a write out when its time ends; at once if writes take no time. */
  run<Result>(request: () => ArrivedRequest, carryOut: (begun?: Moment) => Result): Result | Promise<Result> {
    if (this.#grid.assumptions.isolation === "none") return this.#sideBySide(request, carryOut);
    if (this.#time === undefined && this.#last === undefined) return carryOut();
    const ended = (this.#last ?? Promise.resolve()).then(() => this.#lasting(request)).then(() => carryOut());
    const last = ended
      .catch(() => undefined)
      .then(() => {
        if (this.#last === last) this.#last = undefined;
      });
    this.#last = last;
    return ended;
  }

  async #sideBySide<Result>(
    request: () => ArrivedRequest,
    carryOut: (begun?: Moment) => Result,
  ): Promise<Result> {
    const begun = this.#grid.past.begin();
    await this.#lasting(request);
    return carryOut(begun);
  }

  /** Resolves at the end of a write's time. */
  async #lasting(request: () => ArrivedRequest): Promise<void> {
    const time = typeof this.#time === "function" ? this.#time(request()) : this.#time;
    if (time instanceof Promise) await time;
    else if (time !== undefined) await this.#clock.wait(time);
    else await new Promise((done) => setTimeout(done, aMoment));
  }
}
