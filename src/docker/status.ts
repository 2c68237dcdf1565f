import { isInfobloxError } from "../errors.js";
import { messageFor } from "./wording.js";

/** The answer of `/health`. */
export interface DriverHealth {
  /** `"failing"`: the grid did not answer, or did not accept the driver, when it was last asked. */
  readonly status: "ok" | "failing";
  readonly engine: string;
  /** Why the grid did not serve the driver. */
  readonly reason?: string | undefined;
  /** How many releases wait to be repeated. */
  readonly pendingReleases: number;
}

/** A finished call of Docker's. */
export interface EndedCall {
  /** `"RequestPool"` */
  readonly call: string;
  readonly seconds: number;
  /** Left out if the call succeeded. */
  readonly error?: unknown;
}

/** Whether the grid serves the driver, and how its calls ended. */
export class DriverStatus {
  readonly #listeners = new Set<(ended: EndedCall) => void>();
  #reason: string | undefined;
  /** How many leftovers the last comparison with the engine found; `undefined` before the first. */
  leftovers: number | undefined;

  get reason(): string | undefined {
    return this.#reason;
  }

  /** Calls the listener for each call that ends from now on. */
  onCall(listener: (ended: EndedCall) => void): void {
    this.#listeners.add(listener);
  }

  ended(call: EndedCall): void {
    this.noteGrid(call.error);
    for (const listener of this.#listeners) listener(call);
  }

  /** Notes from the end of a call whether the grid serves the driver. A refusal by the grid is an answer, too. */
  noteGrid(error: unknown): void {
    const isUnserved =
      isInfobloxError(error, "ConnectionError") ||
      isInfobloxError(error, "ServerError") ||
      isInfobloxError(error, "AuthenticationError") ||
      isDrivers(error, /_CREDENTIALS$/);
    // A refusal by the driver itself does not tell whether the grid works.
    if (isInfobloxError(error, "InvalidRequestError") || (!isUnserved && isDrivers(error, /./))) return;
    this.#reason = isUnserved ? messageFor(error) : undefined;
  }
}

function isDrivers(error: unknown, code: RegExp): boolean {
  return isInfobloxError(error) && /_DOCKER_/.test(error.code) && code.test(error.code);
}
