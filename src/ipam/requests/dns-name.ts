import { domainToASCII } from "node:url";
import { formatBlock, parseBlock, parseReverseName, reverseZoneOf } from "../../cidr.js";
import type { Problem } from "./syntax.js";

/** Names in DNS: one place for their form, their comparison, and what is wrong with one. */

const example = "web-1.example.com";

/** One label: escapes as in a zone file, else whatever can be read; a slash as in classless reverse zones (RFC 2317). */
const label = /^(?:\\\d{3}|\\[^\d\p{C}]|[^\p{Z}\p{C}.\\"])+$/u;

/** What is wrong with a name that goes into DNS; a dot at its end is no harm. */
export function dnsNameProblem(text: string): Problem | undefined {
  const name = withoutFinalDot(text);
  const parts = labelsOf(name);
  if (name === "@") return { problem: "the apex of a zone has the name of the zone", example: "example.com" };
  if (!parts.every((part) => label.test(part))) return { problem: "not a DNS name", example };
  const sizes = parts.map(wireLength);
  if (sizes.some((size) => size > 63)) return { problem: "a label is longer than 63 bytes", example };
  const size = sizes.reduce((sum, one) => sum + one + 1, -1);
  return size > 253 ? { problem: "longer than 253 bytes", example } : undefined;
}

/** What is wrong with a name that a record leads to, which may be the root: an `MX` or `SRV` to `.` says "no service". */
export function targetNameProblem(text: string): Problem | undefined {
  return text === "." ? undefined : dnsNameProblem(text);
}

/** What is wrong with the name of a zone: a reverse zone may be written as its CIDR. */
export function zoneNameProblem(text: string): Problem | undefined {
  if (parseBlock(text) !== undefined) return undefined;
  const wrong = targetNameProblem(text);
  return wrong && { ...wrong, example: "example.com" };
}

/** A name as the grid keeps it: in lower case, without a dot at its end. The root stays `.`. */
export function canonicalName(text: string): string {
  return text === "." ? text : withoutFinalDot(text).normalize("NFC").toLowerCase();
}

/** The same of several, each once. */
export function canonicalNames<Names extends readonly string[] | undefined>(names: Names): Names | string[] {
  return names && [...new Set(names.map(canonicalName))];
}

/** Whether two names are one in DNS. */
export function isSameName(one: string, other: string): boolean {
  return canonicalName(one) === canonicalName(other);
}

/** A search by a name: in any case, since a host outside DNS keeps its own. */
export function nameSearch(name: string): { readonly equals: string; readonly ignoreCase: true } {
  return { equals: canonicalName(name), ignoreCase: true };
}

/** The same as a regular expression, of fields that can't be searched in any case otherwise. */
export function namePattern(name: string): string {
  return [...canonicalName(name)]
    .map((one) =>
      one === one.toUpperCase() ? one.replace(/[\\^$.*+?()[\]{}|]/, "\\$&") : `[${one}${one.toUpperCase()}]`,
    )
    .join("");
}

/** A zone as records name it: a CIDR stands for its reverse zone, `10.1.0.0/24` for `0.1.10.in-addr.arpa`. */
export function canonicalZone(text: string): string {
  const block = parseBlock(text);
  return block === undefined ? canonicalName(text) : reverseZoneOf(block);
}

/** A zone as the grid's own zones are written: a reverse zone by its CIDR. */
export function zoneFqdn(text: string): string {
  const block = parseBlock(text) ?? parseReverseName(canonicalName(text));
  return block === undefined ? canonicalName(text) : formatBlock(block);
}

/**
 * Whether a host's alias is the one that is meant. A short alias lies in the zone of its host, and the grid keeps the
 * whole name.
 *
 * @param zone - of the host; `undefined` outside DNS
 */
export function isSameAlias(meant: string, alias: string, zone: string | undefined): boolean {
  const [short, whole] = [canonicalName(meant), canonicalName(alias)];
  return short === whole || (Boolean(zone) && `${short}.${canonicalName(zone ?? "")}` === whole);
}

function withoutFinalDot(text: string): string {
  return /(?:^|[^\\])(?:\\\\)*\.$/su.test(text) ? text.slice(0, -1) : text;
}

/** The labels of a name; a dot that a backslash escapes separates none. */
function labelsOf(name: string): string[] {
  const parts = [""];
  for (const [piece] of name.matchAll(/\\.|./gsu)) {
    if (piece === ".") parts.push("");
    else parts.push(`${parts.pop()}${piece}`);
  }
  return parts;
}

/** In bytes, as DNS sends a label: in punycode where it isn't ASCII, and an escape as the one byte that it stands for. */
function wireLength(text: string): number {
  const bytes = text.replace(/\\(?:\d{3}|.)/gsu, "x");
  const isAscii = /^\p{ASCII}*$/u.test(bytes);
  return Buffer.byteLength(isAscii ? bytes : domainToASCII(bytes) || bytes);
}
