import type { TransportRequest } from "../transport/transport.js";
import { type CallOptions, limitsOf } from "./call-options.js";
import type { QueryArgument } from "./fields.js";
import { type RefParts, refParts, refPath } from "./ref.js";
import { type SearchArgument, searchObject } from "./where.js";

/** The length from which some servers and proxies refuse a URL. */
const longestUrl = 4_000;

/** The path of an object type in a WAPI version. */
export function typePath(version: string, type: string): string {
  return `/wapi/v${version}/${type}`;
}

/** The path of an object, and the parts of its reference. @throws {InvalidRequestError} if it is not a reference */
export function objectPath(version: string, ref: string): RefParts & { readonly path: string } {
  return { ...refParts(ref), path: `/wapi/v${version}/${refPath(ref)}` };
}

/**
 * A read. If it is too long for a URL, or searches by a structure, it is sent as a POST with `_method=GET`: the search
 * arguments are in the body, and everything else is in the URL.
 */
export function readRequest(
  path: string,
  search: readonly SearchArgument[],
  control: readonly QueryArgument[],
  options: CallOptions,
): TransportRequest {
  const limits = limitsOf(options);
  const query = [...search.map(([key, value]): QueryArgument => [key, String(value)]), ...control];
  const structured = search.some(([, value]) => typeof value === "object");
  if (!structured && path.length + encodedLength(query) <= longestUrl) {
    return { method: "GET", path, query, writes: false, ...limits };
  }
  const isField = ([key]: QueryArgument) => key.startsWith("_return_fields");
  return {
    method: "POST",
    path,
    query: [["_method", "GET"], ...control.filter((argument) => !isField(argument))],
    body: { ...searchObject(search), ...Object.fromEntries(control.filter(isField)) },
    writes: false,
    ...limits,
  };
}

/** A write of one object. It requests the object in the answer if fields are named. */
export function writeRequest(
  method: "POST" | "PUT",
  path: string,
  fields: readonly QueryArgument[],
  body: Readonly<Record<string, unknown>>,
  options: CallOptions,
): TransportRequest {
  const query: QueryArgument[] = fields.length === 0 ? [] : [...fields, ["_return_as_object", "1"]];
  return { method, path, query, body, writes: true, ...limitsOf(options) };
}

function encodedLength(query: readonly QueryArgument[]): number {
  const length = (text: string) => text.replace(/[^\w\-.!~*'()]/g, "%00").length + 1;
  return query.reduce((sum, [key, value]) => sum + length(key) + length(value), 0);
}
