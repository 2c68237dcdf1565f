import {
  AbortedError,
  type InfobloxError,
  type NotGridMasterError,
  TimeoutError,
  UncertainWriteError,
  type WapiError,
} from "../errors.js";

/** The grid carried out the request. */
export interface Answered {
  readonly kind: "answered";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/**
 * The outcome of one attempt, with everything that the decision about the next one needs. `isUnproven`: the refusal is
 * not in WAPI's own JSON. Proxies and service meshes send such answers even after the grid has done the work.
 */
export type AttemptOutcome =
  | Answered
  /** The grid refused, or the connection can't work with these settings. A repetition does not help. */
  | { readonly kind: "refused"; readonly error: InfobloxError; readonly isUnproven?: boolean }
  /** This node does not serve the request and did nothing. Another node may serve it. */
  | { readonly kind: "elsewhere"; readonly error: NotGridMasterError }
  /** The node, or a proxy before it, is too busy (408, 429, 503). */
  | {
      readonly kind: "busy";
      readonly error: WapiError;
      readonly retryAfter: number | undefined;
      readonly isUnproven?: boolean;
    }
  /**
   * The request never reached the grid. `isLasting`: the cause looks like a wrong setting, so waiting does not help.
   */
  | { readonly kind: "unsent"; readonly error: InfobloxError; readonly isLasting: boolean }
  /**
   * The request reached the grid, or may have reached it, but no usable answer arrived. `isLasting`: a repeated request
   * would get the same answer.
   */
  | { readonly kind: "lost"; readonly error: InfobloxError; readonly isLasting?: boolean }
  /** The caller's signal was aborted, or the call's deadline passed. */
  | { readonly kind: "stopped"; readonly sent: boolean; readonly by: "signal" | "deadline" };

/** The outcomes that need a decision. */
export type Unanswered = Exclude<AttemptOutcome, Answered>;

/** The state of a call. */
export interface Progress {
  readonly method: string;
  readonly path: string;
  /** Whether the request changes something on the grid. */
  readonly writes: boolean;
  /** Requests sent so far. */
  readonly attempts: number;
  /** Repetitions after a pause so far. */
  readonly retries: number;
  /** How many of them followed a lost answer. */
  readonly losses: number;
  readonly maxRetries: number;
  /** Milliseconds until the deadline; `Infinity` if there is none. */
  readonly remaining: number;
  /** Milliseconds that the call still waits for a grid that can't serve at the moment, whatever `maxRetries` is. */
  readonly patience: number;
  /** Addresses of the grid. */
  readonly addresses: number;
  /** How many of them could not serve the call since the last pause. */
  readonly unable: number;
  /** Whether the last address has served such a request before: then it was the grid master. */
  readonly hasServed: boolean;
  /** At least 0, less than 1. */
  readonly random: number;
}

export type Decision =
  | { readonly kind: "throw"; readonly error: InfobloxError }
  /** Tries the next address at once. */
  | { readonly kind: "move" }
  /** Tries again after a pause, at the next address or at the same one. */
  | { readonly kind: "retry"; readonly after: number; readonly move: boolean };

const firstPause = 200;
const longestPause = 5_000;
/** Without a deadline, a call does not wait if the grid asks for a longer pause than this. */
const longestRetryAfter = 60_000;

/**
 * Decides what follows an attempt without an answer. A read may always be repeated. A write is repeated only if it is
 * known that the grid has not carried it out. In both cases the call waits for a grid that restarts or fails over.
 */
export function decide(outcome: Unanswered, progress: Progress): Decision {
  switch (outcome.kind) {
    case "refused":
      return {
        kind: "throw",
        error: isInDoubt(outcome, progress) ? uncertain(progress, outcome.error) : outcome.error,
      };
    case "elsewhere":
      if (hasUntried(progress)) return { kind: "move" };
      // A single address that never was the master is a wrong setting. Otherwise a failover is under way, and waiting
      // helps.
      return progress.addresses > 1 || progress.hasServed
        ? retry(outcome, progress, { within: patienceOf(progress), move: true })
        : { kind: "throw", error: outcome.error };
    case "unsent":
      if (hasUntried(progress)) return { kind: "move" };
      return retry(outcome, progress, {
        within: outcome.isLasting ? countedPatience(progress) : patienceOf(progress),
        move: true,
      });
    case "busy":
      if (isInDoubt(outcome, progress)) return { kind: "throw", error: uncertain(progress, outcome.error) };
      // A node that is busy for long may no longer be the master.
      return retry(outcome, progress, { within: patienceOf(progress), move: progress.retries > 0 });
    case "lost":
      if (progress.writes) return { kind: "throw", error: uncertain(progress, outcome.error) };
      return outcome.isLasting
        ? { kind: "throw", error: outcome.error }
        : retry(outcome, progress, { within: lossPatience(progress), move: true });
    case "stopped":
      return { kind: "throw", error: stopped(outcome, progress) };
  }
}

/** No status code proves that a write was not done: only the grid's own words do. */
function isInDoubt({ isUnproven = false }: { readonly isUnproven?: boolean }, { writes }: Progress): boolean {
  return writes && isUnproven;
}

function hasUntried(progress: Progress): boolean {
  return progress.unable + 1 < progress.addresses;
}

/** Milliseconds that a pause may take; 0 if `maxRetries` is used up. */
function countedPatience(progress: Progress, used = progress.retries - progress.losses): number {
  return used < progress.maxRetries ? Math.min(progress.remaining, longestRetryAfter + longestPause) : 0;
}

function lossPatience(progress: Progress): number {
  return countedPatience(progress, progress.losses);
}

/** Nothing was written, so the call may wait longer than `maxRetries`, unless that is 0. */
function patienceOf(progress: Progress): number {
  const failover = progress.maxRetries === 0 ? 0 : progress.patience;
  return Math.max(countedPatience(progress), failover);
}

function retry(
  outcome: { readonly error: InfobloxError; readonly retryAfter?: number | undefined },
  progress: Progress,
  { within, move }: { readonly within: number; readonly move: boolean },
): Decision {
  const asked = outcome.retryAfter ?? 0;
  const spare = within - asked;
  if (spare < firstPause) return { kind: "throw", error: outcome.error };
  return { kind: "retry", after: asked + pause(progress, spare), move };
}

/** Exponential backoff with full jitter, so that many clients do not return at the same time. Shorter than the time left. */
function pause({ retries, random }: Progress, spare: number): number {
  return random * Math.min(longestPause, firstPause * 2 ** retries, spare);
}

function uncertain(progress: Progress, cause: InfobloxError): UncertainWriteError {
  const { method, path, attempts } = progress;
  return new UncertainWriteError(
    `${method} ${path}: the answer was lost, so this may or may not have been done.`,
    {
      method,
      path,
      attempts,
      cause,
      hint: whereToLook[method] ?? whereToLook["POST"],
    },
  );
}

const whereToLook: Readonly<Record<string, string>> = {
  POST: "Before repeating it, search for what it would have made: by name, address, comment or an extensible attribute of yours.",
  PUT: "Before repeating it, read the object and compare.",
  DELETE: "Read the object: if the grid answers that it isn't found, it was deleted.",
};

function stopped(outcome: AttemptOutcome & { kind: "stopped" }, progress: Progress): InfobloxError {
  const { method, path, attempts } = progress;
  const error =
    outcome.by === "signal"
      ? new AbortedError(`${method} ${path}: aborted by the caller's signal.`)
      : new TimeoutError(`${method} ${path}: not done within its deadline.`, {
          method,
          path,
          attempts,
          hint: "Allow more with the option deadline, or find out what keeps the grid busy.",
        });
  return outcome.sent && progress.writes ? uncertain(progress, error) : error;
}

/**
 * Milliseconds of `Retry-After`, which is in seconds or a date. A date is compared with the answer's own `Date` if
 * there is one, since the grid's clock may be wrong.
 */
export function parseRetryAfter(
  headers: Readonly<Record<string, string>>,
  wallTime: number,
): number | undefined {
  const text = headers["retry-after"]?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  const sent = Date.parse(headers["date"] ?? "");
  const delay = until - (Number.isNaN(sent) ? wallTime : sent);
  return Number.isNaN(delay) ? undefined : Math.max(delay, 0);
}
