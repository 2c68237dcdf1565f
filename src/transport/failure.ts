import {
  ConnectionError,
  type InfobloxError,
  isInfobloxError,
  ResponseTooLargeError,
  TimeoutError,
} from "../errors.js";
import { phrase } from "../phrase.js";
import type { AttemptOutcome } from "./attempts.js";
import { hintForConnection } from "./hints.js";
import type { Redactor } from "./redactor.js";

/** Why there is no answer, as far as known. It holds no part of the request. */
export interface ConnectionFailure {
  readonly reason: "connection" | "timeout" | "signal";
  /** Whether the request may have reached the grid. */
  readonly arrived: boolean;
  /** Whether the same would happen again: the certificate is not trusted, an option makes no sense. */
  readonly isHopeless: boolean;
  /** The limit in bytes, if the answer is longer. */
  readonly limit?: number;
  /** An error of this package that the user's transport threw. It is passed on as it is. */
  readonly own?: InfobloxError;
  /** Node's code, e.g. `ECONNRESET`. */
  readonly code: string | undefined;
  /** Node's message, not yet redacted. */
  readonly message: string;
}

/** Codes of failures without a connection. */
const unconnected = /^(ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+)$/;

/**
 * Codes of failures that a repetition does not mend: the certificate fails verification, an option is invalid, or the
 * server refuses the handshake. With TLS 1.3, a client may learn of the refusal only after it believed the connection
 * ready and wrote to it, but the server never reads that data.
 */
const hopeless =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|CERT_[A-Z_]+|ERR_TLS_CERT_ALTNAME_INVALID|ERR_SSL_[A-Z0-9_]*ALERT_(BAD_CERTIFICATE|CERTIFICATE_[A-Z]+|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)|ERR_BAD_OPTION(_VALUE)?|ERR_INVALID_(CHAR|URL|PROTOCOL)|ERR_UNESCAPED_CHARACTERS)$/;

/** OpenSSL's messages about a server without TLS. Node has one code, `EPROTO`, for many failures. */
const notTls =
  /:SSL routines:[^:]*:(wrong version number|packet length too long|http request|unknown protocol|record layer failure)/;

/**
 * Converts an error of axios, of Node or of a user's transport into plain data. The error itself is not passed on:
 * axios' errors hold the whole request with the password.
 *
 * @param stopped - why the attempt was given up, if it was
 * @param arrived - whether the request may have reached the grid, if that was observed
 */
export function describeFailure(
  error: unknown,
  stopped: "timeout" | "signal" | undefined,
  arrived: boolean | undefined,
): ConnectionFailure {
  const source = innermost(error);
  const code = textOf(source, "code") ?? textOf(error, "code");
  const words = messageOf(source) || messageOf(error) || "no answer";
  const isHopeless = (code !== undefined && hopeless.test(code)) || notTls.test(words);
  const isUnconnected = code !== undefined && unconnected.test(code);
  return {
    reason: stopped ?? "connection",
    arrived: !isHopeless && !isUnconnected && (arrived ?? true),
    isHopeless,
    code,
    // OpenSSL's messages name its source files and have several lines.
    message: /:SSL routines:/.test(words) ? `no TLS: ${opensslReason(words)}` : words,
    ...(isInfobloxError(error) && { own: error }),
  };
}

/** `wrong version number` out of `…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:…`. */
function opensslReason(words: string): string {
  return words.split(":SSL routines:")[1]?.split(":")[1] ?? "the handshake failed";
}

/** Whether axios stopped reading because the answer is too long. */
export function isTooLarge(error: unknown): boolean {
  return /^maxContentLength size of \d+ exceeded$/.test(messageOf(error));
}

/** The failure of an answer that is too long. */
export function tooLarge(limit: number): ConnectionFailure {
  const message = `the answer is longer than ${limit} bytes`;
  return { reason: "connection", arrived: true, isHopeless: false, limit, code: undefined, message };
}

/** axios wraps Node's error as `cause`, perhaps with another code. */
function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

/** A name with several addresses fails with one error for each. The outer error's message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function textOf(error: unknown, key: string): string | undefined {
  const value = typeof error === "object" && error !== null ? Reflect.get(error, key) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The request of a failure, and its address. */
export interface FailureContext {
  readonly method: string;
  readonly path: string;
  /** `https://grid.example.com` */
  readonly address: string;
  /** How many requests were sent so far, with this one. */
  readonly attempts: number;
  /** The attempt's time limit in milliseconds. */
  readonly timeout: number;
  readonly redactor: Redactor;
}

const tooLargeHint =
  "Ask for less at once (fields, where, pageSize), or allow more with the option maxResponseBytes.";
const slowHint = phrase("Allow more with ", { field: "timeout" }, ", or ask for less at once.");

/** What a failure means for the call. */
export function judgeFailure(failure: ConnectionFailure, context: FailureContext): AttemptOutcome {
  const { method, path, attempts, address, timeout, redactor } = context;
  const { code, arrived, own } = failure;
  if (own) return { kind: "refused", error: own };
  const words = redactor.clean(failure.message);
  const cause = Object.assign(new Error(words), code === undefined ? {} : { code });
  const details = { method, path, attempts, cause };
  if (failure.limit !== undefined) {
    const { limit } = failure;
    const message = `${method} ${path}: ${address} answered with more than ${limit} bytes.`;
    const error = new ResponseTooLargeError(message, { ...details, limit, hint: tooLargeHint });
    return { kind: "lost", error, isLasting: true };
  }
  const error =
    failure.reason === "timeout"
      ? new TimeoutError(
          `${method} ${path}: no ${arrived ? "answer from" : "connection to"} ${address} within ${timeout} ms.`,
          { ...details, hint: arrived ? slowHint : undefined },
        )
      : new ConnectionError(
          `${method} ${path}: ${arrived ? "lost the connection to" : "can't connect to"} ${address} (${words}).`,
          { ...details, hint: hintForConnection(code, address) },
        );
  if (failure.isHopeless) return { kind: "refused", error };
  return arrived ? { kind: "lost", error } : { kind: "unsent", error, isLasting: code === "ENOTFOUND" };
}
