/**
 * Reads requests and writes answers as WAPI does: URL, arguments, bodies, envelope.
 *
 * Arguments come from the URI, where everything is text, or from a JSON body. Options are the arguments that control
 * the answer and name no field (`_return_fields`, `_paging` …).
 */

import { compareVersions, knownVersions } from "../../schema/schema.js";
import {
  badArgument,
  notAnObject,
  type Refusal,
  undecodableJson,
  unknownObjectType,
} from "../model/answers.js";
import { decodeFully, decodePercent } from "../model/refs.js";
import { isObject } from "../model/values.js";
import { nameAt, presentName } from "../model/versions.js";
import type { Json, JsonObject } from "../store/entity.js";
import type { GridAnswer, GridRequest } from "./pages.js";
import { formatXml } from "./xml.js";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The target of a call: the API itself, an object type, or one object. */
export type CallTarget =
  | { readonly kind: "root" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "object"; readonly type: string; readonly ref: string };

/** One call, from a request or from inside a `request` object. */
export interface Call {
  readonly method: Method;
  readonly version: string;
  readonly target: CallTarget;
  readonly options: Options;
  /** Arguments of the URI without options, as text. */
  readonly uriArgs: readonly (readonly [string, string])[];
  /** The body without options; a list only for `request`. */
  readonly body: JsonObject | readonly Json[];
}

/** The result of a call before it is written as JSON or XML. */
export interface CallResult {
  readonly status: number;
  readonly result: Json;
}

/** Arguments that control the answer: text from the URI, or JSON from a body. */
export type Options = Readonly<Partial<Record<OptionName, Json>>>;
type OptionName = (typeof optionNames)[number];

const optionNames = [
  "_return_fields",
  "_return_fields+",
  "_return_as_object",
  "_return_type",
  "_max_results",
  "_paging",
  "_page_id",
  "_proxy_search",
  "_method",
  "_function",
  "_inheritance",
  "_schema",
  "_schema_version",
  "_schema_searchable",
  "_get_doc",
  "_schedinfo.scheduled_time",
  "_schedinfo.schedule_now",
  "_schedinfo.warnlevel",
  "_schedinfo.predecessor_task",
  "_schedinfo.batch_id",
  "_approvalinfo.comment",
  "_approvalinfo.query_mode",
  "_approvalinfo.ticket_number",
] as const;

const isOption = (name: string): name is OptionName => (optionNames as readonly string[]).includes(name);

// --- reading ---------------------------------------------------------------------------------------------------

/** The version in the path (`/wapi/v2.12/…`), or `undefined` if it is not a path of WAPI. */
export function pathVersion(url: string): string | undefined {
  return /^\/wapi\/v([\d.]+)(?:[/?]|$)/.exec(url)?.[1];
}

/** Whether a grid whose newest version is `newest` speaks `version`. */
export function speaks(version: string, newest: string): boolean {
  return knownVersions.includes(version) && compareVersions(version, newest) <= 0;
}

export function readCall(request: GridRequest, version: string): Call {
  const [path = "", ...query] = request.url.split("?");
  const pairs = parseQuery(query.join("?"));
  const body = parseBody(request, pairs);
  const options = optionsOf(pairs, body);
  return {
    method: methodOf(request.method, options),
    version,
    target: parseTarget(path.replace(/^\/wapi\/v[\d.]+\/?/, ""), version),
    options,
    uriArgs: pairs.filter(([name]) => !isOption(name)),
    body: Array.isArray(body) ? body : withoutOptions(body as JsonObject),
  };
}

/** A call from inside a `request` object: `object`, `data` and `args` are its path, body and query. */
export function innerCall(
  method: Method,
  version: string,
  object: string,
  data: JsonObject,
  args: JsonObject,
): Call {
  const options = optionsOf([], { ...data, ...args });
  return {
    method: methodOf(method, options),
    version,
    target: parseTarget(object, version),
    options,
    uriArgs: [],
    body: withoutOptions(data),
  };
}

/** Type and reference, decoded as leniently as clients encode: raw, once or twice. */
export function parseTarget(path: string, version: string): CallTarget {
  const sent = decodePercent(path).replace(/\/$/, "");
  const [name = "", ...rest] = decodeFully(sent).split("/");
  // A name of a later version is unknown in this one.
  if (name !== "" && nameAt(name, version) !== name) throw unknownObjectType(name);
  const type = presentName(name, version);
  if (type === "") return { kind: "root" };
  return rest.length === 0 ? { kind: "type", type } : { kind: "object", type, ref: sent };
}

/** Form encoding: `+` is a blank. So clients must send `_return_fields+` as `_return_fields%2B`. */
function parseQuery(query: string): [string, string][] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      const [name, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      return [decodeForm(name), decodeForm(value)];
    });
}

const decodeForm = (text: string): string => decodePercent(text.replaceAll("+", " "));

/**
 * Parses JSON, whatever the content type, or form arguments, which are added to those of the URI. Refuses other text as
 * broken JSON.
 */
