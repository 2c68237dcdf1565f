/**
 * The errors of this package, in one hierarchy.
 *
 * A class is named after the cause, not the operation. Each error has a stable `name` and `code` and keeps its `cause`.
 * Its message says what happened to which object; its hint says what to do next. The constructor removes secrets, so
 * that an error can be logged, serialised or shown as it is.
 */

import { type Phrase, phrase, type Wording } from "./phrase.js";
import { oneLine, redact, redactValue } from "./redaction.js";

const marker = Symbol.for("infoblox-ipam.error");
/** The property for message and hint of an error as phrases, which {@link explain} can put in other words. */
const phrases = Symbol.for("infoblox-ipam.phrases");

interface Phrases {
  readonly message: string | Phrase;
  readonly hint: string | Phrase | undefined;
}

/** Properties of `Error` that V8 has, but the language does not define. */
interface Stacks {
  stackTraceLimit?: number;
  captureStackTrace?(error: Error, above: unknown): void;
}

/**
 * Records a stack of 40 frames. Node keeps ten, but more lie between the answer of the grid and the line of the caller,
 * which people look for.
 */
function traceToCaller(error: Error, kind: new (...args: never) => Error): void {
  const stacks = Error as Stacks;
  const usual = stacks.stackTraceLimit ?? 0;
  if (usual < 1) return;
  stacks.stackTraceLimit = Math.max(usual, 40);
  stacks.captureStackTrace?.(error, kind);
  stacks.stackTraceLimit = usual;
}

/** Details that every error of this package accepts. */
export interface ErrorDetails {
  /** What to do next, as a sentence: {@link InfobloxError.hint}. The message does not repeat it. */
  hint?: string | Phrase | undefined;
  cause?: unknown;
}

/**
 * The base class of all errors of this package: `instanceof InfobloxError` recognises every error that the library
 * reports. Use {@link isInfobloxError} if two copies of the package, or both module formats, may be loaded.
 *
 * @example
 * try { await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 }); }
 * catch (error) { if (isInfobloxError(error)) console.error(error.code, error.message, error.hint); else throw error; }
 */
export class InfobloxError extends Error {
  /** A stable code: `ERR_INFOBLOX_…`, or the grid's own code (`Client.Ibap.Data.Conflict`) on a `WapiError`. */
  readonly code: string;
  /** What to do next, or what the grid's text means. `String(error)` contains both message and hint. */
  declare readonly hint: string | undefined;
  /** The objects that a call of several steps had taken when it failed, and did not release. */
  declare readonly partial?: readonly unknown[];

  constructor(message: string | Phrase, code = "ERR_INFOBLOX", details: ErrorDetails = {}) {
    super(
      oneLine(redact(String(message))),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    traceToCaller(this, new.target);
    this.code = code;
    // `hint` is only declared, so that an error without a hint is printed without `hint: undefined`.
    if (details.hint !== undefined) this.hint = oneLine(redact(String(details.hint)));
    Object.defineProperty(this, marker, { value: true });
    Object.defineProperty(this, phrases, { value: { message, hint: details.hint } satisfies Phrases });
  }

  /** Name, message and hint: `ConflictError: … Release these first.` */
  override toString(): string {
    return `${this.name}: ${explain(this)}`;
  }

  /** Plain data for a log: name, code, message, hint and the fields of the class; no stack, no secret. */
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
 * The message and the hint of an error in one text; the value as text if it is not an error.
 *
 * @param wording - the words for terms that the command line and the driver name otherwise
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

/** Copies an error and gives its field another name: `blue.prefixLength` for a step of a plan. */
export function aboutField(error: InvalidRequestError, field: string): InvalidRequestError {
  const { message, hint } = (error as { readonly [phrases]?: Phrases })[phrases] ?? {};
  const { value, example, cause } = error;
  const said = message === undefined || typeof message === "string" ? error.message : message.about(field);
  return new InvalidRequestError(said, { ...{ field, value, example, cause }, hint });
}

/** Runs `act`, and puts the part of the request before the field that an error names: `gateway.place`. */
export function inField<T>(part: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isInfobloxError(error, "InvalidRequestError") || error.field === undefined) throw error;
    throw aboutField(error, `${part}.${error.field}`);
  }
}

