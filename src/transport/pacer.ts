import type { Clock } from "./clock.js";

/** The end of a request, as far as it shows the grid's load. */
export interface Ending {
  readonly durationMs: number;
  /** Requests of one kind take about the same time: same method, type, and size of the answer. */
  readonly kind: string;
  /** Whether the grid was overloaded: 429, 503, or no answer in time. */
  readonly overloaded: boolean;
}

/**
 * Growth of the window for each answer in time: three answers allow one more request at once. Measured in
 * bench/adaptive.ts.
 */
const growth = 0.3;
const shrinkOnRefusal = 0.5;
const shrinkOnSlowness = 0.8;
/** A window below one means pauses between requests. */
const smallestWindow = 1 / 256;
/** How many times slower than usual counts as slow, and the milliseconds below which nothing is slow. */
const slowFactor = 3;
const slowMs = 50;
/** The share of a new duration in the average. */
const weight = 0.3;
const longestPause = 2_000;

/**
 * Decides how many requests may be under way, and when the next one may start.
 *
 * With a rate, starts are spaced evenly. In adaptive mode it keeps a window as TCP does: each good answer widens it a
 * little, a refusal for load halves it, and answers that are much slower than usual narrow it. If even one request at a
 * time is too much, because many clients share the grid, it pauses between requests.
 */
export class Pacer {
  readonly #most: number;
  readonly #spacing: number;
  readonly #adaptive: boolean;
  readonly #clock: Clock;
  readonly #usual = new Map<string, number>();
  #window: number;
  #slowness = 1;
  #duration = 0;
  /** Until then a further refusal does not count: one overload counts once, however many requests meet it. */
  #steadyUntil = 0;
  #nextAt = 0;

  constructor(
    settings: {
      readonly maxConcurrency: number;
      readonly requestsPerSecond: number | undefined;
      readonly adaptive: boolean;
    },
    clock: Clock,
  ) {
    const { maxConcurrency, requestsPerSecond, adaptive } = settings;
    this.#most = maxConcurrency;
    this.#spacing = requestsPerSecond === undefined ? 0 : 1_000 / requestsPerSecond;
    this.#adaptive = adaptive;
    this.#clock = clock;
    this.#window = adaptive ? Math.min(2, maxConcurrency) : maxConcurrency;
  }

  /** How many requests may be under way. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#window));
  }

  /** Waits until the next request may start. Reserves its start time at once, which keeps the order. */
  async start(signal: AbortSignal | undefined): Promise<void> {
    const pause = this.#spacing + this.#pause();
    if (pause === 0) return;
    const now = this.#clock.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + pause;
    if (at > now) await this.#clock.sleep(at - now, signal);
  }

  ended({ durationMs, kind, overloaded }: Ending): void {
    if (!this.#adaptive) return;
    const now = this.#clock.now();
    if (overloaded) {
      this.#shrink(shrinkOnRefusal, smallestWindow, now);
      return;
    }
    this.#duration += (durationMs - this.#duration) * weight;
    const usual = this.#usualOf(kind, durationMs);
    const slowness = durationMs < slowMs ? 1 : durationMs / Math.max(usual, 1);
    this.#slowness += (slowness - this.#slowness) * weight;
    // Slowness alone never goes below one request at a time: the grid may be slow for another reason.
    if (this.#slowness > slowFactor) this.#shrink(shrinkOnSlowness, 1, now);
    else this.#window = Math.min(this.#most, this.#window + growth * Math.min(1, this.#window));
  }

  /** The usual duration: the shortest so far, which rises slowly, so that a lasting slowdown becomes usual. */
  #usualOf(kind: string, durationMs: number): number {
    const known = this.#usual.get(kind);
    const usual = known === undefined ? durationMs : Math.min(durationMs, known * 1.01);
    this.#usual.delete(kind);
    this.#usual.set(kind, usual);
    const [oldest] = this.#usual.keys();
    if (this.#usual.size > 200 && oldest !== undefined) this.#usual.delete(oldest);
    return usual;
  }

  #shrink(factor: number, least: number, now: number): void {
    if (now < this.#steadyUntil) return;
    this.#window = Math.max(Math.min(least, this.#window), this.#window * factor);
    this.#slowness = 1;
    this.#steadyUntil = now + Math.max(this.#duration, 10);
  }

  /** The pause below one request at a time. Random, so that clients do not send at the same time. */
  #pause(): number {
    if (this.#window >= 1) return 0;
    const whole = Math.max(this.#duration, 10) * (1 / this.#window - 1);
    return Math.min(longestPause, whole) * (0.5 + this.#clock.random());
  }
}
