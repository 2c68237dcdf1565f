import {
  AuthenticationError,
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  NotGridMasterError,
  PermissionDeniedError,
  ServerError,
  type WapiError,
  type WapiErrorDetails,
} from "../errors.js";
import type { Phrase } from "../phrase.js";
import { type AttemptOutcome, parseRetryAfter } from "./attempts.js";
import type { Clock } from "./clock.js";
import { busyHint, hintForText, pageHints } from "./hints.js";
import type { Redactor } from "./redactor.js";

/** An HTTP answer as it arrived. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; without `Set-Cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
  readonly body: Buffer;
}

/** The request of an answer, and its address. */
export interface AnswerContext {
  readonly method: string;
  readonly path: string;
  /** `https://grid.example.com` */
  readonly address: string;
  readonly redactor: Redactor;
  readonly clock: Pick<Clock, "wallTime">;
}

/** How many characters of a grid's text are kept, and how many a message shows. Real texts are a sentence or a page. */
const longestText = 20_000;
const longestInMessage = 2_000;

/** The content of an error answer, in the grid's own words if it has some. */
interface Complaint {
  readonly code: string | undefined;
  readonly text: string;
  /** Whether it is in WAPI's own form, and not a page of the web server or of a proxy. */
  readonly isWapi: boolean;
}

/** Interprets an answer: data, or an error. No other place does. */
export function judge(answer: RawAnswer, context: AnswerContext): AttemptOutcome {
  if (answer.status < 200) return broken(answer, context, "no final answer");
  if (answer.status < 300) return judgeSuccess(answer, context);
  if (answer.status < 400) return judgeRedirect(answer, context);
  return judgeError(answer, context);
}

function judgeSuccess(answer: RawAnswer, context: AnswerContext): AttemptOutcome {
  const { status, headers } = answer;
  if (status === 204) return { kind: "answered", status, headers, data: undefined };
  const text = answer.body.toString("utf8");
  try {
    return { kind: "answered", status, headers, data: JSON.parse(text) };
  } catch {
    const masterUrl = otherOrigin(metaRefreshTarget(text), context);
    if (masterUrl !== undefined) return elsewhere(answer, context, { masterUrl });
    return broken(answer, context, describeBody(text, context.redactor));
  }
}

/** Refuses redirects: WAPI has none, and a redirect to another host would send the password there. */
function judgeRedirect(answer: RawAnswer, context: AnswerContext): AttemptOutcome {
  const location = answer.headers["location"];
  const masterUrl = otherOrigin(location, context);
  if (masterUrl !== undefined) return elsewhere(answer, context, { masterUrl });
  const error = complain(ServerError, answer, context, {
    text: `a redirect to ${context.redactor.clean(location ?? "nowhere")}`,
    hint: "WAPI doesn't redirect: something before the grid does. Check the address.",
  });
  return { kind: "refused", error, isUnproven: true };
}

function judgeError(answer: RawAnswer, context: AnswerContext): AttemptOutcome {
  const complaint = readComplaint(answer, context);
  if (/Only read-only API access supported/i.test(complaint.text))
    return elsewhere(answer, context, complaint);
  switch (answer.status) {
    case 408:
    case 429:
    case 503:
      return {
        kind: "busy",
        error: complain(ServerError, answer, context, { ...complaint, hint: busyHint }),
        retryAfter: parseRetryAfter(answer.headers, context.clock.wallTime()),
        isUnproven: !complaint.isWapi,
      };
    case 502:
    case 504:
      return { kind: "lost", error: complain(ServerError, answer, context, complaint) };
    default:
      return judgeComplaint(answer, complaint, context);
  }
}

function judgeComplaint(answer: RawAnswer, complaint: Complaint, context: AnswerContext): AttemptOutcome {
  const { status } = answer;
  const pageHint = complaint.isWapi ? undefined : pageHints[status];
  const kind = kindOf(status, complaint);
  const error = complain(kind, answer, context, {
    ...complaint,
    hint: hintForText(complaint.text) ?? pageHint,
  });
  // An error in WAPI's own form proves that the grid refused. A page may come from anything between.
  if (complaint.isWapi) return { kind: "refused", error };
  return status >= 500
    ? { kind: "lost", error }
    : { kind: "refused", error, isUnproven: !asksWho.has(status) };
}

/** An answer that asks for credentials proves that the request was not carried out. */
const asksWho: ReadonlySet<number> = new Set([401, 403, 407]);

type WapiErrorKind = new (message: string, details: WapiErrorDetails) => WapiError;

const forbidden =
  /Only superusers|You have no permission|not (allowed|permitted|authorized) to|permission denied/i;
const missing =
  /did not return any result|does not match any unique networks\/ranges|parent was not found|Cannot find the parent|must belong to an existing network|network was not found|reverse zone was specified/i;
/** Texts about data that is invalid by itself, whatever the grid holds. */
const malformed =
  /^(Invalid|Bad value|Unknown|Enter a|Required)|is required|must be|should be|cannot be (empty|longer)|is longer than|either starts or ends/i;

/**
 * The kind of error, by status and code, and by text if these do not tell: conflicts have status 400, and their code
 * also stands for duplicates, missing rights and more.
 */
