import { domainToASCII } from "node:url";
import { formatBlock, parseBlock, parseReverseName, reverseZoneOf } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Problem } from "./syntax.js";

/** DNS names: how they are checked, normalized and compared. */

const example = "web-1.example.com";

/** One label: printable characters, with escapes as in a zone file. A slash is allowed, for classless reverse zones (RFC 2317). */
const label = /^(?:\\\d{3}|\\[^\d\p{C}]|[^\p{Z}\p{C}.\\"])+$/u;

/** The error in a DNS name. A final dot is allowed. */
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

/** The error in a name that a record points to. It may be the root: an `MX` or `SRV` record to `.` means "no service". */
export function targetNameProblem(text: string): Problem | undefined {
  return text === "." ? undefined : dnsNameProblem(text);
}

/** The error in the name of a zone. A reverse zone may be written as its CIDR. */
export function zoneNameProblem(text: string): Problem | undefined {
  if (parseBlock(text) !== undefined) return undefined;
  const wrong = targetNameProblem(text);
  return wrong && { ...wrong, example: "example.com" };
}

/** The name as the grid keeps it: in lower case, without a final dot. The root stays `.`. */
export function canonicalName(text: string): string {
  return text === "." ? text : withoutFinalDot(text).normalize("NFC").toLowerCase();
}

/** The same for several names, without duplicates. */
export function canonicalNames<Names extends readonly string[] | undefined>(names: Names): Names | string[] {
  return names && [...new Set(names.map(canonicalName))];
}

export function isSameName(one: string, other: string): boolean {
  return canonicalName(one) === canonicalName(other);
}

/**
 * The search criteria of a query by name.
 *
 * @throws {InvalidRequestError} for both a name and a pattern for names
 */
export function nameWhere({
  name,
  nameMatches,
}: Partial<Record<"name" | "nameMatches", string | undefined>>) {
  if (name === undefined)
    return nameMatches === undefined ? {} : { name: { matches: nameMatches, ignoreCase: true as const } };
  if (nameMatches === undefined) return { name: nameSearch(name) };
  throw invalid("nameMatches", nameMatches, "name gives the whole name; leave one of them out", undefined);
}

/** The search for a name, ignoring case: a host without DNS keeps its capitals. */
export function nameSearch(name: string): { readonly equals: string; readonly ignoreCase: true } {
  return { equals: canonicalName(name), ignoreCase: true };
}

/** The same as a regular expression, for fields that WAPI cannot search ignoring case. */
export function namePattern(name: string): string {
  const inBothCases = (one: string) =>
    one === one.toUpperCase() ? one.replace(/[\\^$.*+?()[\]{}|]/, "\\$&") : `[${one}${one.toUpperCase()}]`;
  return [...canonicalName(name)].map(inBothCases).join("");
}

/** The zone as records name it: for a CIDR its reverse zone, for `10.1.0.0/24` it is `0.1.10.in-addr.arpa`. */
export function canonicalZone(text: string): string {
  const block = parseBlock(text);
  return block === undefined ? canonicalName(text) : reverseZoneOf(block);
}

/** The zone as the field `fqdn` of `zone_auth` has it: a reverse zone as its CIDR. */
export function zoneFqdn(text: string): string {
  const block = parseBlock(text) ?? parseReverseName(canonicalName(text));
  return block === undefined ? canonicalName(text) : formatBlock(block);
}

/**
 * Whether a host's alias is the one that a request names. A short alias lies in the zone of its host; the grid keeps its whole
 * name.
 *
 * @param zone - the zone of the host; `undefined` without DNS
 */
export function isSameAlias(meant: string, alias: string, zone: string | undefined): boolean {
  const [short, whole] = [canonicalName(meant), canonicalName(alias)];
  return short === whole || (Boolean(zone) && `${short}.${canonicalName(zone ?? "")}` === whole);
}

function withoutFinalDot(text: string): string {
  return /(?:^|[^\\])(?:\\\\)*\.$/su.test(text) ? text.slice(0, -1) : text;
}

/** The labels of a name. A dot after a backslash belongs to its label. */
function labelsOf(name: string): string[] {
  const parts = [""];
  for (const [piece] of name.matchAll(/\\.|./gsu)) {
    if (piece === ".") parts.push("");
    else parts.push(`${parts.pop()}${piece}`);
  }
  return parts;
}

/** The length of a label in bytes, as DNS sends it: in punycode unless it is ASCII, each escape as one byte. */
function wireLength(text: string): number {
  const bytes = text.replace(/\\(?:\d{3}|.)/gsu, "x");
  const isAscii = /^\p{ASCII}*$/u.test(bytes);
  return Buffer.byteLength(isAscii ? bytes : domainToASCII(bytes) || bytes);
}
