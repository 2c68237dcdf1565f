import { CircuitOpenError, type InfobloxError, isInfobloxError } from "../errors.js";
import type { AttemptOutcome } from "./attempts.js";
import type { Call } from "./call.js";
import type { Clock } from "./clock.js";
import type { CircuitSettings } from "./options.js";

/**
 * Lets calls fail at once if a grid has been down for long. After a number of calls in a row without an answer, the
 * circuit opens: new calls fail at once, except for a single one at intervals, which closes it if it is answered. Calls
 * are counted, not attempts, so that a failover which calls wait out never opens it. A refusal by the grid is an
 * answer.
 */
export class Circuit {
  readonly #settings: CircuitSettings | false;
  readonly #clock: Pick<Clock, "now">;
  #failures = 0;
  /** Set while the circuit is open. */
  #outage: { readonly until: number; readonly cause: InfobloxError } | undefined;
  /** The call that tries whether the grid is back. */
  #probe: Call | undefined;

  constructor(settings: CircuitSettings | false, clock: Pick<Clock, "now">) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** The error of a call that must not be sent, if the circuit is open. */
  enter(call: Call): CircuitOpenError | undefined {
    if (this.#outage === undefined) return undefined;
    const retryAfter = Math.max(0, this.#outage.until - this.#clock.now());
    if (retryAfter > 0 || this.#probe) return this.#refusal(call, retryAfter, this.#outage.cause);
    this.#probe = call;
    return undefined;
  }

  /** Notes how a call ended. Returns whether that opened or closed the circuit. */
  record(outcome: AttemptOutcome): "opened" | "closed" | undefined {
    switch (outcome.kind) {
      case "answered":
        return this.#close();
      case "refused":
        return isInfobloxError(outcome.error, "WapiError") ? this.#close() : undefined;
      case "lost":
        // The grid answers, but too much.
        return outcome.isLasting ? this.#close() : this.#count(outcome.error);
      case "busy":
      case "unsent":
        return this.#count(outcome.error);
      case "elsewhere":
      case "stopped":
        return undefined;
    }
  }

  /** Notes the end of a call. If it was the probe without a result, another call becomes the probe. */
  leave(call: Call): void {
    if (this.#probe === call) this.#probe = undefined;
  }

  #close(): "closed" | undefined {
    const wasOpen = this.#outage !== undefined;
    this.#failures = 0;
    this.#outage = undefined;
    return wasOpen ? "closed" : undefined;
  }

  #count(cause: InfobloxError): "opened" | undefined {
    this.#failures += 1;
    if (this.#settings === false || this.#failures < this.#settings.failures) return undefined;
    const wasOpen = this.#outage !== undefined;
    this.#outage = { until: this.#clock.now() + this.#settings.resetAfter, cause };
    return wasOpen ? undefined : "opened";
  }

  #refusal(call: Call, retryAfter: number, cause: InfobloxError): CircuitOpenError {
    const { method, path } = call.place;
    return new CircuitOpenError(
      `${method} ${path}: not sent, since the last ${this.#failures} calls got no answer from the grid.`,
      { method, path, attempts: 0, cause, retryAfter, hint: hintFor(retryAfter) },
    );
  }
}

function hintFor(retryAfter: number): string {
  if (retryAfter === 0) return "Another call is finding out whether the grid is back.";
  return `The grid is asked again in ${Math.ceil(retryAfter / 1000)} s; the cause says what happened last.`;
}
