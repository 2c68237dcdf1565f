import { isInfobloxError } from "../errors.js";
import { messageFor } from "./wording.js";

/** What `/health` answers. */
export interface DriverHealth {
  /** `"failing"`: the grid did not answer, or did not accept the driver, when it was last asked. */
  readonly status: "ok" | "failing";
  readonly engine: string;
  /** Why the grid was of no use. */
  readonly reason?: string | undefined;
  /** Releases that wait to be repeated. */
  readonly pendingReleases: number;
}

/** A call of Docker's that has ended. */
export interface EndedCall {
  /** `"RequestPool"` */
  readonly call: string;
  readonly seconds: number;
  /** Left out where the call was done. */
  readonly error?: unknown;
}

/** What operators ask of a driver: whether the grid serves it, and how its calls went. */
export class DriverStatus {
  readonly #listeners = new Set<(ended: EndedCall) => void>();
  #reason: string | undefined;
  /** What the last comparison with the engine found; `undefined` before the first. */
  leftovers: number | undefined;

  get reason(): string | undefined {
    return this.#reason;
  }

  /** Tells of each call from now on. */
  onCall(listener: (ended: EndedCall) => void): void {
    this.#listeners.add(listener);
  }

  ended(call: EndedCall): void {
    this.noteGrid(call.error);
    for (const listener of this.#listeners) listener(call);
  }

  /** Learns from the end of a call whether the grid serves the driver. A refusal of the grid's is an answer, too. */
  noteGrid(error: unknown): void {
    const isUnserved =
      isInfobloxError(error, "ConnectionError") ||
      isInfobloxError(error, "ServerError") ||
      isInfobloxError(error, "AuthenticationError") ||
      isDrivers(error, /_CREDENTIALS$/);
    // What the driver itself refuses says nothing of the grid.
    if (isInfobloxError(error, "InvalidRequestError") || (!isUnserved && isDrivers(error, /./))) return;
    this.#reason = isUnserved ? messageFor(error) : undefined;
  }
}

function isDrivers(error: unknown, code: RegExp): boolean {
  return isInfobloxError(error) && /_DOCKER_/.test(error.code) && code.test(error.code);
}
