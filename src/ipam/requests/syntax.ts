import {
  type Address,
  addressBits,
  type Block,
  blockOf,
  type Family,
  formatAddress,
  formatBlock,
  parseAddress,
  parseBlock,
  parseInterface,
  parseSpan,
} from "../../cidr.js";
import { invalid } from "../../errors.js";

/** Why a value is not valid, with a similar one that is. */
export interface Problem {
  readonly problem: string;
  readonly example: unknown;
}

export function cidrProblem(text: string): Problem | undefined {
  if (parseBlock(text) !== undefined) return undefined;
  const withHostBits = parseInterface(text);
  if (withHostBits !== undefined) {
    const problem = "not the first address of its block (host bits set)";
    return { problem, example: formatBlock(withHostBits.block) };
  }
  const address = parseAddress(text);
  if (address !== undefined) {
    const block = blockOf(address, usualLength(address.family));
    return { problem: "an address without a prefix length", example: formatBlock(block) };
  }
  return { problem: "not a CIDR", example: text.includes(":") ? "2001:db8::/64" : "10.0.0.0/24" };
}

export function addressProblem(text: string): Problem | undefined {
  if (parseAddress(text) !== undefined) return undefined;
  if (parseInterface(text) !== undefined) {
    const problem = "an address is written without a prefix length";
    return { problem, example: text.slice(0, text.indexOf("/")) };
  }
  return { problem: "not an IP address", example: text.includes(":") ? "2001:db8::5" : "10.0.0.5" };
}

/** The address in the grid's spelling; `undefined` if the text is none. */
export function canonicalAddress(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseAddress(text);
  return address && formatAddress(address);
}

/** @throws {InvalidRequestError} if the text is no address */
export function checkedAddress(field: string, text: unknown): Address {
  return checked(field, text, parseAddress, addressProblem, "10.0.7.5");
}

/** @throws {InvalidRequestError} if the text is no CIDR, or has host bits set */
export function checkedBlock(field: string, text: unknown): Block {
  return checked(field, text, parseBlock, cidrProblem, "10.0.7.0/24");
}

function checked<T>(
  field: string,
  text: unknown,
  parse: (text: string) => T | undefined,
  problemOf: (text: string) => Problem | undefined,
  usual: string,
): T {
  const parsed = typeof text === "string" ? parse(text) : undefined;
  if (parsed !== undefined) return parsed;
  const found = typeof text === "string" ? problemOf(text) : undefined;
  throw invalid(field, text, found?.problem ?? "not a text", found?.example ?? usual);
}

/** @throws {InvalidRequestError} if no block of the family has the prefix length */
export function checkPrefixLength(prefixLength: number, family: Family): void {
  const bits = addressBits(family);
  if (prefixLength <= bits) return;
  const problem = `an IPv${family} prefix length is at most ${bits}`;
  throw invalid("prefixLength", prefixLength, problem, usualLength(family));
}

/** The prefix length that most subnets have, for examples. */
export function usualLength(family: Family): number {
  return family === 4 ? 24 : 64;
}

export function exclusionProblem(text: string): Problem | undefined {
  if (parseSpan(text) !== undefined) return undefined;
  if (text.includes("/")) return cidrProblem(text);
  return { problem: "not an address, CIDR or range", example: "10.0.0.1-10.0.0.9" };
}

const macForms = [
  /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i,
  /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i,
  /^[0-9a-f]{12}$/i,
];

/** The error in a MAC address. It may have colons, dashes, Cisco's dots, or no separators. */
export function macProblem(text: string): Problem | undefined {
  const example = "02:42:ac:11:00:02";
  if (!macForms.some((form) => form.test(text))) return { problem: "not a MAC address", example };
  // A grid makes a reservation of any fixed address with the zero MAC.
  if (formatMac(text) === "00:00:00:00:00:00") {
    return { problem: "the zero MAC stands for a reservation; leave mac out for one", example };
  }
  return undefined;
}

/** The MAC address in lower case with colons, as a grid shows it. */
export function formatMac(text: string): string {
  const digits = text.toLowerCase().replace(/[^0-9a-f]/g, "");
  return digits.replace(/(..)(?=.)/g, "$1:");
}

/** The error in a DUID: 3 to 130 bytes in hex (RFC 8415, 11.1), with colons or dashes. */
export function duidProblem(text: string): Problem | undefined {
  if (/^[0-9a-f]{2}([:-][0-9a-f]{2}){2,129}$/i.test(text)) return undefined;
  return { problem: "not a DUID", example: "00:03:00:01:02:42:ac:11:00:02" };
}

/** The DUID in lower case with colons, as a grid shows it. */
export function formatDuid(text: string): string {
  return text.toLowerCase().replaceAll("-", ":");
}

/** Control characters, and halves of a surrogate pair. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** The error in a name that is free text, outside DNS. */
export function plainNameProblem(text: string): Problem | undefined {
  if (text.trim() === "") return { problem: "empty", example: "printer 1" };
  if (text !== text.trim()) return { problem: "has blanks at its ends", example: text.trim() };
  if (unprintable.test(text)) return { problem: "has control characters", example: "printer 1" };
  return text.length > 255
    ? { problem: "longer than 255 characters", example: text.slice(0, 20) }
    : undefined;
}

export function commentProblem(text: string): Problem | undefined {
  if (text !== text.trim()) return { problem: "has blanks at its ends", example: text.trim() };
  if (/\p{Cs}/u.test(text)) return { problem: "has half a surrogate pair", example: "blue" };
  return text.length > 256
    ? { problem: "longer than 256 characters", example: text.slice(0, 20) }
    : undefined;
}

/** The error in a request id. It may be any text that an extensible attribute can hold. */
export function requestIdProblem(text: string): Problem | undefined {
  const problem = "an id is 1 to 255 printable characters";
  return plainNameProblem(text) && { problem, example: "deploy-42/web-1" };
}