function kindOf(status: number, { code = "", text, isWapi }: Complaint): WapiErrorKind {
  if (status === 401) return AuthenticationError;
  if (status === 403) return PermissionDeniedError;
  if (status >= 500) return ServerError;
  if (isWapi && forbidden.test(text)) return PermissionDeniedError;
  if (status === 404 || code.endsWith(".NotFound") || missing.test(text)) return NotFoundError;
  if (status === 409 || code.endsWith(".Conflict")) return ConflictError;
  if (code === "Client.Ibap.Data" && !malformed.test(text)) return ConflictError;
  return InvalidRequestError;
}

const longestCode = 200;

/**
 * Redacts and shortens a text. It is cut a second time after redaction, since the first cut may leave half a secret.
 */
function cleaned(text: string, redactor: Redactor): string {
  return redactor.clean(text.slice(0, longestText + 2_000)).slice(0, longestText);
}

/** The grid's envelope `{ "Error": …, "code": …, "text": … }`, else the readable part of the answer. */
function readComplaint(answer: RawAnswer, { redactor }: AnswerContext): Complaint {
  const body = answer.body.toString("utf8");
  try {
    const { Error: error, code, text } = JSON.parse(body) as Record<string, unknown>;
    const words = text ?? error;
    if (typeof words === "string" && typeof error === "string") {
      const named = typeof code === "string" ? redactor.clean(code.slice(0, longestCode)) : undefined;
      return { code: named, text: cleaned(words, redactor), isWapi: true };
    }
  } catch {
    // Not JSON: a page, or plain text.
  }
  return { code: undefined, text: readableText(body, redactor), isWapi: false };
}

function elsewhere(
  answer: RawAnswer,
  context: AnswerContext,
  details: {
    readonly masterUrl?: string | undefined;
    readonly code?: string | undefined;
    readonly text?: string;
  },
): AttemptOutcome {
  const { masterUrl, code } = details;
  const text = details.text ?? "a page that leads to the grid master";
  const hint = masterUrl
    ? `Use the grid master's address: ${masterUrl}.`
    : (hintForText(text) ?? "Use the grid master's address.");
  const error = new NotGridMasterError(messageOf(answer, context, `not the grid master (${text})`), {
    ...requestOf(answer, context),
    code,
    text,
    hint,
    masterUrl,
  });
  return { kind: "elsewhere", error };
}

function broken(answer: RawAnswer, context: AnswerContext, what: string): AttemptOutcome {
  const error = complain(ServerError, answer, context, {
    text: what,
    hint: "WAPI answers in JSON: either the answer was cut off, or something other than a grid sent it.",
  });
  return { kind: "lost", error };
}

function complain(
  Kind: WapiErrorKind,
  answer: RawAnswer,
  context: AnswerContext,
  details: {
    readonly code?: string | undefined;
    readonly text: string;
    readonly hint?: string | Phrase | undefined;
  },
): WapiError {
  const { code, text, hint } = details;
  return new Kind(messageOf(answer, context, text), { ...requestOf(answer, context), code, text, hint });
}

function messageOf(answer: RawAnswer, { method, path }: AnswerContext, text: string): string {
  const short = text.length > longestInMessage ? `${text.slice(0, longestInMessage - 1)}…` : text;
  const sentence = /[.!?…]$/.test(short) ? short : `${short}.`;
  return `${method} ${path}: the grid answered ${answer.status}: ${sentence}`;
}

function requestOf(answer: RawAnswer, { method, path }: AnswerContext) {
  return { status: answer.status, method, path };
}

/**
 * The target of a page's meta refresh. A node that is not the grid master answers 200 with such a page, which leads to
 * the master.
 */
function metaRefreshTarget(html: string): string | undefined {
  for (const tag of html
    .slice(0, longestText)
    .split(/<meta\b/i)
    .slice(1)) {
    const [attributes = ""] = tag.slice(0, longestTag).split(">", 1);
    if (!/http-equiv\s{0,9}=\s{0,9}["']?refresh/i.test(attributes)) continue;
    return /url\s{0,9}=\s{0,9}["']?([^"'\s]+)/i.exec(attributes)?.[1];
  }
  return undefined;
}

const longestTag = 2_000;

/** The origin of a link (`https://host`) if it differs from the request's. */
function otherOrigin(link: string | undefined, { address }: AnswerContext): string | undefined {
  if (!link || !URL.canParse(link, address)) return undefined;
  const { protocol, origin } = new URL(link, address);
  const isWeb = protocol === "https:" || protocol === "http:";
  return isWeb && origin !== new URL(address).origin ? origin : undefined;
}

function describeBody(text: string, redactor: Redactor): string {
  if (text.trim() === "") return "an empty body";
  if (/^\s*[[{"]/.test(text)) return "JSON that breaks off";
  return `something other than JSON: ${readableText(text, redactor)}`;
}

function withoutTags(page: string): string {
  return page
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** The text of a page on one line, without tags. Redacted before it is cut, since half a secret is not recognised. */
function readableText(body: string, redactor: Redactor): string {
  const page = cleaned(body, redactor)
    .slice(0, 10_000)
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, " ");
  const [, title = ""] = /<title\b[^>]*>([^<]*)<\/title>/i.exec(page) ?? [];
  const rest = withoutTags(page.replace(/<title\b[^>]*>[^<]*<\/title>/i, " "));
  // Most error pages repeat their title as a heading.
  const line = rest.includes(withoutTags(title)) ? rest : `${withoutTags(title)} ${rest}`.trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
