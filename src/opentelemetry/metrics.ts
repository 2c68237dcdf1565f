import type { Meter } from "@opentelemetry/api";
import { callAttributes, requestAttributes } from "./attributes.js";
import { watchCalls, watchRequests } from "./subscribe.js";

/** The conventions' buckets for HTTP, and some for calls that wait for a failover to end. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/**
 * Measures how long calls and HTTP requests take, how many are repeated, and how many calls wait for their turn.
 *
 * @returns a function that stops it
 */
export function measure(meter: Meter): () => void {
  const advice = { explicitBucketBoundaries: seconds };
  const callDuration = meter.createHistogram("infoblox.client.call.duration", {
    description: "Calls, waiting and retries included",
    unit: "s",
    advice,
  });
  const requestDuration = meter.createHistogram("infoblox.client.request.duration", {
    description: "HTTP requests",
    unit: "s",
    advice,
  });
  const retries = meter.createCounter("infoblox.client.retries", {
    description: "HTTP requests that repeat an earlier one of their call",
    unit: "{request}",
  });
  const queue = meter.createGauge("infoblox.client.queue.length", {
    description: "Calls that wait for their turn, each time that a request is sent",
    unit: "{call}",
  });

  const startedAt = new WeakMap<object, number>();
  const stopCalls = watchCalls({
    start: (call) => void startedAt.set(call, performance.now()),
    end: (call) => {
      const since = startedAt.get(call);
      if (since !== undefined) callDuration.record((performance.now() - since) / 1000, callAttributes(call));
    },
  });
  const stopRequests = watchRequests({
    start: (request) => {
      const attributes = requestAttributes(request);
      queue.record(request.queued, { "server.address": attributes["server.address"] });
      if (request.attempt > 1) retries.add(1, attributes);
    },
    end: (request) => requestDuration.record((request.durationMs ?? 0) / 1000, requestAttributes(request)),
  });
  return () => {
    stopCalls();
    stopRequests();
  };
}
