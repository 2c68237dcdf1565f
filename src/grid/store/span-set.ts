/**
 * A set of addresses, stored as spans: finding the next free address takes one step, however many addresses in a row
 * are taken.
 */

import { addressBits, type Block, type Family, firstBlockAmong, gapsBetween, type Span } from "../../cidr.js";
import { OrderedMap } from "./ordered-map.js";

export class SpanSet {
  readonly family: Family;
  /** First address → last address. The spans never overlap or touch. */
  readonly #spans = new OrderedMap<bigint>();
  #size = 0n;

  constructor(family: Family) {
    this.family = family;
  }

  /** How many addresses are in the set. */
  get size(): bigint {
    return this.#size;
  }

  has(value: bigint): boolean {
    return this.#lastAround(value) !== undefined;
  }

  add(first: bigint, last: bigint): void {
    let from = first;
    let to = last;
    const before = this.#spans.floor(first);
    if (before !== undefined && before[1] >= first - 1n) {
      from = before[0];
      if (before[1] > to) to = before[1];
    }
    for (const [spanFirst, spanLast] of this.#overlapping(from, to + 1n)) {
      if (spanLast > to) to = spanLast;
      this.#remove(spanFirst, spanLast);
    }
    this.#insert(from, to);
  }

  delete(first: bigint, last: bigint): void {
    for (const [spanFirst, spanLast] of this.#overlapping(first, last)) {
      this.#remove(spanFirst, spanLast);
      if (spanFirst < first) this.#insert(spanFirst, first - 1n);
      if (spanLast > last) this.#insert(last + 1n, spanLast);
    }
  }

  /** The lowest address from `value` on that is not in the set. It may lie beyond the family's last address. */
  firstFree(value: bigint): bigint {
    const last = this.#lastAround(value);
    return last === undefined ? value : last + 1n;
  }

  /** Yields the parts of the set inside `within`, in order. The caller must not change the set meanwhile. */
  *within({ first, last }: Span): Generator<Span> {
    const { family } = this;
    const around = this.#spans.floor(first);
    if (around !== undefined && around[0] < first && around[1] >= first) {
      yield { family, first, last: smaller(around[1], last) };
    }
    for (const [spanFirst, spanLast] of this.#spans.from(first)) {
      if (spanFirst > last) return;
      yield { family, first: spanFirst, last: smaller(spanLast, last) };
    }
  }

  /** Yields the parts of `within` that are not in the set, in order. The caller must not change the set meanwhile. */
  gaps(within: Span): Generator<Span> {
    return gapsBetween(within, this.within(within));
  }

  /** The lowest block of a prefix length inside `within` without an address of the set. */
  firstGap(within: Span, prefixLength: number): Block | undefined {
    if (prefixLength > addressBits(this.family)) return undefined;
    return firstBlockAmong(this.gaps(within), prefixLength);
  }

  /** How many addresses of the set lie inside `within`. */
  sizeWithin(within: Span): bigint {
    let count = 0n;
    for (const { first, last } of this.within(within)) count += last - first + 1n;
    return count;
  }

  #lastAround(value: bigint): bigint | undefined {
    const around = this.#spans.floor(value);
    return around !== undefined && around[1] >= value ? around[1] : undefined;
  }

  /** The whole spans that overlap `first`–`last`, as a copy, so that the set can be changed. */
  #overlapping(first: bigint, last: bigint): (readonly [bigint, bigint])[] {
    const found: (readonly [bigint, bigint])[] = [];
    const around = this.#spans.floor(first);
    if (around !== undefined && around[1] >= first) found.push(around);
    for (const entry of this.#spans.from(first + 1n)) {
      if (entry[0] > last) break;
      found.push(entry);
    }
    return found;
  }

  #insert(first: bigint, last: bigint): void {
    this.#spans.set(first, last);
    this.#size += last - first + 1n;
  }

  #remove(first: bigint, last: bigint): void {
    this.#spans.delete(first);
    this.#size -= last - first + 1n;
  }
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
