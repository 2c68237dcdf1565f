import { type MeterProvider, metrics, type TracerProvider, trace } from "@opentelemetry/api";
import { tellEvents } from "./events.js";
import { measure } from "./metrics.js";
import { span } from "./spans.js";

/** Where spans and metrics go, if not to the globally registered providers. */
export interface OpenTelemetryOptions {
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider | undefined;
}

const name = "infoblox-ipam";

/**
 * Makes every client of this process produce spans and metrics from now on: a span for each call with a span for each
 * HTTP request in it; durations, retries and the length of the queue; and an event for each change by an `Ipam`.
 *
 * @returns a function that stops it
 * @example
 * import { instrumentWithOpenTelemetry } from "infoblox-ipam/opentelemetry";
 * instrumentWithOpenTelemetry();
 */
export function instrumentWithOpenTelemetry(options: OpenTelemetryOptions = {}): () => void {
  const tracer = (options.tracerProvider ?? trace).getTracer(name);
  const meter = (options.meterProvider ?? metrics).getMeter(name);
  const endings = [span(tracer), measure(meter), tellEvents(tracer, meter)];
  return () => {
    for (const end of endings) end();
  };
}
