/**
 * Every error that this package throws on purpose, in one hierarchy.
 *
 * Named by cause, not by operation. Each carries a stable `name` and `code`, keeps its `cause`, and says what
 * happened, to which object, and what to do next. Secrets are taken out in the constructor, so that an error can
 * be logged, serialised or shown as it is.
 */

import { type Phrase, phrase, type Wording } from "./phrase.js";
import { oneLine, redact, redactValue } from "./redaction.js";

const marker = Symbol.for("infoblox-ipam.error");
/** What an error says, before it became text. */
const phrases = Symbol.for("infoblox-ipam.phrases");

interface Phrases {
  readonly message: string | Phrase;
  readonly hint: string | Phrase | undefined;
}

/** What V8 has for stacks, and the language itself hasn't. */
interface Stacks {
  stackTraceLimit?: number;
  captureStackTrace?(error: Error, above: unknown): void;
}

/**
 * Of a stack Node keeps ten frames, and the way from an answer to the caller's own line is longer: that line is what
 * people look for.
 */
function traceToCaller(error: Error, kind: new (...args: never) => Error): void {
  const stacks = Error as Stacks;
  const usual = stacks.stackTraceLimit ?? 0;
  if (usual < 1) return;
  stacks.stackTraceLimit = Math.max(usual, 40);
  stacks.captureStackTrace?.(error, kind);
  stacks.stackTraceLimit = usual;
}

/** What every error of this package can be given. */
export interface ErrorDetails {
  /** What to do next, in a sentence that the message doesn't repeat: {@link InfobloxError.hint}. */
  hint?: string | Phrase | undefined;
  cause?: unknown;
}

/**
 * The base of all errors of this package. Catch it to catch everything that the library itself reports; use
 * {@link isInfobloxError} where two copies of the package, or both module formats, may be loaded.
 *
 * @example
 * try { await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 }); }
 * catch (error) { if (isInfobloxError(error)) console.error(error.code, error.message, error.hint); else throw error; }
 */
export class InfobloxError extends Error {
  /** Stable, for programs: `ERR_INFOBLOX_…`, or the grid's own code (`Client.Ibap.Data.Conflict`) on a `WapiError`. */
  readonly code: string;
  /** What to do next, or what the grid's text means, where the message doesn't say it. `String(error)` has both. */
  declare readonly hint: string | undefined;
  /** What a call of several steps had done when it failed, and could not or should not undo: objects that stay taken. */
  declare readonly partial?: readonly unknown[];

  constructor(message: string | Phrase, code = "ERR_INFOBLOX", details: ErrorDetails = {}) {
    super(
      oneLine(redact(String(message))),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    traceToCaller(this, new.target);
    this.code = code;
    // Only declared: an error without one needn't say so wherever it is printed.
    if (details.hint !== undefined) this.hint = oneLine(redact(String(details.hint)));
    Object.defineProperty(this, marker, { value: true });
    Object.defineProperty(this, phrases, { value: { message, hint: details.hint } satisfies Phrases });
  }

  /** Name, message and hint: `ConflictError: … Release these first.` */
  override toString(): string {
    return `${this.name}: ${explain(this)}`;
  }

  /** Plain data for a log: name, code, message, hint and the fields of the kind; no stack, no secret. */
  toJSON(): Record<string, unknown> {
    const given = Object.entries(this).filter(([name, value]) => name !== "cause" && value !== undefined);
    const fields = Object.fromEntries(
      given.map(([name, value]) => [
        name,
        typeof value === "bigint" ? `${value}n` : redactValue(undefined, value),
      ]),
    );
    const cause =
      this.cause instanceof Error
        ? { name: this.cause.name, message: oneLine(redact(explain(this.cause))) }
        : undefined;
    return { name: this.name, message: this.message, ...fields, ...(cause ? { cause } : {}) };
  }
}

/**
 * What an error says, and what to do next: message and hint in one text. Of what isn't an error, the text.
 *
 * @param wording - the words for what isn't said in the library's own
 */
export function explain(error: unknown, wording?: Wording): string {
  if (!(error instanceof Error)) return String(error);
  if (!isInfobloxError(error)) return error.message;
  const said = (error as { readonly [phrases]?: Phrases })[phrases];
  const inWords = (text: string | Phrase | undefined, plain: string | undefined) =>
    wording === undefined || text === undefined || typeof text === "string"
      ? plain
      : oneLine(redact(text.in(wording)));
  return [inWords(said?.message, error.message), inWords(said?.hint, error.hint)]
    .filter((text) => text !== undefined && text !== "")
    .join(" ");
}

/** The same error about a field of another name: of a step of a plan, `blue.prefixLength`. */
export function aboutField(error: InvalidRequestError, field: string): InvalidRequestError {
  const { message, hint } = (error as { readonly [phrases]?: Phrases })[phrases] ?? {};
  const { value, example, cause } = error;
  const said = message === undefined || typeof message === "string" ? error.message : message.about(field);
  return new InvalidRequestError(said, { ...{ field, value, example, cause }, hint });
}

/** Does something, whose errors about a field are about that field of this part of the request. */
export function inField<T>(part: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isInfobloxError(error, "InvalidRequestError") || error.field === undefined) throw error;
    throw aboutField(error, `${part}.${error.field}`);
  }
}

