import { createHash } from "node:crypto";
import type { AxiosRequestConfig, AxiosResponse } from "axios";
import { isSecretName, redacted } from "../redaction.js";
import type { Redactor } from "../transport/redactor.js";
import type { RecordedAnswer, RecordedRequest } from "./cassette.js";
import { secretsIn, withoutSecrets } from "./secrets.js";

/**
 * The normal form of requests and answers. It replaces values that must not be recorded or that differ from run to run:
 * credentials, hosts, and the ids in references. The recorder and the player derive the same text, so a request is
 * found again.
 */
export interface Names {
  readonly redactor: Redactor;
  /** The grid's own address as the client knows it, e.g. `https://gm.corp.example:8443`. */
  readonly origin: string;
  readonly username: string | undefined;
}

/** Recorded instead of the name of the user who logged in. */
export const loginName = "«user»";

/** The recorded address of the grid. */
export const gridUrl = "https://grid.example.com";
/** The recorded address of any other server in an answer, such as the grid master. */
const otherUrl = "https://master.example.com";

/** The headers that are recorded. Those of the session, and others that no reader needs, are left out. */
const keptHeaders = ["content-type", "location", "retry-after"];

export function recordedRequest(request: AxiosRequestConfig, names: Names): RecordedRequest {
  const { pathname, searchParams } = new URL(request.url ?? "");
  const text = (value: string) => cleanText(value, names);
  const query = [...searchParams].map(([name, value]) => {
    const shown = isSecretName(name) ? redacted : text(value);
    return `${name.replaceAll("=", "%3D")}=${shown}`;
  });
  const body = request.data === undefined ? undefined : parseJson(String(request.data));
  return {
    method: request.method ?? "GET",
    path: shortenIds(pathname),
    ...(query.length > 0 && { query }),
    ...(body !== undefined && { body: withoutSecrets(body, text) }),
  };
}

/** The secrets of a request, which {@link recordedRequest} leaves out. */
export function secretsOf(request: AxiosRequestConfig): string[] {
  const { searchParams } = new URL(request.url ?? "");
  const inQuery = [...searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value);
  return [...inQuery, ...secretsIn(parseJson(String(request.data ?? "")))];
}

export function recordedAnswer(response: AxiosResponse, names: Names): RecordedAnswer {
  const text = (value: string) => cleanText(value, names);
  const foreign = (value: string) => text(value).replace(/https?:\/\/[^/\s"'<>:]+(:\d+)?/g, otherUnlessGrid);
  const headers = Object.entries(response.headers)
    .filter(([name]) => keptHeaders.includes(name.toLowerCase()))
    .map(([name, value]) => [name.toLowerCase(), foreign(String(value))]);
  const content = Buffer.from(response.data ?? "").toString("utf8");
  const body = parseJson(content);
  return {
    status: response.status,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(body === undefined ? { text: foreign(content) } : { body: withoutSecrets(body, text) }),
  };
}

function otherUnlessGrid(origin: string): string {
  return origin === gridUrl ? origin : otherUrl;
}

function cleanText(value: string, { redactor, origin, username }: Names): string {
  if (value === username) return loginName;
  const host = new URL(origin).hostname;
  const local = value.replaceAll(origin, gridUrl);
  // A numeric address may belong to another host.
  const named = /[a-z]/i.test(host) ? local.replaceAll(host, new URL(gridUrl).hostname) : local;
  return shortenIds(redactor.clean(named));
}

/** `network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0/24/default`: the id is the grid's key in base64. */
function shortenIds(text: string): string {
  return text.replace(/(?<=\/)[\w+=-]{8,}/g, (id) =>
    isKey(Buffer.from(id, "base64").toString("latin1")) ? shortId(id) : id,
  );
}

/** `dns.network$10.0.0.0/24/0` */
function isKey(text: string): boolean {
  return /^[a-z\d_.]+\$/i.test(text);
}

function shortId(id: string): string {
  return `ref${createHash("sha256").update(id.replace(/=+$/, "")).digest("hex").slice(0, 12)}`;
}

/** The value, or `undefined` if the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
