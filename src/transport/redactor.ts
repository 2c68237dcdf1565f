import { redact } from "../errors.js";

/**
 * Takes one client's own secrets out of texts that came from elsewhere (the grid, a proxy, Node): by pattern, as
 * every error does, and by value.
 */
export class Redactor {
  readonly #fixed: readonly string[];
  /** Session cookies by their holder: as they are, until a text has to be cleaned of them. */
  readonly #cookies = new Map<object, string>();

  /** @param secrets - passwords and passphrases as they were given */
  constructor(secrets: readonly string[]) {
    this.#fixed = secrets.filter(isDistinctive).flatMap(spellings);
  }

  /** The session cookie that `holder` has now, in place of the one before. */
  setCookie(holder: object, value: string | undefined): void {
    if (value === undefined) this.#cookies.delete(holder);
    else this.#cookies.set(holder, value);
  }

  clean(text: string): string {
    const cookies = [...this.#cookies.values()].map((value) => value.replace(/^"(.*)"$/, "$1"));
    return redact(text, [...this.#fixed, ...cookies.flatMap(spellings)]);
  }
}

/**
 * A password that is an ordinary word can't be told from the word: the usual default is the vendor's name, which
 * stands in every member's host name. Such a one is removed by pattern only.
 */
function isDistinctive(secret: string): boolean {
  return secret.length >= 6 && !/^[a-z]{1,12}$/i.test(secret);
}

/** The ways in which one secret may stand in a text: plain, in JSON, in a URL, in a page. */
function spellings(secret: string): string[] {
  const url = encodeURIComponent(Buffer.from(secret).toString());
  const html = secret.replace(/[&<>"']/g, (character) => entities[character] ?? character);
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), url, html])];
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
