import { setMaxListeners } from "node:events";
import { invalid } from "../errors.js";
import type { Address, Addresses } from "./addresses.js";
import type { Answered, AttemptOutcome, Progress } from "./attempts.js";
import type { CallTrace } from "./channels.js";
import type { Clock } from "./clock.js";
import { checkRetries, checkTimeout, type TransportSettings } from "./options.js";
import type { TransportAnswer, TransportRequest } from "./request.js";

/** One call of `send` with all its attempts: its request, its limits, and its state. */
export class Call {
  readonly id: number;
  readonly request: TransportRequest;
  /** Path and query, encoded. */
  readonly target: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly startedAt: number;
  /** The address of the latest attempt. */
  address: Address;
  /** Aborts with the caller's signal or at the deadline; `undefined` if there is neither. */
  readonly signal: AbortSignal | undefined;
  /** HTTP requests sent so far. */
  attempts = 0;
  /** The trace for the diagnostics channels, if they have a listener. */
  trace: CallTrace | undefined;
  /** How many repetitions so far, each after a pause. */
  retries = 0;
  /** How many of them followed a lost answer. */
  losses = 0;
  /** How many addresses could not serve this call since its last pause. */
  unable = 0;

  readonly #clock: Clock;
  readonly #maxRetries: number;
  readonly #endsAt: number;
  /** Milliseconds that the call waits for a grid that can't serve, from the first failure on. */
  readonly #patience: number;
  #patientUntil: number | undefined;
  readonly #release: () => void;

  /** @throws InvalidRequestError if the request can't be sent */
  constructor(
    id: number,
    request: TransportRequest,
    settings: TransportSettings,
    clock: Clock,
    address: Address,
  ) {
    this.id = id;
    this.request = request;
    this.address = address;
    this.target = encodeTarget(request.path, request.query ?? []);
    this.body = encodeBody(request.body);
    this.headers = {
      accept: "application/json",
      "user-agent": settings.userAgent,
      ...(this.body === undefined ? {} : { "content-type": "application/json" }),
    };
    this.timeout = checkTimeout("timeout", request.timeout) ?? settings.timeout;
    this.#maxRetries = checkRetries(request.maxRetries) ?? settings.maxRetries;
    const deadline = checkTimeout("deadline", request.deadline) ?? settings.deadline;
    this.#clock = clock;
    this.startedAt = clock.now();
    this.#endsAt = deadline === undefined ? Number.POSITIVE_INFINITY : this.startedAt + deadline;
    this.#patience = deadline === undefined ? settings.failoverTimeout : Number.POSITIVE_INFINITY;
    const limit = limitedSignal(request.signal, deadline);
    this.signal = limit.signal;
    this.#release = limit.release;
  }

  /** Method and path, for errors. */
  get place(): { readonly method: string; readonly path: string } {
    return { method: this.request.method, path: this.request.path };
  }

  /** Starts the trace. */
  traced(): CallTrace {
    this.trace = { id: this.id, ...this.place, writes: this.request.writes, attempts: 0 };
    return this.trace;
  }

  /** Counts an HTTP request that is about to be sent. */
  sending(): void {
    this.attempts += 1;
    if (this.trace) this.trace.attempts = this.attempts;
  }

  /** The state of the call, for the decision about the next step. */
  progress(addresses: Pick<Addresses, "count" | "hasServed">): Progress {
    const now = this.#clock.now();
    this.#patientUntil ??= Math.min(this.#endsAt, now + this.#patience);
    return {
      ...this.place,
      writes: this.request.writes,
      attempts: this.attempts,
      retries: this.retries,
      losses: this.losses,
      maxRetries: this.#maxRetries,
      remaining: this.#endsAt - now,
      patience: this.#patientUntil - now,
      addresses: addresses.count,
      unable: this.unable,
      hasServed: addresses.hasServed(this.address, this.request.writes),
      random: this.#clock.random(),
    };
  }

  /** Notes a pause before the next attempt. After it, every address may work again. */
  paused(outcome: AttemptOutcome): void {
    this.unable = 0;
    this.retries += 1;
    if (outcome.kind === "lost") this.losses += 1;
  }

  /** The outcome after `signal` was aborted. */
  stopped(sent: boolean): AttemptOutcome {
    return { kind: "stopped", sent, by: this.request.signal?.aborted ? "signal" : "deadline" };
  }

  answered({ status, headers, data }: Answered): TransportAnswer {
    const durationMs = this.#clock.now() - this.startedAt;
    return { status, headers, data, attempts: this.attempts, durationMs };
  }

  /** Removes timer and listener. */
  end(): void {
    this.#release();
  }
}

/** The caller's signal, one that also aborts at the deadline, or none: most calls need neither. */
function limitedSignal(
  signal: AbortSignal | undefined,
  deadline: number | undefined,
): { readonly signal: AbortSignal | undefined; readonly release: () => void } {
  if (signal) expectManyListeners(signal);
  if (deadline === undefined) return { signal, release: () => {} };
  const controller = new AbortController();
  const stop = () => controller.abort();
  const timer = setTimeout(stop, deadline);
  if (signal?.aborted) stop();
  else signal?.addEventListener("abort", stop, { once: true });
  const release = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  };
  return { signal: controller.signal, release };
}

/** Turns off Node's warning about eleven listeners: one signal for hundreds of calls is not a leak. */
function expectManyListeners(signal: AbortSignal): void {
  if (signal instanceof EventTarget) setMaxListeners(0, signal);
}

/**
 * Characters that a URL parser would read as another host, a query or a parent folder. A reference from outside must
 * not lead elsewhere.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for them.
const misleading = /^(?!\/)|^\/\/|[?#\\\s\x00-\x1f\x7f]|\/(\.|%2e){1,2}(\/|$)/i;

function encodeTarget(path: string, query: readonly (readonly [string, string])[]): string {
  if (misleading.test(path)) {
    throw invalid(
      "path",
      path,
      "must be an absolute, encoded path without query or dot segments",
      "/wapi/v2.12/network",
    );
  }
  if (query.length === 0) return path;
  return `${path}?${query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&")}`;
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw invalid("query", text, "holds half a character (an unpaired surrogate)", "Paris");
  }
}

function encodeBody(body: unknown): string | undefined {
  try {
    return body === undefined ? undefined : JSON.stringify(body);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw invalid("body", typeof body, `can't be written as JSON: ${problem}`, { comment: "text" });
  }
}
