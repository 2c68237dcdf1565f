/**
 * Domain names as the grid accepts, stores and shows them: lower case, no trailing dot, labels of at most 63
 * characters.
 *
 * Works on text only; addresses occur only as reverse names. The checks return the refusal to throw.
 */

import { domainToASCII } from "node:url";

import {
  type Address,
  addressBits,
  type Block,
  blockOf,
  firstOf,
  parseReverseName,
  reverseZoneOf,
} from "../../cidr.js";
import { conflict, dataError, type Refusal } from "./answers.js";

const LONGEST_LABEL = 63;
/** The grid's error says 255, but it accepts at most 253 characters. */
const LONGEST_NAME = 253;

/** The name as the grid keeps it. */
export function canonicalName(name: string): string {
  return name.toLowerCase();
}

/** Why the grid refuses this name for a zone, or as the target of a record; `undefined` if it accepts it. */
export function nameProblem(name: string): Refusal | undefined {
  const labels = name.split(".");
  if (labels.some(hasBlank)) return dataError("Invalid domain name");
  return lengthProblem(labels) ?? (labels.some(hasHyphenAtEnd) ? strayHyphen() : undefined);
}

/** The same for the name of a record. Those of hosts may begin with a hyphen. */
export function recordNameProblem(name: string, isHost: boolean): Refusal | undefined {
  const labels = name.split(".");
  const isStray = (label: string) => (isHost ? label.endsWith("-") : hasHyphenAtEnd(label));
  return lengthProblem(labels) ?? (labels.some(isStray) ? strayHyphen() : undefined);
}

/**
 * What the default policy for names of records refuses. Guess name-policy-part (open; asks policyLeavesZoneOut): it is
 * about the part left of the zone.
 */
export function policyProblem(relative: string): Refusal | undefined {
  const [first = "", ...others] = relative.split(".");
  const complies = (label: string) => /^[\w-]+$/.test(label);
  if (relative === "" || ((first === "*" || complies(first)) && others.every(complies))) return undefined;
  return conflict(`RR name '${relative}' does not comply with policy 'Allow Underscore'`);
}

function hasHyphenAtEnd(label: string): boolean {
  return label.startsWith("-") || label.endsWith("-");
}

function strayHyphen(): Refusal {
  return dataError("A domain label either starts or ends with an invalid character");
}

function lengthProblem(labels: readonly string[]): Refusal | undefined {
  if (labels.includes("")) return dataError("Invalid domain name");
  if (labels.some((label) => label.length > LONGEST_LABEL)) {
    return dataError("A domain label is longer than 63 characters.", true);
  }
  if (labels.join(".").length > LONGEST_NAME) {
    return conflict("A fully qualified DNS name cannot be longer than 255 characters");
  }
  return undefined;
}

/** Whether any character is a blank or a control character, which no label may contain. */
function hasBlank(label: string): boolean {
  return [...label].some((character) => character <= " ");
}

/** The name with its non-ASCII labels in punycode, as `dns_name` shows it: `bücher.acme.org` → `xn--bcher-kva.acme.org`. */
export function dnsName(name: string): string {
  // Converts label by label: a whole name of numbers would be read as an IPv4 address.
  return name
    .split(".")
    .map((label) => (isAscii(label) ? label : domainToASCII(label) || label))
    .join(".");
}

function isAscii(label: string): boolean {
  return [...label].every((character) => character < "\u0080");
}

/** The labels from the root down, as in internal keys: `www.acme.org` → `org.acme.www`. */
export function reversedLabels(name: string): string {
  return name.split(".").reverse().join(".");
}

/** The name and all names above it, longest first: `a.b.c` → `a.b.c`, `b.c`, `c`. */
export function* namesUpwards(name: string): Generator<string> {
  for (let rest = name; ; ) {
    yield rest;
    const dot = rest.indexOf(".");
    if (dot < 0) return;
    rest = rest.slice(dot + 1);
  }
}

/** The part of a name before its zone: `www` of `www.acme.org` in `acme.org`; empty for the zone's own name. */
export function relativeName(name: string, zone: string): string {
  if (name === zone) return "";
  if (zone === ".") return name;
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;
}

// --- reverse zones ---------------------------------------------------------------------------------------------

/** Yields the possible names of a zone for this record name, longest first; for a reverse name also those between labels. */
export function* zoneNamesFor(name: string): Generator<string> {
  const block = parseReverseName(name);
  if (block) yield* reverseZonesAround(block);
  else yield* namesUpwards(name);
  yield ".";
}

function* reverseZonesAround(block: Block): Generator<string> {
  for (let prefixLength = block.prefixLength; prefixLength >= 0; prefixLength--) {
    yield reverseZoneOf(blockOf(firstOf(block), prefixLength));
  }
  yield "arpa";
}

/** The address of a whole PTR name: `7.0.0.10.in-addr.arpa` → `10.0.0.7`. */
export function addressOfReverseName(name: string): Address | undefined {
  const block = parseReverseName(name);
  return block && block.prefixLength === addressBits(block.family) ? firstOf(block) : undefined;
}
