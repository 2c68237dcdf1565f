/**
 * Public names of `infoblox-ipam/opentelemetry`: spans and metrics. It needs `@opentelemetry/api`.
 *
 * @module infoblox-ipam/opentelemetry
 */

export type { CallTrace, RequestTrace } from "../transport/channels.js";
export { instrumentWithOpenTelemetry, type OpenTelemetryOptions } from "./instrument.js";
