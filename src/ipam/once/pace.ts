import { setTimeout as timer } from "node:timers/promises";

/** Time and chance, from outside, so that tests are instant and repeatable. */
export interface Pace {
  /** Milliseconds that only ever go forward. */
  now(): number;
  /** Milliseconds since the epoch, by the machine's clock: for what expires. */
  wallTime(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** Resolves after `ms`, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemPace: Pace = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) => timer(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
};

const firstPause = 50;
const longestPause = 2_000;

/** Waits before the next try: longer each time, and never in step with others. */
export function pause(pace: Pace, tries: number, signal?: AbortSignal): Promise<void> {
  return pace.sleep((0.5 + pace.random() / 2) * Math.min(longestPause, firstPause * 2 ** tries), signal);
}