/**
 * The same error, which now also says what was done before it: subnets and addresses that stay taken. Other errors
 * than those of this package are left as they are.
 */
export function withPartial<E>(error: E, partial: readonly unknown[]): E {
  if (!isInfobloxError(error) || partial.length === 0) return error;
  return Object.assign(error, { partial });
}

/** What a grid's error answer held, and for which request. */
export interface WapiErrorDetails extends ErrorDetails {
  /** HTTP status. */
  status: number;
  /** The grid's `code`, e.g. `Client.Ibap.Data.Conflict`; `HTTP.<status>` where the answer held none. */
  code?: string | undefined;
  /** The grid's `text`, whole. */
  text?: string | undefined;
  method: string;
  /** Path without query, e.g. `/wapi/v2.12/network`. */
  path: string;
}

/**
 * The grid answered with an error. Carries its `code` and `text` whole, the HTTP `status`, and the request's
 * `method` and `path`. Not used when no answer came: see {@link ConnectionError} and {@link TimeoutError}.
 */
export class WapiError extends InfobloxError {
  readonly status: number;
  readonly text: string;
  readonly method: string;
  readonly path: string;

  constructor(message: string | Phrase, details: WapiErrorDetails) {
    super(message, details.code ?? `HTTP.${details.status}`, details);
    this.status = details.status;
    this.text = redact(details.text ?? "");
    this.method = details.method;
    this.path = redact(details.path);
  }
}

/** 401: no credentials, wrong ones, or a session that could not be renewed. */
export class AuthenticationError extends WapiError {}

/** 403, or a conflict whose text says that the user may not: the user is known, but lacks the right. */
export class PermissionDeniedError extends WapiError {}

/** 404, or a text that names a missing object, view or reference. */
export class NotFoundError extends WapiError {}

/** The grid refused a write because of what it holds already: duplicates, overlaps, missing parents (400, `…Data.Conflict`). */
export class ConflictError extends WapiError {}

/** The grid failed: 5xx, or an answer that is not what WAPI promises. */
export class ServerError extends WapiError {}

/** The node that answered is not the grid master, or is one only for reading. `masterUrl` where it said who is. */
export class NotGridMasterError extends WapiError {
  /** `https://host` of the master, where the node named it. */
  readonly masterUrl: string | undefined;

  constructor(message: string | Phrase, details: WapiErrorDetails & { masterUrl?: string | undefined }) {
    super(message, details);
    this.masterUrl = details.masterUrl;
  }
}

/** Where bad input was found. */
export interface InvalidRequestDetails
  extends ErrorDetails,
    Partial<Omit<WapiErrorDetails, "cause" | "hint">> {
  /** The field or option at fault, e.g. `prefixLength` or `where.network_view`. */
  field?: string | undefined;
  /** The value that was given; the error keeps a copy without secrets. */
  value?: unknown;
  /** A value that would be accepted. */
  example?: unknown;
}

/**
 * The request is wrong, and repeating it can't help: found by the library before anything was sent
 * (`status` 0; `field`, `value` and `example` set), or by the grid (400, its code and text kept).
 */
export class InvalidRequestError extends WapiError {
  readonly field: string | undefined;
  readonly value: unknown;
  readonly example: unknown;

  constructor(message: string | Phrase, details: InvalidRequestDetails = {}) {
    super(message, { status: 0, code: "ERR_INFOBLOX_INVALID_REQUEST", method: "", path: "", ...details });
    this.field = details.field;
    this.value = redactValue(details.field, details.value);
    this.example = details.example;
  }
}

/**
 * Bad input, found before anything was sent: one sentence that names the field, the value and a valid example.
 *
 * @example
 * throw invalid("prefixLength", 33, "an IPv4 prefix length is at most 32", 24);
 * // prefixLength: an IPv4 prefix length is at most 32 (got 33; valid: 24)
 */
export function invalid(
  field: string,
  value: unknown,
  problem: string | Phrase,
  example: unknown,
): InvalidRequestError {
  const got = show(redactValue(field, value));
  return new InvalidRequestError(refusal(field, problem, got, example), { field, value, example });
}

