import { tracingChannel } from "node:diagnostics_channel";
import type { RequestEvent, ResponseEvent } from "./events.js";

/** The fields of a finished request. */
type RequestEnd = Omit<ResponseEvent, keyof RequestEvent>;

/**
 * The message of the channels `tracing:infoblox-ipam:call:…`: one call of a client, with all its HTTP requests. The
 * same object is published to `start`, `end`, `asyncStart`, `asyncEnd` and, if the call fails, `error`. It has the
 * outcome from `asyncStart` on. It holds no header, no body and no secret.
 */
export interface CallTrace {
  /** Counts up within a client. */
  readonly id: number;
  readonly method: string;
  /** Without the query, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Whether the call changes something on the grid. */
  readonly writes: boolean;
  /** The status of the answer; missing if the call failed. */
  status?: number;
  /** HTTP requests sent so far. */
  attempts: number;
  /** Why the call failed: an error of this package. */
  readonly error?: unknown;
}

/** The message of the channels `tracing:infoblox-ipam:request:…`: one HTTP request. */
export interface RequestTrace extends RequestEvent, Partial<RequestEnd> {
  /** The request's call, if somebody listened when it began. */
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

/** Makes a call and publishes it to the channels, without the grid's answer. */
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

/** Sends a request and publishes it to the channels. A request without an answer counts as failed. */
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

/** The channels would publish the result of the traced function, so the result is kept elsewhere. */
function only<T>([value]: readonly T[]): T {
  return value as T;
}
