import { systemClock } from "../../src/transport/clock.js";

/** Shortens the library's pauses. By its clock they last as long as they should. Returns what ends that. */
export function shortPauses(): () => void {
  const { now, sleep } = systemClock;
  let skipped = 0;
  systemClock.now = () => now() + skipped;
  systemClock.sleep = async (milliseconds, signal) => {
    const until = systemClock.now() + milliseconds;
    await sleep(Math.min(milliseconds, 1), signal);
    // Counts only the rest: a parallel pause may have skipped a part already.
    if (!signal?.aborted) skipped += Math.max(0, until - systemClock.now());
  };
  return () => void Object.assign(systemClock, { now, sleep });
}
