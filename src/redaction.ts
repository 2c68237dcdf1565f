/**
 * Removes secrets from errors, logs, recordings and terminals. Only this module knows which names mean a secret, how a
 * credential looks in a text, and which characters forge lines.
 *
 * Every pattern here runs in linear time, since the texts come from outside.
 */

import { types } from "node:util";

export const redacted = "[redacted]";

/** Names of secrets: the grid's own fields, names that people give to attributes, and arguments in a URL. */
const secretName = new RegExp(
  [
    "pass(word|phrase|wd|_phrase)",
    "pwd",
    "secret",
    "token",
    "credential",
    "community",
    "(private|access|api|authentication|encryption|tsig|ntp)[_ -]?keys?(_?id)?$",
    "(^|[^a-z])pass$",
    "(^|[^a-z])session_?id$",
    "(^|[^a-z])(set-)?cookie$",
    "(^|[^a-z])authorization$",
  ].join("|"),
  "i",
);

/** Whether a value of this name is a secret. The path of a field is a name, too: `create.password`. */
export function isSecretName(name: string): boolean {
  // `userPass` is two words, like `user_pass`.
  return secretName.test(name.replace(/([a-z\d])([A-Z])/g, "$1_$2"));
}

/** An equals sign or a colon: plain, in a URL, in a page. */
const sign = "(?:[:=]|%(?:25){0,2}3[ad]|&#0{0,4}(?:58|61);|&#x0{0,4}3[ad];)";

const named = "pass(?:word|wd|phrase|_phrase)?|pwd|secret|community_string|authorization|(?:set-)?cookie";
const keys = "(?:private|access|api|authentication)[_-]?key";

type Replacement = string | ((...matches: string[]) => string);

/** Patterns of credentials in any text. */
const credentials: readonly (readonly [RegExp, Replacement])[] = [
  [/(ibapauth=)("[^"]*"|[^\s;]+)/gi, "$1[redacted]"],
  [/\b(basic|bearer)([ \t]{1,20})([a-z0-9+/=._~-]{4,})/gi, withoutScheme],
  // In a URL or similar text. Each pattern begins at a word's first letter and is bounded: if it began at every letter,
  // a long word would take minutes.
  [/(\b\w{1,32}:\/\/)[^\s/@"'<>]{1,256}@/g, "$1[redacted]@"],
  [/(\bhttps?:[\\/]{0,4})[^\s@"'<>]{1,256}@/gi, "$1[redacted]@"],
  [/(?<![\w/@:.%+-])(?!mailto:)[\w.%+-]{1,64}:[^\s@/"'<>:]{1,128}@(?=[\w[])/gi, "[redacted]@"],
  [/(%3a(?:%2f){2})(?:(?!%40|%2f)[^\s@/"'<>&]){1,256}%40/gi, "$1[redacted]%40"],
  // This package's own message about such a field ("password: is missing …") is not a secret.
  [
    new RegExp(
      `("?(?<![a-z])(?:\\w{0,32}_)?(?:${named}|${keys})"?\\s{0,20}${sign}\\s{0,20})(?!is missing\\b|must be\\b|\\[redacted)("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s,;}&]+)`,
      "gi",
    ),
    "$1[redacted]",
  ],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    "[redacted private key]",
  ],
];

/** `Basic YWRtaW46…` is a password; "Network View basic lab01 not found" is a name. */
function withoutScheme(text: string, scheme: string, blank: string, value: string): string {
  const isCredential =
    scheme.toLowerCase() === "basic"
      ? /^[\x20-\x7e\x80-\xff]*:/.test(Buffer.from(value, "base64").toString("latin1"))
      : value.length >= 12 && /\d/.test(value);
  return isCredential ? `${scheme}${blank}${redacted}` : text;
}

/** Removes everything that looks like a password, cookie, authorization header or private key. */
export function redact(text: string): string {
  return credentials.reduce(
    (clean, [pattern, replacement]) => clean.replace(pattern, replacement as string),
    text,
  );
}

/** How deep and how long a copied value may be: messages need no more. */
const deepest = 12;
const longest = 10_000;

/** Members of a structure that hold a secret under a neutral name: `{ name: "Password", value: … }`. */
const partsOfNamed = ["value", "default_value", "string"];

/**
 * Copies a value without secrets: redacts members with a secret's name, and cleans every text. Never throws, even if
 * the value's getters do.
 *
 * @param name - the name of the value itself, if it has one
 */
export function redactValue(name: string | undefined, value: unknown): unknown {
  try {
    return typeof value === "bigint" ? value : copied(name ?? "", value, deepest, new Set());
  } catch {
    return redacted;
  }
}

function copied(name: string, value: unknown, depth: number, above: Set<object>): unknown {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (isSecretName(name)) return redacted;
  if (typeof value === "string") return redact(value.slice(0, longest));
  if (typeof value === "function") return "[function]";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return String(value);
  if (typeof value !== "object") return value;
  if (depth === 0 || above.has(value)) return "[…]";
  above.add(value);
  const copy = copiedObject(value, depth - 1, above);
  above.delete(value);
  return copy;
}

function copiedObject(value: object, depth: number, above: Set<object>): unknown {
  if (value instanceof URL) return redact(value.href);
  if (types.isDate(value) || types.isRegExp(value)) return value;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return "[bytes]";
  if (types.isNativeError(value)) return redact(String(value));
  if (types.isMap(value)) {
    const entries = [...value].slice(0, longest);
    return new Map(entries.map(([key, part]) => [key, copied(String(key), part, depth, above)]));
  }
  if (types.isSet(value)) return new Set([...value].map((part) => copied("", part, depth, above)));
  if (Array.isArray(value)) {
    return value.slice(0, longest).map((part) => copied("", part, depth, above));
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return copied("", toJSON.call(value), depth, above);
  const { name } = value as { name?: unknown };
  const isNamed = typeof name === "string" && isSecretName(name);
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, longest)
      .map(([key, part]) => {
        const isSecret = isNamed && partsOfNamed.includes(key) && typeof part !== "boolean";
        return [redact(key), isSecret ? redacted : copied(key, part, depth, above)];
      }),
  );
}

/**
 * The parts of an address that can be shown. A password in an address is there by mistake and can be anywhere. So only
 * the parts are shown that can't be a password.
 */
export function publicAddress(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(publicAddress);
  const text = value instanceof URL ? value.href : value;
  if (typeof text !== "string") return redactValue("url", value);
  const at = text.lastIndexOf("@");
  const [head = ""] = text.slice(at + 1).split(/[?#]/, 1);
  const shown = isAddress(head) ? head : redacted;
  const rest = head.length < text.length - at - 1 ? `?${redacted}` : "";
  return `${at < 0 ? "" : `${redacted}@`}${shown}${rest}`;
}

function isAddress(text: string): boolean {
  return /^(?:[a-z][a-z\d+.-]{0,31}:\/\/)?(?:[\w.-]{0,255}|\[[\da-f:.]{0,64}\])(?::\d{1,5})?(?:\/[\w.\-/]{0,255})?$/i.test(
    text,
  );
}

/**
 * The text on one line. Escapes what would control a terminal or a log: control characters, line breaks, and marks that
 * change the text direction. `"a
 * b"` → `a
 * b`
 */
export function oneLine(text: string): string {
  return text.replace(
    /\p{Cc}|\p{Cs}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => shortEscapes[character] ?? unicodeEscape(character),
  );
}

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
