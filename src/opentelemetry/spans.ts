import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { CallTrace, RequestTrace } from "../transport/channels.js";
import { callAttributes, objectType, requestAttributes } from "./attributes.js";
import { watchCalls, watchRequests } from "./subscribe.js";

/**
 * Creates a span for each call, below the active span, and in it one for each HTTP request.
 *
 * @returns a function that stops it
 */
export function span(tracer: Tracer): () => void {
  const calls = new WeakMap<CallTrace, Span>();
  const requests = new WeakMap<RequestTrace, Span>();

  const stopCalls = watchCalls({
    start: (call) => {
      const name = `${call.method} ${objectType(call.path)}`;
      calls.set(call, tracer.startSpan(name, { attributes: callAttributes(call) }));
    },
    end: (call) => finish(calls.get(call), { ...callAttributes(call), ...sent(call) }, call.error),
  });

  const stopRequests = watchRequests({
    start: (request) => {
      const parent = request.call && calls.get(request.call);
      const within = parent ? trace.setSpan(context.active(), parent) : context.active();
      const options = { kind: SpanKind.CLIENT, attributes: placeOf(request) };
      requests.set(request, tracer.startSpan(request.method, options, within));
    },
    end: (request) => finish(requests.get(request), requestAttributes(request), request.error),
  });

  return () => {
    stopCalls();
    stopRequests();
  };
}

function finish(span: Span | undefined, attributes: ReturnType<typeof callAttributes>, error: unknown): void {
  if (span === undefined) return;
  span.setAttributes(attributes);
  if (error instanceof Error) span.recordException({ name: error.name, message: error.message });
  if (attributes["error.type"] !== undefined) {
    const message = error instanceof Error ? { message: error.message } : {};
    span.setStatus({ code: SpanStatusCode.ERROR, ...message });
  }
  span.end();
}

function sent({ attempts, writes }: CallTrace) {
  return { "infoblox.attempts": attempts, "infoblox.writes": writes };
}

/** The attributes that are known before a request is sent. They leave out the query, which holds search values. */
function placeOf(request: RequestTrace) {
  const { address, path, attempt } = request;
  return {
    ...requestAttributes(request),
    "url.full": address + path,
    ...(attempt > 1 ? { "http.request.resend_count": attempt - 1 } : {}),
  };
}