/** The result of a read; `undefined` if the grid has no such object. */
export async function ifFound<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return undefined;
    throw error;
  }
}

/**
 * Adds to an error the objects that were taken before it and stay taken. Errors of other packages are returned
 * unchanged.
 */
export function withPartial<E>(error: E, partial: readonly unknown[]): E {
  if (!isInfobloxError(error) || partial.length === 0) return error;
  return Object.assign(error, { partial });
}

/** An error answer of the grid, and its request. */
export interface WapiErrorDetails extends ErrorDetails {
  /** HTTP status. */
  status: number;
  /** The grid's `code`, e.g. `Client.Ibap.Data.Conflict`. Default: `HTTP.<status>`. */
  code?: string | undefined;
  /** The complete `text` of the grid. */
  text?: string | undefined;
  method: string;
  /** Path without query, e.g. `/wapi/v2.12/network`. */
  path: string;
}

/**
 * The details of an error that explains a refusal: those of the refusal, which is its cause.
 *
 * @param refusal - left out, the grid has refused nothing: it does not have what the call needs
 * @param code - the code of an error without a refusal
 */
export function refusalDetails(refusal?: WapiError, code = "ERR_INFOBLOX_NOT_FOUND"): WapiErrorDetails {
  if (refusal === undefined) return { status: 0, code, method: "GET", path: "" };
  const { status, text, method, path } = refusal;
  return { status, code: refusal.code, text, method, path, cause: refusal };
}

/**
 * The grid answered with an error. The object has the complete `code` and `text` of the grid, the HTTP `status`, and
 * `method` and `path` of the request. If no answer came, see {@link ConnectionError} and {@link TimeoutError}.
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

/** HTTP 401: the credentials are missing or wrong, or a session could not be renewed. */
export class AuthenticationError extends WapiError {}

/** HTTP 403, or a conflict whose text says so: the user is known, but lacks the permission. */
export class PermissionDeniedError extends WapiError {}

/** HTTP 404, or a text that names a missing object, view or reference. */
export class NotFoundError extends WapiError {}

/**
 * The grid refused a write because of its data: a duplicate, an overlap, or a missing parent (HTTP 400,
 * `…Data.Conflict`). The library reports with it, too, that an object is in a state that the call does not fit
 * (`status` 0).
 */
export class ConflictError extends WapiError {}

/** The grid failed: HTTP 5xx, or an answer that is not valid WAPI. */
export class ServerError extends WapiError {}

/** The node that answered is not the grid master, or is a candidate that only allows reading. */
export class NotGridMasterError extends WapiError {
  /** `https://host` of the master, if the node named it. */
  readonly masterUrl: string | undefined;

  constructor(message: string | Phrase, details: WapiErrorDetails & { masterUrl?: string | undefined }) {
    super(message, details);
    this.masterUrl = details.masterUrl;
  }
}

/** What is wrong in a request. */
export interface InvalidRequestDetails
  extends ErrorDetails,
    Partial<Omit<WapiErrorDetails, "cause" | "hint">> {
  /** The field or option that is wrong, e.g. `prefixLength` or `where.network_view`. */
  field?: string | undefined;
  /** The value of the field; the error keeps a copy without secrets. */
  value?: unknown;
  /** A valid value. */
  example?: unknown;
}

/**
 * The request is wrong, and would fail again. Either the library found it before it sent anything (`status` is 0;
 * `field`, `value` and `example` are set), or the grid refused it (HTTP 400, with the grid's `code` and `text`).
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
 * The error for wrong input, found before anything was sent. Its message names the field, the problem, the value and a
 * valid example.
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

/** As {@link invalid}, for a value that may contain a secret: the message names only the kind of the value. */
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
 * Refuses a value that is not an object, from programs that no compiler checked. The error names only the kind of the
 * value, since the value may be a secret.
 *
 * @throws {InvalidRequestError} if the value is not an object
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

