import { checkObject, invalidKind } from "../errors.js";
import type { TransportRequest } from "../transport/transport.js";
import { unknown } from "./type-facts.js";

/** What every call takes: how long, and until when, to try. */
export interface CallOptions {
  /** Stops waiting. A write that was already sent then has an unknown fate: see `UncertainWriteError`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt, in place of the client's. */
  readonly timeout?: number | undefined;
  /** Milliseconds in all, retries and waiting included, in place of the client's. */
  readonly deadline?: number | undefined;
  /** In place of the client's. */
  readonly maxRetries?: number | undefined;
}

/** The part of a request that the options of a call decide. */
export function limitsOf(options: CallOptions): Pick<TransportRequest, keyof CallOptions> {
  const { signal, timeout, deadline, maxRetries } = options;
  return { signal, timeout, deadline, maxRetries };
}

const callOptions = ["signal", "timeout", "deadline", "maxRetries"] as const;

/**
 * Refuses options that the call doesn't have: a misspelt `where` would search for everything.
 *
 * @param own - the options that the call has beside those of every call
 */
export function refuseUnknownOptions(options: CallOptions, own: readonly string[] = []): void {
  refuseUnknown(options, [...own, ...callOptions]);
  checkSignal(options.signal);
}

/** @throws {InvalidRequestError} if it is no signal */
export function checkSignal(signal: unknown): void {
  if (signal === undefined) return;
  const { aborted, addEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  if (typeof aborted === "boolean" && typeof addEventListener === "function") return;
  throw invalidKind("signal", signal, "must be an AbortSignal", "AbortSignal.timeout(5000)");
}

/** @throws {InvalidRequestError} that names the first option which isn't known, and the one that may be meant */
export function refuseUnknown(options: unknown, known: readonly string[]): asserts options is object {
  checkObject("options", options, {}, `an object of options: ${known.slice(0, 4).join(", ")}, …`);
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange !== undefined) throw unknown("options", strange, "option", known);
}
