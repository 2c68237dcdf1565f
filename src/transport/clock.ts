import { performance } from "node:perf_hooks";
import { setTimeout as timer } from "node:timers/promises";

/** Time and randomness from outside, so that tests are instant and repeatable. */
export interface Clock {
  /** Monotonic milliseconds: a change of the machine's clock does not affect them. */
  now(): number;
  /** Milliseconds since the epoch, for the date form of `Retry-After`. */
  wallTime(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** Resolves after `ms`, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) => timer(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
};
