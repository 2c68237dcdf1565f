import type { Clock } from "../../wapi/clock.js";

const first = 50;
const longest = 2_000;

/** Waits before the next try: twice as long each time, with a random part so that callers do not repeat in step. */
export function backOff(clock: Clock, tries: number, signal?: AbortSignal): Promise<void> {
  return clock.sleep((0.5 + clock.random() / 2) * Math.min(longest, first * 2 ** tries), signal);
}