function parseBody(request: GridRequest, pairs: [string, string][]): JsonObject | readonly Json[] {
  const text = request.body.toString("utf8").trim();
  // A DELETE has its arguments in the URI. Its body is ignored.
  if (text === "" || request.method === "DELETE") return {};
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  if (isForm && !/^[[{"]/.test(text)) {
    pairs.push(...parseQuery(text));
    return {};
  }
  const body = parseJson(text);
  if (body === null) return {};
  if (isObject(body) || Array.isArray(body)) return body;
  throw notAnObject();
}

function parseJson(text: string): Json {
  if (isDeep(text)) throw undecodableJson("nested too deeply");
  const json = decodedJson(text);
  // Guess half-characters (open; asks halfCharacterIsRefused): a grid refuses half a character, which no database and
  // no URL can hold.
  if (/\\u[dD][89a-fA-F]/.test(text) && hasHalfCharacter(json)) {
    throw undecodableJson("unpaired surrogate");
  }
  return json;
}

/** Whether a text has an unpaired surrogate: JSON writes only these as escapes. */
function hasHalfCharacter(json: Json): boolean {
  return /(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/.test(JSON.stringify(json));
}

function decodedJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw undecodableJson("No JSON object could be decoded");
  }
}

/** Python's decoder fails at about a thousand levels. No client's request nests more than ten. */
const deepest = 100;

/** Whether brackets nest deeper than that. Does not recurse. */
export function isDeep(text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (isText) {
      if (character === backslash) at += 1;
      else if (character === quote) isText = false;
    } else if (character === quote) isText = true;
    else if (character === openBracket || character === openBrace) {
      depth += 1;
      if (depth > deepest) return true;
    } else if (character === closeBracket || character === closeBrace) depth -= 1;
  }
  return false;
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [34, 92, 91, 93, 123, 125];

function optionsOf(
  pairs: readonly (readonly [string, string])[],
  body: JsonObject | readonly Json[],
): Options {
  const options: Partial<Record<OptionName, Json>> = {};
  if (!Array.isArray(body)) {
    for (const [name, value] of Object.entries(body)) if (isOption(name)) options[name] = value;
  }
  for (const [name, value] of pairs) {
    if (!isOption(name)) continue;
    // Both forms of `_return_fields` may be repeated. Of other options the last one counts.
    const before = name.startsWith("_return_fields") ? options[name] : undefined;
    options[name] = before === undefined ? value : `${textOf(before)},${value}`;
  }
  return options;
}

function withoutOptions(body: JsonObject): JsonObject {
  const names = Object.keys(body);
  if (!names.some((name) => name.startsWith("_") && isOption(name))) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !isOption(name)));
}

/** `_method` gives the method of a POST that carries its arguments in the body. */
function methodOf(method: string, options: Options): Method {
  const wanted = method === "POST" && options._method !== undefined ? textOf(options._method) : method;
  if (wanted === "GET" || wanted === "POST" || wanted === "PUT" || wanted === "DELETE") return wanted;
  throw badArgument("_method", `Invalid value, must be one of GET, POST, PUT, DELETE: ${wanted}`);
}

// --- options ---------------------------------------------------------------------------------------------------

/** An option as text; a list is joined as in `_return_fields=a,b`. */
export function textOf(value: Json): string {
  return Array.isArray(value) ? value.map(String).join(",") : String(value);
}

export function textOption(options: Options, name: OptionName): string | undefined {
  const value = options[name];
  return value === undefined || value === null ? undefined : textOf(value);
}

/** `1`, `true` and `True` enable an option, and so does an empty value (`?_schema`). */
export function switchOption(options: Options, name: OptionName): boolean {
  const value = textOption(options, name);
  return value !== undefined && !/^(0|false|no)$/i.test(value);
}

export function numberOption(options: Options, name: OptionName): number | undefined {
  const value = textOption(options, name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value)) throw badArgument(name, "Invalid value, must be an integer");
  return Number(value);
}

/** Fields of a create or update; only `request` takes a list. */
export function bodyFields(call: Call): JsonObject {
  if (isObject(call.body)) return call.body;
  throw notAnObject();
}

// --- writing ---------------------------------------------------------------------------------------------------

const json = "application/json";

/** Pretty printed with four blanks, as a grid does; an empty list is just `[]`. */
export function answerJson(status: number, result: Json): GridAnswer {
  return { status, headers: { "Content-Type": json }, body: JSON.stringify(result, null, 4) };
}

export function answerXml(status: number, result: Json, pretty: boolean): GridAnswer {
  return { status, headers: { "Content-Type": "application/xml" }, body: formatXml(result, pretty) };
}

/** The error envelope in the grid's unusual layout, which some clients parse by pattern. */
export function answerRefusal(refusal: Refusal): GridAnswer {
  const { status, code, text, explanation } = refusal;
  const body =
    `{ "Error": ${JSON.stringify(explanation)}, \n` +
    `  "code": ${JSON.stringify(code)}, \n` +
    `  "text": ${JSON.stringify(text)}\n}`;
  const length = String(Buffer.byteLength(body));
  return { status, headers: { "Content-Type": json, "Content-Length": length }, body };
}

/** The only error in plain text: a version that the grid does not speak. */
export function answerUnknownVersion(version: string): GridAnswer {
  return { status: 400, headers: { "Content-Type": "text/plain" }, body: `Version ${version} not supported` };
}
