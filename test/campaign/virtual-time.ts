import { setImmediate as macrotask } from "node:timers/promises";
import { WapiClient } from "infoblox-ipam";
import type { FakeGrid } from "infoblox-ipam/testing";
import { systemClock } from "../../src/transport/clock.js";
import { Chance } from "./chance.js";

/**
 * Runs the work in virtual time, on a grid in memory whose clock follows the library's. Lags are the same each time.
 */
export function inNoTime<T>(grid: FakeGrid, work: (time: VirtualTime) => Promise<T>): Promise<T> {
  grid.clock.freeze(grid.clock.now());
  const time = new VirtualTime((milliseconds) => grid.clock.advance(milliseconds));
  return time.during(new Chance(1), () => work(time));
}

/** Milliseconds until a client gives up an answer. */
const answerTime = 5_000;

/** A client on a slow network, in this time. Without `chance` the network takes no time. */
export function clientIn(time: VirtualTime, grid: FakeGrid, chance?: Chance): WapiClient {
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  return new WapiClient({
    ...options,
    timeout: 600_000,
    transport: async (request) => {
      if (chance === undefined) return transport(request);
      await time.sleep(1 + 20 * chance.draw());
      const hanging = time.sleep(answerTime).then(() => {
        throw Object.assign(new Error("no answer"), { code: "ETIMEDOUT" });
      });
      hanging.catch(() => undefined);
      const answer = await Promise.race([transport(request), hanging]);
      await time.sleep(1 + 10 * chance.draw());
      return answer;
    },
  });
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that passes only when no work is left, and then at once. So minutes of pauses and timeouts take moments, and
 * everything happens in the same order each time.
 */
export class VirtualTime {
  #now = 0;
  readonly #sleepers: Sleeper[] = [];
  readonly #onPassing: (milliseconds: number) => void;

  /** @param onPassing - called with the time that passes, for clocks that follow */
  constructor(onPassing: (milliseconds: number) => void) {
    this.#onPassing = onPassing;
  }

  get now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      const at = this.#now + Math.max(0, milliseconds);
      const later = this.#sleepers.findIndex((sleeper) => sleeper.at > at);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, { at, wake });
    });
  }

  /** Runs the work with the library's clocks on this time, and its random numbers from `chance`. */
  async during<T>(chance: Chance, work: () => Promise<T>): Promise<T> {
    const own = {
      now: () => this.#now,
      wallTime: () => this.#now,
      random: () => chance.draw(),
      sleep: (milliseconds: number) => this.sleep(milliseconds),
    };
    const clock = { ...systemClock };
    Object.assign(systemClock, own);
    try {
      return await this.#passing(work());
    } finally {
      Object.assign(systemClock, clock);
    }
  }

  async #passing<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const settle = () => {
      isDone = true;
    };
    work.then(settle, settle);
    while (!isDone) {
      // By then all consequences of earlier events have happened, too.
      await macrotask();
      const next = this.#sleepers.shift();
      if (next === undefined) continue;
      this.#onPassing(next.at - this.#now);
      this.#now = next.at;
      next.wake();
    }
    return work;
  }
}
