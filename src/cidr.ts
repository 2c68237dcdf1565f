/**
 * Address arithmetic for IPv4 and IPv6: parse, format, contain, overlap, split, free space.
 *
 * An address is a `bigint` with its family. Parsers return `undefined` for invalid text; the caller throws the error.
 * This module imports nothing from the project.
 */

import { Address6 } from "ip-address";

export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** Addresses from `first` to `last`, both included. */
export interface Span {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** An aligned block: a CIDR without host bits. */
export interface Block extends Span {
  readonly prefixLength: number;
}

/** The number of bits of an address, which is also the longest prefix length. */
export function addressBits(family: Family): number {
  return family === 4 ? 32 : 128;
}

/* ---------------------------------------------------------------- text -> */

/** `10.0.0.1` or `2001:db8::1`; no prefix length, no zone (`%eth0`), no octets with leading zeros. */
export function parseAddress(text: string): Address | undefined {
  const family = text.includes(":") ? 6 : 4;
  const value = family === 6 ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? undefined : { family, value };
}

/** Written by hand for speed: several times as fast as the library, and called for every address. */
function parseIpv4(text: string): bigint | undefined {
  const octets = text.split(".");
  if (octets.length !== 4) return undefined;
  let value = 0;
  for (const octet of octets) {
    const number = Number(octet);
    if (!(number >= 0 && number <= 255) || String(number) !== octet) return undefined;
    value = value * 256 + number;
  }
  return BigInt(value);
}

function parseIpv6(text: string): bigint | undefined {
  if (text.includes("/") || text.includes("%")) return undefined;
  try {
    return new Address6(text).bigInt();
  } catch {
    return undefined;
  }
}

/** An address with its prefix length, which may have host bits: `10.0.0.7/24`. */
export function parseInterface(text: string): { address: Address; block: Block } | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^\d{1,3}$/.test(digits)) return undefined;
  const prefixLength = Number(digits);
  if (prefixLength > addressBits(address.family)) return undefined;
  return { address, block: blockOf(address, prefixLength) };
}

/** A CIDR without host bits: `10.0.0.0/24`, `2001:db8::/64`. */
export function parseBlock(text: string): Block | undefined {
  const parsed = parseInterface(text);
  return parsed?.address.value === parsed?.block.first ? parsed?.block : undefined;
}

/** A CIDR (`10.0.0.0/24`), a range (`10.0.0.5-10.0.0.9`) or one address. */
export function parseSpan(text: string): Span | undefined {
  if (text.includes("/")) return parseBlock(text);
  const dash = text.indexOf("-");
  if (dash < 0) {
    const address = parseAddress(text);
    return address && spanOf(address);
  }
  const first = parseAddress(text.slice(0, dash).trim());
  const last = parseAddress(text.slice(dash + 1).trim());
  if (first === undefined || last === undefined) return undefined;
  if (first.family !== last.family || first.value > last.value) return undefined;
  return { family: first.family, first: first.value, last: last.value };
}

/* ---------------------------------------------------------------- -> text */

