import type { Clock } from "../../../src/transport/clock.js";

/** A clock that moves only when a test moves it, and pauses that take no time. */
export class FakeClock implements Clock {
  /** Pauses asked for, in ms. */
  readonly pauses: number[] = [];
  time = 0;
  chance = 0.5;

  now(): number {
    return this.time;
  }

  wallTime(): number {
    return Date.UTC(2026, 0, 1) + this.time;
  }

  random(): number {
    return this.chance;
  }

  async sleep(ms: number): Promise<void> {
    this.pauses.push(ms);
    this.time += ms;
  }
}
