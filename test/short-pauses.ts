import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../src/transport/clock.js";

/** Shortens the library's pauses in this file's tests. By its clock they last as long as they should. */
export function shortenPauses(): void {
  const { now, sleep } = systemClock;
  let skipped = 0;
  beforeAll(() => {
    systemClock.now = () => now() + skipped;
    systemClock.sleep = async (milliseconds, signal) => {
      const until = systemClock.now() + milliseconds;
      await sleep(Math.min(milliseconds, 1), signal);
      // Counts only the rest: a parallel pause may have skipped a part already.
      if (!signal?.aborted) skipped += Math.max(0, until - systemClock.now());
    };
  });
  afterAll(() => {
    Object.assign(systemClock, { now, sleep });
  });
}
