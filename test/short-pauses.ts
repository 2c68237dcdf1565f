import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../src/transport/clock.js";

/** Cuts the library's pauses short in this file's tests: nothing in them depends on how long it waits. */
export function shortenPauses(): void {
  const { sleep } = systemClock;
  beforeAll(() => {
    systemClock.sleep = (milliseconds, signal) => sleep(Math.min(milliseconds, 1), signal);
  });
  afterAll(() => {
    systemClock.sleep = sleep;
  });
}
