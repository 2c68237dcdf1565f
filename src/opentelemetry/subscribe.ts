import { subscribe as listen, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import type { CallTrace, RequestTrace } from "../transport/channels.js";

/** Listeners for the beginning of something and for its end, successful or not. */
export interface Watch<Trace> {
  readonly start: (trace: Trace) => void;
  readonly end: (trace: Trace) => void;
}

/** Listens to the calls of all clients. @returns a function that stops it */
export function watchCalls(watch: Watch<CallTrace>): () => void {
  return subscribe("infoblox-ipam:call", watch);
}

/** Listens to the HTTP requests of all clients. @returns a function that stops it */
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

/** A change by an `Ipam`, from its diagnostics channels. */
export interface DoneEvent {
  readonly event: string;
  readonly call: string;
  readonly object: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly owner: string | undefined;
  readonly requestId: string | undefined;
  readonly durationMs: number;
  readonly error?: { readonly name: string };
}

const done = ["allocated", "adopted", "released", "changed", "refused", "rolledBack"];

/** Listens to the changes of every `Ipam`. @returns a function that stops it */
export function watchEvents(heard: (event: DoneEvent) => void): () => void {
  const listener = (message: unknown) => heard(message as DoneEvent);
  for (const name of done) listen(`infoblox-ipam:${name}`, listener);
  return () => {
    for (const name of done) unsubscribe(`infoblox-ipam:${name}`, listener);
  };
}
