import { checkObject, invalid } from "../errors.js";
import type { TransportRequest } from "../transport/transport.js";
import { type CallOptions, checkSignal, limitsOf } from "./call-options.js";
import type { Conversation } from "./conversation.js";
import type { QueryArgument } from "./fields.js";
import { typePath } from "./requests.js";
import { responseOf, type WithResponse } from "./wapi-promise.js";

/** One value of an argument. */
type QueryValue = string | number | boolean;

/** A request that is not typed: see `WapiClient.request`. */
export interface RawRequest extends CallOptions {
  /** Default `GET`. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /**
   * A percent-encoded path: relative to the version (`network`, a reference, or empty), or absolute
   * (`/wapi/v2.12/network`).
   */
  readonly path: string;
  /** Search arguments and options. A list repeats its argument: `{ "*Tags": ["a", "b"] }` requires both. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
  /** Sent as JSON, as it is. */
  readonly body?: unknown;
  /**
   * Whether the request may change something, and so must not be repeated blindly. Default: `true` unless it is a GET.
   */
  readonly writes?: boolean;
}

/** Sends any request, and returns its answer as it is. */
export async function request<Data>(grid: Conversation, raw: RawRequest): Promise<WithResponse<Data>> {
  checkObject("request", raw, { path: "network" });
  checkSignal(raw.signal);
  const { answer } = await grid.send(rawRequest(await grid.version(raw), raw));
  return responseOf(answer.data as Data, [answer]);
}

/** @throws {InvalidRequestError} if the path or the method is invalid */
function rawRequest(version: string, raw: RawRequest): TransportRequest {
  const { method = "GET", path, query = {}, body } = raw;
  if (!["GET", "POST", "PUT", "DELETE"].includes(method)) {
    throw invalid("method", method, "must be GET, POST, PUT or DELETE", "GET");
  }
  if (typeof path !== "string") throw invalid("path", path, "must be a path", "network");
  checkObject("query", query, { _schema: 1 });
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const isRead = method === "GET" || (method === "POST" && query["_method"] === "GET");
  return {
    method,
    path: path.startsWith("/wapi/") ? path : typePath(version, path.replace(/^\//, "")),
    query: given.flatMap(([key, value]) => [value].flat().map((one): QueryArgument => [key, String(one)])),
    body,
    writes: raw.writes ?? !isRead,
    ...limitsOf(raw),
  };
}
