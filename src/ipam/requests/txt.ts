import type { Problem } from "./syntax.js";

/**
 * The text of a TXT record, and the strings that it goes over the wire as: in quotes where it has to be, so that its
 * blanks stay, and several of them where it is longer than one can be.
 */

const longestString = 255;

/** What a string without quotes is made of; anything else might mean something in a zone file. */
const plain = /^[\w.,:=+/~!?*@%&|^'<>[\]{}$#-]+$/;

/** What is wrong with the text of a TXT record. */
export function txtProblem(text: string): Problem | undefined {
  if (text === "") return { problem: "must not be empty", example: "v=spf1 -all" };
  return /\p{Cs}/u.test(text) ? { problem: "has half a surrogate pair", example: "v=spf1 -all" } : undefined;
}

/** A text as WAPI takes it: `v=spf1 -all` as `"v=spf1 -all"`. */
export function wireTxt(text: string): string {
  if (plain.test(text) && text.length <= longestString) return text;
  return stringsOf(text)
    .map((one) => `"${escaped(one)}"`)
    .join(" ");
}

/** The text of a record as WAPI shows it, whoever has written it: the strings in it are one text. */
export function plainTxt(wire: string): string {
  const strings = wire.match(/"(?:\\.|[^"\\])*"|(?:\\.|[^\s"\\])+/gsu) ?? [];
  const bytes = strings.map((one) => unescaped(one.startsWith('"') ? one.slice(1, -1) : one));
  return Buffer.concat(bytes).toString("utf8");
}

/** Pieces of at most 255 bytes; none ends within a character. */
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

/** Guess: a grid takes control characters as a zone file has them, byte by byte in decimal. */
function escaped(text: string): string {
  const inDecimal = (control: string) =>
    [...Buffer.from(control)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("");
  return text.replace(/["\\]/g, "\\$&").replace(/\p{Cc}/gu, inDecimal);
}

/** A byte in decimal may be a part of a character, so bytes are what comes out. */
function unescaped(text: string): Buffer {
  const pieces = text.match(/\\\d{3}|\\.|[^\\]+|\\/gsu) ?? [];
  return Buffer.concat(
    pieces.map((piece) => {
      if (/^\\\d{3}$/.test(piece)) return Buffer.of(Number(piece.slice(1)) & 0xff);
      return Buffer.from(piece.length > 1 && piece.startsWith("\\") ? piece.slice(1) : piece);
    }),
  );
}