/** Dotted decimal IPv4, or compressed lower-case IPv6 (RFC 5952). */
export function formatAddress({ family, value }: Address): string {
  if (family === 6) return Address6.fromBigInt(value).correctForm();
  const bits = Number(value);
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** `10.0.0.0/24` */
export function formatBlock(block: Block): string {
  return `${formatAddress(firstOf(block))}/${block.prefixLength}`;
}

/** `10.0.0.5-10.0.0.9`; `10.0.0.5` for a span of one address. */
export function formatSpan(span: Span): string {
  const first = formatAddress(firstOf(span));
  return span.first === span.last ? first : `${first}-${formatAddress(lastOf(span))}`;
}

/* ------------------------------------------------------------ between them */

export function firstOf(span: Span): Address {
  return { family: span.family, value: span.first };
}

export function lastOf(span: Span): Address {
  return { family: span.family, value: span.last };
}

/** The span of only this address. */
export function spanOf(address: Address): Span {
  return { family: address.family, first: address.value, last: address.value };
}

/** The block with this prefix length that contains the address. */
export function blockOf(address: Address, prefixLength: number): Block {
  const { family, value } = address;
  const hostBits = BigInt(addressBits(family) - prefixLength);
  const first = (value >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n, prefixLength };
}

/** The number of addresses. */
export function size(span: Span): bigint {
  return span.last - span.first + 1n;
}

/** Whether all of `inner` lies in `outer`; `false` for different families. */
export function contains(outer: Span, inner: Span | Address): boolean {
  if (outer.family !== inner.family) return false;
  return "value" in inner
    ? outer.first <= inner.value && inner.value <= outer.last
    : outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether the spans have an address in common; `false` for different families. */
export function overlaps(one: Span, other: Span): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** The addresses that both spans contain; `undefined` if there are none. */
export function intersection(one: Span, other: Span): Span | undefined {
  if (!overlaps(one, other)) return undefined;
  const { first } = one.first > other.first ? one : other;
  const { last } = one.last < other.last ? one : other;
  return { family: one.family, first, last };
}

/** Orders spans by first address; of two with the same first address, the larger comes first. */
export function compareSpans(one: Span, other: Span): number {
  if (one.first !== other.first) return one.first < other.first ? -1 : 1;
  return one.last === other.last ? 0 : one.last > other.last ? -1 : 1;
}

/**
 * The addresses that hosts can have. IPv4: all but the network and the broadcast address, except in a /31 (RFC 3021)
 * and a /32. IPv6: all but the first, which is the anycast address of the routers (RFC 4291, 2.6.1), except in a /127
 * (RFC 6164) and a /128.
 */
export function hostSpan(block: Block): Span {
  const { family, first, last, prefixLength } = block;
  if (addressBits(family) - prefixLength < 2) return { family, first, last };
  return { family, first: first + 1n, last: family === 4 ? last - 1n : last };
}

/* ----------------------------------------------------------------- division */

/** The blocks with this prefix length in `block`, lowest first. None if `block` is smaller. */
export function* subnets(block: Block, prefixLength: number): Generator<Block> {
  if (prefixLength < block.prefixLength || prefixLength > addressBits(block.family)) return;
  for (let first = block.first; first <= block.last; ) {
    const subnet = blockOf({ family: block.family, value: first }, prefixLength);
    yield subnet;
    first = subnet.last + 1n;
  }
}

/** The span as the fewest aligned blocks, lowest first. */
export function* blocksOf(span: Span): Generator<Block> {
  const { family } = span;
  for (let first = span.first; first <= span.last; ) {
    const alignment = first === 0n ? addressBits(family) : trailingZeros(first);
    const room = bitLength(size({ family, first, last: span.last })) - 1;
    const block = blockOf({ family, value: first }, addressBits(family) - Math.min(alignment, room));
    yield block;
    first = block.last + 1n;
  }
}

/** The lowest block with this prefix length that lies completely in the span. */
export function firstBlockIn(span: Span, prefixLength: number): Block | undefined {
  const { family } = span;
  const hostBits = BigInt(addressBits(family) - prefixLength);
  const first = ((span.first + (1n << hostBits) - 1n) >> hostBits) << hostBits;
  const block = { family, first, last: first + (1n << hostBits) - 1n, prefixLength };
  return block.last <= span.last ? block : undefined;
}

/** How many blocks with this prefix length lie completely in the span. */
export function countBlocksIn(span: Span, prefixLength: number): bigint {
  const first = firstBlockIn(span, prefixLength);
  return first === undefined ? 0n : (span.last + 1n - first.first) / size(first);
}

/* --------------------------------------------------------------- free space */

/** Sorts spans of one family and joins those that overlap or touch. */
export function mergeSpans(spans: Iterable<Span>): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort(compareSpans)) {
    const previous = merged.at(-1);
    if (previous === undefined || span.first > previous.last + 1n) merged.push(span);
    else if (span.last > previous.last) merged[merged.length - 1] = { ...previous, last: span.last };
  }
  return merged;
}

/** The parts of `within` that no span of `taken` covers, lowest first. `taken` may have any order and other families. */
export function gaps(within: Span, taken: Iterable<Span>): Generator<Span> {
  return gapsBetween(within, mergeSpans([...taken].filter((span) => overlaps(within, span))));
}

/** The same for sorted spans, which are read only as far as the gaps are. */
export function* gapsBetween(within: Span, ordered: Iterable<Span>): Generator<Span> {
  const { family } = within;
  let next = within.first;
  for (const { first, last } of ordered) {
    if (first > next) yield { family, first: next, last: first - 1n };
    next = last + 1n;
  }
  if (next <= within.last) yield { family, first: next, last: within.last };
}

