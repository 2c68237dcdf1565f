import { redact, redacted } from "../redaction.js";

/**
 * Removes one client's own secrets from texts of the grid, a proxy or Node: by pattern, as every error does, and by
 * value.
 */
export class Redactor {
  readonly #fixed: (readonly [RegExp, string])[];
  /** Session cookies by their holder. */
  readonly #cookies = new Map<object, Cookie>();
  readonly #username: string | undefined;
  readonly #secrets = new Set<string>();

  /**
   * @param secrets - passwords and passphrases as they were given
   * @param username - next to this name, even an ordinary word counts as the password
   */
  constructor(secrets: readonly string[], username?: string | undefined) {
    this.#username = username;
    this.#fixed = secrets.filter((secret) => secret !== "").map((secret) => patternOf(secret, username));
  }

  /** Adds a secret that became known later. Earlier ones stay secret: a refused one may be valid elsewhere. */
  addSecret(secret: string): void {
    if (this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    this.#fixed.push(patternOf(secret, this.#username));
  }

  /** Sets the session cookie that `holder` has now. It replaces the previous one. */
  setCookie(holder: object, value: string | undefined): void {
    if (value === undefined) this.#cookies.delete(holder);
    else if (this.#cookies.get(holder)?.value !== value) this.#cookies.set(holder, { value });
  }

  clean(text: string): string {
    let clean = text;
    for (const [pattern, replacement] of this.#fixed) clean = clean.replace(pattern, replacement);
    for (const cookie of this.#cookies.values()) clean = withoutCookie(clean, cookie);
    return redact(clean);
  }
}

interface Cookie {
  readonly value: string;
  /** Long and expensive, so it is created on first use: most cookies never meet a text that may contain them. */
  pattern?: RegExp;
}

function withoutCookie(text: string, cookie: Cookie): string {
  const plain = cookie.value.replace(/^"(.*)"$/, "$1");
  // No spelling of a character is shorter than the character itself, and each other spelling has one of these signs.
  if (text.length < [...plain].length || !(text.includes(plain) || /[%&\\+]/.test(text))) return text;
  cookie.pattern ??= anywhere(plain)[0];
  return text.replace(cookie.pattern, redacted);
}

function patternOf(secret: string, username: string | undefined): readonly [RegExp, string] {
  return isDistinctive(secret) ? anywhere(secret) : asCredential(secret, username);
}

/**
 * A password that is an ordinary word can't be distinguished from the word: the usual default is the vendor's name,
 * which is in every member's host name. Such a password is removed only where it is used as a credential.
 */
function isDistinctive(secret: string): boolean {
  return secret.length >= 6 && !/^[a-z]{1,20}$/i.test(secret);
}

function anywhere(secret: string): readonly [RegExp, string] {
  return [new RegExp(spelled(secret), "g"), redacted];
}

/** Matches the word next to the user's name (`admin/word`, `admin:word`), after `password`, and in a URL. */
function asCredential(secret: string, username: string | undefined): readonly [RegExp, string] {
  const places = [
    "[Pp](?:ass(?:word|wd|phrase)?|ASS(?:WORD|WD|PHRASE)?|wd|WD)\\W{1,8}(?:(?:is|was|of|for) \\W{0,4})?",
    ":\\/\\/[^\\s/@:]{1,64}:",
    ...(username ? [`(?<!\\w)${spelled(username)}(?:\\W{1,8}|%3[Aa])`] : []),
  ];
  const pattern = `(${places.map((place) => `(?:${place})`).join("|")})${spelled(secret)}(?![\\w-]|\\.\\w)`;
  return [new RegExp(pattern, "g"), `$1${redacted}`];
}

/** A pattern for a text in all its spellings: plain, in JSON, in a URL, in a page, and mixed. */
function spelled(text: string): string {
  return [...text].map((character) => `(?:${spellings(character).join("|")})`).join("");
}

function spellings(character: string): string[] {
  const bytes = [...Buffer.from(character)];
  const percent = bytes.map((byte) => `%(?:25){0,2}${hexadecimal(byte, 2)}`).join("");
  const units = [...character.split("")].map((unit) => `\\\\u${hexadecimal(unit.charCodeAt(0), 4)}`).join("");
  const codePoint = character.codePointAt(0) ?? 0;
  const entity = entities[character];
  return [
    ...(entity === undefined ? [] : [entity]),
    `&#0{0,4}${codePoint};`,
    `&#[xX]0{0,4}${hexadecimal(codePoint, 1)};`,
    percent,
    ...(character === " " ? ["\\+"] : []),
    units,
    escaped(JSON.stringify(character).slice(1, -1)),
    escaped(character),
  ];
}

/** Hexadecimal digits in either case. */
function hexadecimal(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, "0");
  return text.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
