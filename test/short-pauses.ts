import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../src/transport/clock.js";

/** Cuts the library's pauses short in this file's tests: by its clock they last as long as they say. */
export function shortenPauses(): void {
  const { now, sleep } = systemClock;
  let skipped = 0;
  beforeAll(() => {
    systemClock.now = () => now() + skipped;
    systemClock.sleep = async (milliseconds, signal) => {
      const until = systemClock.now() + milliseconds;
      await sleep(Math.min(milliseconds, 1), signal);
      // Of several pauses at once each ends when it would.
      if (!signal?.aborted) skipped += Math.max(0, until - systemClock.now());
    };
  });
  afterAll(() => {
    Object.assign(systemClock, { now, sleep });
  });
}