/** The lowest block of a prefix length in these gaps; `undefined` if none has room. */
export function firstBlockAmong(free: Iterable<Span>, prefixLength: number): Block | undefined {
  for (const gap of free) {
    const block = firstBlockIn(gap, prefixLength);
    if (block !== undefined) return block;
  }
  return undefined;
}

/** The lowest free block with this prefix length in `within`; `undefined` if none is free. */
export function firstGap(within: Span, taken: Iterable<Span>, prefixLength: number): Block | undefined {
  return firstBlockAmong(gaps(within, taken), prefixLength);
}

/* ---------------------------------------------------------------- reverse DNS */

const REVERSE = {
  4: { suffix: "in-addr.arpa", bitsPerLabel: 8, radix: 10 },
  6: { suffix: "ip6.arpa", bitsPerLabel: 4, radix: 16 },
} as const;

/** The name of the PTR record of an address: `7.0.0.10.in-addr.arpa`. */
export function reverseName(address: Address): string {
  return reverseZoneName(blockOf(address, addressBits(address.family)));
}

/** The smallest reverse zone that contains the block and ends at an octet (IPv6: at a hex digit). */
export function reverseZoneName(block: Block): string {
  const { suffix, bitsPerLabel, radix } = REVERSE[block.family];
  const count = Math.floor(block.prefixLength / bitsPerLabel);
  let rest = block.first >> BigInt(addressBits(block.family) - count * bitsPerLabel);
  let name = "";
  for (let label = 0; label < count; label++) {
    name += `${(rest & ((1n << BigInt(bitsPerLabel)) - 1n)).toString(radix)}.`;
    rest >>= BigInt(bitsPerLabel);
  }
  return name + suffix;
}

/**
 * The DNS name of the reverse zone of a block. If the block does not end at an octet (IPv6: at a hex digit), the first
 * label names it as in RFC 2317: `10.0.0.128/25` → `128/25.0.0.10.in-addr.arpa`.
 */
export function reverseZoneOf(block: Block): string {
  const { family, prefixLength } = block;
  const bitsPerLabel = family === 4 ? 8 : 4;
  const beyond = prefixLength % bitsPerLabel;
  const parent = reverseZoneName(blockOf(firstOf(block), prefixLength - beyond));
  if (beyond === 0) return parent;
  const shift = BigInt(addressBits(family) - (prefixLength - beyond) - bitsPerLabel);
  const label = (block.first >> shift) & BigInt((1 << bitsPerLabel) - 1);
  return `${label.toString(family === 4 ? 10 : 16)}/${prefixLength}.${parent}`;
}

/** The block of a reverse name: `10.0.0.0/24` for `0.0.10.in-addr.arpa`, a /32 or /128 for a complete PTR name. */
export function parseReverseName(name: string): Block | undefined {
  const lower = name.toLowerCase();
  const family = lower.endsWith(REVERSE[4].suffix) ? 4 : lower.endsWith(REVERSE[6].suffix) ? 6 : undefined;
  if (family === undefined) return undefined;
  const { suffix, bitsPerLabel, radix } = REVERSE[family];
  const labels = lower === suffix ? [] : lower.slice(0, -suffix.length - 1).split(".");
  const wellFormed = family === 4 ? /^(0|[1-9]\d{0,2})$/ : /^[0-9a-f]$/;
  if (lower !== suffix && !lower.endsWith(`.${suffix}`)) return undefined;
  if (labels.length * bitsPerLabel > addressBits(family)) return undefined;
  let value = 0n;
  for (const label of labels.reverse()) {
    const part = Number.parseInt(label, radix);
    if (!wellFormed.test(label) || part >= 1 << bitsPerLabel) return undefined;
    value = (value << BigInt(bitsPerLabel)) | BigInt(part);
  }
  const prefixLength = labels.length * bitsPerLabel;
  return blockOf({ family, value: value << BigInt(addressBits(family) - prefixLength) }, prefixLength);
}

/* --------------------------------------------------------------------- bits */

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

function trailingZeros(value: bigint): number {
  return bitLength(value & -value) - 1;
}
