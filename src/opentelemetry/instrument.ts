import { type MeterProvider, metrics, type TracerProvider, trace } from "@opentelemetry/api";
import { tellEvents } from "./events.js";
import { measure } from "./metrics.js";
import { span } from "./spans.js";

/** Where spans and metrics go, where that isn't what the process has registered. */
export interface OpenTelemetryOptions {
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider | undefined;
}

const name = "infoblox-ipam";

/**
 * From now on, every client of this process gives spans and metrics: a span per call with one per HTTP request in it,
 * and durations, retries and the length of the queue; and an event for each thing that an `Ipam` did.
 *
 * @returns ends it
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
