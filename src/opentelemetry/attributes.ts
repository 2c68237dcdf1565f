import type { Attributes } from "@opentelemetry/api";
import type { CallTrace, RequestTrace } from "../transport/channels.js";

/** Attributes of a call. Each has few values, so that metrics can use them, too. */
export function callAttributes({ method, path, error }: CallTrace): Attributes {
  return {
    "http.request.method": method,
    "infoblox.object_type": objectType(path),
    ...errorType(error),
  };
}

/** Attributes of an HTTP request, by the semantic conventions for HTTP clients. */
export function requestAttributes({ method, address, status, error }: RequestTrace): Attributes {
  const { hostname, port, protocol } = new URL(address);
  return {
    "http.request.method": method,
    "server.address": hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    ...(status === undefined ? {} : { "http.response.status_code": status }),
    ...(status !== undefined && status >= 400 ? { "error.type": String(status) } : errorType(error)),
  };
}

/**
 * The object type of a path: `record:host` of `/wapi/v2.12/record:host/ZG5z…`. A path without a type is one of WAPI's
 * own paths.
 */
export function objectType(path: string): string {
  const [, type = ""] = /\/wapi\/v[\d.]+\/([a-z][\w:]*)(?:\/|$)/.exec(path) ?? [];
  return type || "wapi";
}

function errorType(error: unknown): Attributes {
  return error instanceof Error ? { "error.type": error.name } : {};
}
