import { checkObject, invalidKind } from "../errors.js";
import type { TransportRequest } from "../transport/transport.js";
import { unknown } from "./type-facts.js";

/** Options of every call. */
export interface CallOptions {
  /** Stops the call. The outcome of a write that was already sent is then unknown: see `UncertainWriteError`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt. Default: the client's `timeout`. */
  readonly timeout?: number | undefined;
  /** Milliseconds for the whole call, with retries and waiting. Default: the client's `deadline`. */
  readonly deadline?: number | undefined;
  /** How often a failed attempt is repeated. Default: the client's `maxRetries`. */
  readonly maxRetries?: number | undefined;
}

/** The part of a request that the options of a call decide. */
export function limitsOf(options: CallOptions): Pick<TransportRequest, keyof CallOptions> {
  const { signal, timeout, deadline, maxRetries } = options;
  return { signal, timeout, deadline, maxRetries };
}

const callOptions = ["signal", "timeout", "deadline", "maxRetries"] as const;

/**
 * Refuses unknown options: a misspelt `where` would search for everything.
 *
 * @param own - the call's own options, in addition to those of every call
 */
export function refuseUnknownOptions(options: CallOptions, own: readonly string[] = []): void {
  refuseUnknown(options, [...own, ...callOptions]);
  checkSignal(options.signal);
}

/** @throws {InvalidRequestError} if it is not an `AbortSignal` */
export function checkSignal(signal: unknown): void {
  if (signal === undefined) return;
  const { aborted, addEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  if (typeof aborted === "boolean" && typeof addEventListener === "function") return;
  throw invalidKind("signal", signal, "must be an AbortSignal", "AbortSignal.timeout(5000)");
}

/** @throws {InvalidRequestError} that names the first unknown option, and a similar known one */
export function refuseUnknown(options: unknown, known: readonly string[]): asserts options is object {
  checkObject("options", options, {}, `an object of options: ${known.slice(0, 4).join(", ")}, …`);
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange !== undefined) throw unknown("options", strange, "option", known);
}