function refusal(field: string, problem: string | Phrase, got: string, example: unknown): Phrase {
  const valid = example === undefined ? undefined : show(example);
  const parts = typeof problem === "string" ? [problem] : problem.parts;
  return phrase({ field }, ": ", ...parts, " ", { got, valid });
}

/** The same of a value that isn't shown, since a secret may stand in its place: the error says what kind of thing it is. */
export function invalidKind(
  field: string,
  value: unknown,
  problem: string,
  example: unknown,
): InvalidRequestError {
  const kind = kindOf(value);
  return new InvalidRequestError(refusal(field, problem, kind, example), {
    ...{ field, value: kind, example },
  });
}

/**
 * Refuses what isn't an object of names and values, from programs that no compiler checked. A secret may stand in the
 * place of the whole, so the error says only what kind of thing stands there.
 *
 * @throws InvalidRequestError
 */
export function checkObject(
  field: string,
  value: unknown,
  example: unknown,
  what = "an object",
): asserts value is object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw invalidKind(field, value, `must be ${what}`, example);
}

/** `a text`, `a list`, `null`: what a value is, without the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof URL) return "a URL";
  return { string: "a text", object: "an object" }[typeof value as string] ?? `a ${typeof value}`;
}

/** What happened on the way to the grid or back. */
export interface TransportErrorDetails extends ErrorDetails {
  method: string;
  path: string;
  /** How many times the request was sent. */
  attempts?: number | undefined;
}

/** No connection, or it broke: refused, reset, name not found, certificate not trusted. Nothing was written. */
export class ConnectionError extends InfobloxError {
  readonly method: string;
  readonly path: string;
  readonly attempts: number | undefined;

  constructor(message: string | Phrase, details: TransportErrorDetails, code = "ERR_INFOBLOX_CONNECTION") {
    super(message, code, details);
    this.method = details.method;
    this.path = redact(details.path);
    this.attempts = details.attempts;
  }
}

/** No answer within `timeout` (per attempt) or the total deadline, where that can't have written anything. */
export class TimeoutError extends ConnectionError {
  constructor(message: string | Phrase, details: TransportErrorDetails) {
    super(message, details, "ERR_INFOBLOX_TIMEOUT");
  }
}

/**
 * An answer to a read that is longer than the option `maxResponseBytes` permits, unpacked: it was not read to its end.
 * Not used for writes, which an {@link UncertainWriteError} with this `cause` tells of.
 */
export class ResponseTooLargeError extends InfobloxError {
  readonly method: string;
  readonly path: string;
  /** Bytes that an answer may have. */
  readonly limit: number;

  constructor(message: string | Phrase, details: TransportErrorDetails & { limit: number }) {
    super(message, "ERR_INFOBLOX_RESPONSE_TOO_LARGE", details);
    this.method = details.method;
    this.path = redact(details.path);
    this.limit = details.limit;
  }
}

/** The caller's `signal` was aborted before the request was sent, or during one that writes nothing. */
export class AbortedError extends InfobloxError {
  constructor(message: string | Phrase, details: ErrorDetails = {}) {
    super(message, "ERR_INFOBLOX_ABORTED", details);
  }
}

/**
 * A write was sent and its answer was lost (time-out, reset, abort, broken answer): it may or may not have happened.
 * Never repeated by the library without finding out; the hint says how to find out.
 */
export class UncertainWriteError extends ConnectionError {
  constructor(message: string | Phrase, details: TransportErrorDetails) {
    super(message, details, "ERR_INFOBLOX_UNCERTAIN_WRITE");
  }
}

/**
 * Not sent: so many calls in a row got no answer that the client asks no more for a while (see the option
 * `circuitBreaker`). `cause` is what the latest of them ended with.
 */
export class CircuitOpenError extends ConnectionError {
  /** Milliseconds until the grid is asked again; 0 while another call is finding out. */
  readonly retryAfter: number;

  constructor(message: string | Phrase, details: TransportErrorDetails & { retryAfter: number }) {
    super(message, details, "ERR_INFOBLOX_CIRCUIT_OPEN");
    this.retryAfter = details.retryAfter;
  }
}

/** What was tried before a pool was found to be full. */
export interface PoolAttempt {
  /** CIDR, range or reference that was asked. */
  source: string;
  /** The grid's own text; of an optional source that isn't there, that. */
  reason: string;
  /** Whether the source is one that may be absent (`optional: true`), and is: nothing there is full. */
  absent?: true;
}

/** Every source was asked, and the grid answered "exhausted" for each: nothing was taken. */
export class PoolExhaustedError extends InfobloxError {
  readonly tried: readonly PoolAttempt[];

