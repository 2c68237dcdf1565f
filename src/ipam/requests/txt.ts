import type { Problem } from "./syntax.js";

/**
 * The text of a TXT record and its form in WAPI: one or several strings. A string is in quotes if it has blanks or special
 * characters. A text of more than 255 bytes becomes several strings.
 */

const longestString = 255;

/** The characters of a string without quotes. Others have a meaning in a zone file. */
const plain = /^[\w.,:=+/~!?*@%&|^'<>[\]{}$#-]+$/;

export function txtProblem(text: string): Problem | undefined {
  if (text === "") return { problem: "must not be empty", example: "v=spf1 -all" };
  return /\p{Cs}/u.test(text) ? { problem: "has half a surrogate pair", example: "v=spf1 -all" } : undefined;
}

/** The text as WAPI takes it: `v=spf1 -all` becomes `"v=spf1 -all"`. */
export function wireTxt(text: string): string {
  if (plain.test(text) && text.length <= longestString) return text;
  return stringsOf(text)
    .map((one) => `"${escaped(one)}"`)
    .join(" ");
}

/** The text in the form of WAPI, with its strings joined. */
export function plainTxt(wire: string): string {
  const strings = wire.match(/"(?:\\.|[^"\\])*"|(?:\\.|[^\s"\\])+/gsu) ?? [];
  const bytes = strings.map((one) => unescaped(one.startsWith('"') ? one.slice(1, -1) : one));
  return Buffer.concat(bytes).toString("utf8");
}

/** Divides a text into pieces of at most 255 bytes. No piece ends within a character. */
function stringsOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  let size = 0;
  for (const character of text) {
    const bytes = Buffer.byteLength(character);
    if (size + bytes > longestString) {
      pieces.push(piece);
      piece = "";
      size = 0;
    }
    piece += character;
    size += bytes;
  }
  return [...pieces, piece];
}

/** Guess: a grid takes control characters as in a zone file, each byte in decimal. */
function escaped(text: string): string {
  const inDecimal = (control: string) =>
    [...Buffer.from(control)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("");
  return text.replace(/["\\]/g, "\\$&").replace(/\p{Cc}/gu, inDecimal);
}

/** The bytes of an escaped string. A byte in decimal may be a part of a character, so they are not decoded yet. */
function unescaped(text: string): Buffer {
  const pieces = text.match(/\\\d{3}|\\.|[^\\]+|\\/gsu) ?? [];
  return Buffer.concat(
    pieces.map((piece) => {
      if (/^\\\d{3}$/.test(piece)) return Buffer.of(Number(piece.slice(1)) & 0xff);
      return Buffer.from(piece.length > 1 && piece.startsWith("\\") ? piece.slice(1) : piece);
    }),
  );
}
