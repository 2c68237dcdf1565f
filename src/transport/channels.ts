import { tracingChannel } from "node:diagnostics_channel";
import type { RequestEvent, ResponseEvent } from "./events.js";

/** What is known of a request once it is over. */
type RequestEnd = Omit<ResponseEvent, keyof RequestEvent>;

/**
 * What the channels `tracing:infoblox-ipam:call:…` carry: one call of a client, over all its HTTP requests. The same
 * object goes to `start`, `end`, `asyncStart`, `asyncEnd` and, where the call fails, `error`; what came of it is in it
 * from `asyncStart` on. Holds no header, no body and no secret.
 */
export interface CallTrace {
  /** Counts up within a client. */
  readonly id: number;
  readonly method: string;
  /** Without the query, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Whether the call changes something on the grid. */
  readonly writes: boolean;
  /** Of the answer; absent where the call failed. */
  status?: number;
  /** HTTP requests sent so far. */
  attempts: number;
  /** Why the call failed: an error of this package. */
  readonly error?: unknown;
}

/** What the channels `tracing:infoblox-ipam:request:…` carry: one HTTP request, likewise. */
export interface RequestTrace extends RequestEvent, Partial<RequestEnd> {
  /** The call that it belongs to, where its beginning was heard. */
  readonly call: CallTrace | undefined;
  /** Calls that wait for their turn while this one is sent. */
  readonly queued: number;
  /** Why no answer came. */
  readonly error?: unknown;
}

const calls = tracingChannel<unknown, CallTrace>("infoblox-ipam:call");
const requests = tracingChannel<unknown, RequestTrace>("infoblox-ipam:request");

export const isCallTraced = (): boolean => calls.hasSubscribers;
export const isRequestTraced = (): boolean => requests.hasSubscribers;

/** Makes a call, and tells the channels of it. What the grid answered is nobody's business there. */
export async function traceCall<Answer extends { readonly status: number }>(
  trace: CallTrace,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const kept: Answer[] = [];
  await calls.tracePromise(async () => {
    const answer = await work();
    trace.status = answer.status;
    kept.push(answer);
  }, trace);
  return only(kept);
}

/** Sends a request, and tells the channels of it. One without an answer counts as failed there. */
export async function traceRequest<Sent>(
  trace: RequestTrace,
  send: () => Promise<Sent>,
  outcomeOf: (sent: Sent) => RequestEnd,
): Promise<Sent> {
  const kept: Sent[] = [];
  const traced = requests.tracePromise(async () => {
    const sent = await send();
    kept.push(sent);
    Object.assign(trace, outcomeOf(sent));
    if (trace.failure !== undefined) throw new Error(trace.failure);
  }, trace);
  await traced.catch((error: unknown) => {
    if (kept.length === 0) throw error;
  });
  return only(kept);
}

/** The channels would hand on what the traced function gives, so it is kept beside them. */
function only<T>([value]: readonly T[]): T {
  return value as T;
}