  constructor(message: string | Phrase, details: ErrorDetails & { tried: readonly PoolAttempt[] }) {
    super(message, "ERR_INFOBLOX_POOL_EXHAUSTED", details);
    this.tried = details.tried.map(({ source, reason, absent }) => ({
      ...{ source, reason: redact(reason) },
      ...(absent && { absent }),
    }));
  }
}

/** A subnet can't be released while addresses are in use: `inUse` lists some of them. */
export class SubnetInUseError extends InfobloxError {
  readonly subnet: string;
  readonly inUse: readonly string[];

  constructor(
    message: string | Phrase,
    details: ErrorDetails & { subnet: string; inUse: readonly string[] },
  ) {
    super(message, "ERR_INFOBLOX_SUBNET_IN_USE", details);
    this.subnet = details.subnet;
    this.inUse = details.inUse;
  }
}

/** One thing in which a request differs from the one that its id stands for. */
export interface RequestDifference {
  /** The option: `prefixLength`, `name`, `kind`, … */
  readonly field: string;
  readonly requested: unknown;
  /** What the grid holds under this id. */
  readonly existing: unknown;
}

/** The request id was used before, for a request of something else: nothing was created, and nothing changed. */
export class RequestMismatchError extends InfobloxError {
  readonly requestId: string;
  readonly differences: readonly RequestDifference[];

  constructor(
    message: string,
    details: ErrorDetails & { requestId: string; differences: readonly RequestDifference[] },
  ) {
    super(message, "ERR_INFOBLOX_REQUEST_MISMATCH", details);
    this.requestId = details.requestId;
    this.differences = details.differences.map(({ field, requested, existing }) => ({
      field,
      requested: redactValue(field, requested),
      existing: redactValue(field, existing),
    }));
  }
}

/** The object belongs to another owner (see `owner` of the IPAM API); it was left alone. */
export class OwnershipError extends InfobloxError {
  readonly owner: string | undefined;
  readonly object: string;

  constructor(
    message: string | Phrase,
    details: ErrorDetails & { owner?: string | undefined; object: string },
  ) {
    super(message, "ERR_INFOBLOX_OWNERSHIP", details);
    this.owner = details.owner;
    this.object = details.object;
  }
}

/** What was named fits several objects: `candidates` lists them. Nothing was changed. */
export class AmbiguousTargetError extends InfobloxError {
  readonly candidates: readonly string[];

  constructor(message: string | Phrase, details: ErrorDetails & { candidates: readonly string[] }) {
    super(message, "ERR_INFOBLOX_AMBIGUOUS_TARGET", details);
    this.candidates = details.candidates;
  }
}

const kinds = {
  InfobloxError,
  WapiError,
  AuthenticationError,
  PermissionDeniedError,
  NotFoundError,
  ConflictError,
  InvalidRequestError,
  ServerError,
  NotGridMasterError,
  ConnectionError,
  TimeoutError,
  ResponseTooLargeError,
  AbortedError,
  UncertainWriteError,
  CircuitOpenError,
  PoolExhaustedError,
  SubnetInUseError,
  OwnershipError,
  AmbiguousTargetError,
  RequestMismatchError,
};

/** The error classes by name. */
export type ErrorKinds = { [N in keyof typeof kinds]: InstanceType<(typeof kinds)[N]> };

// On the prototype and from this table rather than `constructor.name`: minifiers rename classes.
for (const [name, kind] of Object.entries(kinds)) {
  Object.defineProperty(kind.prototype, "name", { value: name, configurable: true, writable: true });
}

/**
 * Whether an unknown value is an error of this package, also when it comes from another copy or module format.
 *
 * @example
 * if (isInfobloxError(error)) console.error(error.code, error.hint);
 */
export function isInfobloxError(value: unknown): value is InfobloxError;
/**
 * Whether it is one of a kind, or of a kind below that.
 *
 * @example
 * if (isInfobloxError(error, "PoolExhaustedError")) console.error(error.tried);
 */
export function isInfobloxError<N extends keyof ErrorKinds>(value: unknown, name: N): value is ErrorKinds[N];
export function isInfobloxError(value: unknown, name?: string): boolean {
  if (typeof value !== "object" || value === null || !(marker in value)) return false;
  if (name === undefined) return true;
  for (let proto: unknown = value; proto; proto = Object.getPrototypeOf(proto)) {
    if (Object.hasOwn(proto as object, "name") && (proto as { name: unknown }).name === name) return true;
  }
  return false;
}

function show(value: unknown): string {
  const text = typeof value === "bigint" ? `${value}n` : (json(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** `undefined` for what has no JSON: functions, circles, bigints inside. The error that is being told comes first. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