/** The kind of a value: `a text`, `a list`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof URL) return "a URL";
  return { string: "a text", object: "an object" }[typeof value as string] ?? `a ${typeof value}`;
}

/** The request that got no answer. */
export interface TransportErrorDetails extends ErrorDetails {
  method: string;
  path: string;
  /** How many times the request was sent. */
  attempts?: number | undefined;
}

/** There was no connection, or it broke: refused, reset, name not found, certificate not trusted. Nothing was written. */
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

/** No answer came within `timeout` (per attempt) or the total deadline. Nothing was written. */
export class TimeoutError extends ConnectionError {
  constructor(message: string | Phrase, details: TransportErrorDetails) {
    super(message, details, "ERR_INFOBLOX_TIMEOUT");
  }
}

/**
 * The answer to a read has more uncompressed bytes than the option `maxResponseBytes` permits; the rest was not read.
 * After a write, this error is the `cause` of an {@link UncertainWriteError}.
 */
export class ResponseTooLargeError extends InfobloxError {
  readonly method: string;
  readonly path: string;
  /** The most bytes that an answer may have. */
  readonly limit: number;

  constructor(message: string | Phrase, details: TransportErrorDetails & { limit: number }) {
    super(message, "ERR_INFOBLOX_RESPONSE_TOO_LARGE", details);
    this.method = details.method;
    this.path = redact(details.path);
    this.limit = details.limit;
  }
}

/** The caller's `signal` was aborted before the request was sent, or during a request that writes nothing. */
export class AbortedError extends InfobloxError {
  constructor(message: string | Phrase, details: ErrorDetails = {}) {
    super(message, "ERR_INFOBLOX_ABORTED", details);
  }
}

/**
 * A write was sent, but its answer was lost (time-out, reset, abort, broken answer): the grid may or may not have done
 * it. The library does not repeat such a write before it has found out; the hint says how to find out.
 */
export class UncertainWriteError extends ConnectionError {
  constructor(message: string | Phrase, details: TransportErrorDetails) {
    super(message, details, "ERR_INFOBLOX_UNCERTAIN_WRITE");
  }
}

/**
 * The request was not sent: so many calls in a row got no answer that the client pauses (see the option
 * `circuitBreaker`). `cause` is the error of the last of these calls.
 */
export class CircuitOpenError extends ConnectionError {
  /** Milliseconds until the client sends a request again; 0 while another call tests whether the grid answers. */
  readonly retryAfter: number;

  constructor(message: string | Phrase, details: TransportErrorDetails & { retryAfter: number }) {
    super(message, details, "ERR_INFOBLOX_CIRCUIT_OPEN");
    this.retryAfter = details.retryAfter;
  }
}

/** One source that had no free space. */
export interface PoolAttempt {
  /** The CIDR, range or reference of the source. */
  source: string;
  /** The text of the grid, or that an optional source does not exist. */
  reason: string;
  /** Set if the source is optional (`optional: true`) and does not exist. */
  absent?: true;
}

/** No source has free space. Nothing was taken; `tried` lists the sources. */
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

/** The subnet was not released, since addresses are in use: `inUse` lists some of them. */
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

/** One difference between a request and the earlier request with the same id. */
export interface RequestDifference {
  /** The option: `prefixLength`, `name`, `kind`, … */
  readonly field: string;
  readonly requested: unknown;
  /** The value that the grid holds for this id. */
  readonly existing: unknown;
}

/** An earlier request with this id asked for something else. Nothing was created or changed. */
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

/** The object belongs to another owner (see `owner` of the IPAM API). It was not changed. */
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

/** The target fits several objects: `candidates` lists them. Nothing was changed. */
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

// The names come from this table, not from `constructor.name`: minifiers rename classes.
for (const [name, kind] of Object.entries(kinds)) {
  Object.defineProperty(kind.prototype, "name", { value: name, configurable: true, writable: true });
}

/**
 * Whether a value is an error of this package, even of another copy of the package or another module format.
 *
 * @example
 * if (isInfobloxError(error)) console.error(error.code, error.hint);
 */
export function isInfobloxError(value: unknown): value is InfobloxError;
/**
 * Whether a value is an error of this class or of a class derived from it.
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

/** `undefined` for a value without JSON (function, cycle, bigint inside): that must not replace the error itself. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
