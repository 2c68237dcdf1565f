/**
 * References as the grid writes them, `network/ZG5z…:10.0.0.0/24/default`, and as clients send them back.
 *
 * Only the type and the id (base64 of an internal key) identify an object. The name after the colon is for people.
 */

/** A parsed reference. The key is the decoded id, or `undefined` if the id does not decode to a key. */
export interface ParsedRef {
  readonly type: string;
  readonly key: string | undefined;
}

/** @param name - the parts of the readable name, not encoded */
export function formatRef(type: string, key: string, name: readonly string[]): string {
  const id = Buffer.from(escapeKey(key)).toString("base64").replaceAll("=", "");
  return name.length === 0 ? `${type}/${id}` : `${type}/${id}:${name.map(encodePart).join("/")}`;
}

/**
 * Parses a reference as it is, percent-encoded once (`record%3Ahost/…`), or twice (`…%253A…`, `network%2F…%2525…`):
 * clients put all of them into a path. `undefined` if it is not a reference.
 */
export function parseRef(text: string): ParsedRef | undefined {
  const match = /^([a-z0-9_:]+)\/([^:/?]+)/i.exec(decodeFully(text));
  if (!match?.[1] || !match[2]) return undefined;
  return { type: match[1], key: decodeId(match[2]) };
}

/** Decodes percent-encoding until the type and the slash after it show, or nothing is encoded any more. */
export function decodeFully(text: string): string {
  let current = text;
  for (let round = 0; round < 3 && /%(25|2f|3a)/i.test(current); round += 1) current = decodePercent(current);
  return current;
}

/** `decodeURIComponent` that returns invalid text unchanged instead of throwing. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(%[0-9a-f]{2})+/gi, (bytes) => {
      try {
        return decodeURIComponent(bytes);
      } catch {
        return bytes;
      }
    });
  }
}

/** Colons as `%3A`, slashes inside a part as `%2F`, blanks as `%20`: what Python's `quote` does with no safe characters. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Ids must match `\w+` for clients that parse references. So this escapes characters whose base64 may contain `+` or
 * `/`: all outside ASCII, and three in ASCII.
 */
function escapeKey(key: string): string {
  return key.replace(/[^ -=@-}]|%/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

function decodeId(id: string): string | undefined {
  if (!/^[\w+/-]+=*$/.test(id)) return undefined;
  const key = decodePercent(Buffer.from(id, "base64").toString("utf8"));
  return /^[^\p{Cc}\ufffd]*\$[^\p{Cc}\ufffd]*$/u.test(key) ? key : undefined;
}
