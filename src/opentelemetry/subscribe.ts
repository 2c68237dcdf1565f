import { tracingChannel } from "node:diagnostics_channel";
import type { CallTrace, RequestTrace } from "../transport/channels.js";

/** What is to happen when something begins, and when it is over, well or not. */
export interface Watch<Trace> {
  readonly start: (trace: Trace) => void;
  readonly end: (trace: Trace) => void;
}

/** Listens to the calls of all clients. @returns stops listening */
export function watchCalls(watch: Watch<CallTrace>): () => void {
  return subscribe("infoblox-ipam:call", watch);
}

/** Listens to the HTTP requests of all clients. @returns stops listening */
export function watchRequests(watch: Watch<RequestTrace>): () => void {
  return subscribe("infoblox-ipam:request", watch);
}

function subscribe<Trace extends object>(name: string, { start, end }: Watch<Trace>): () => void {
  const channel = tracingChannel<unknown, Trace>(name);
  const nothing = () => {};
  const listeners = { start, end: nothing, asyncStart: nothing, asyncEnd: end, error: nothing };
  channel.subscribe(listeners);
  return () => {
    channel.unsubscribe(listeners);
  };
}
