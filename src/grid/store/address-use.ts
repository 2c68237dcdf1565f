/**
 * The used addresses of one network view and family, with the objects that use each: fixed addresses, host
 * addresses, address records, leases one by one; bulk hosts by the span.
 */

import { type Family, mergeSpans, type Span, size } from "../../cidr.js";
import { SpanSet } from "./span-set.js";

export class AddressUse {
  readonly family: Family;
  /** Ids of the objects on an address. Nearly always there is one, which is kept without an array. */
  readonly #holders = new Map<bigint, number | readonly number[]>();
  readonly #single: SpanSet;
  readonly #spans = new Map<number, Span>();
  #inSpans: SpanSet;

  constructor(family: Family) {
    this.family = family;
    this.#single = new SpanSet(family);
    this.#inSpans = new SpanSet(family);
  }

  /** The objects on an address, in the order in which they were added. */
  holders(value: bigint): readonly number[] {
    const held = this.#holders.get(value);
    const single = held === undefined ? [] : typeof held === "number" ? [held] : held;
    return this.#inSpans.has(value) ? [...single, ...this.#spansAround(value)] : single;
  }

  has(value: bigint): boolean {
    return this.#single.has(value) || this.#inSpans.has(value);
  }

  hold(value: bigint, id: number): void {
    const held = this.#holders.get(value);
    if (held === undefined) {
      this.#holders.set(value, id);
      this.#single.add(value, value);
    } else {
      this.#holders.set(value, typeof held === "number" ? [held, id] : [...held, id]);
    }
  }

  release(value: bigint, id: number): void {
    const held = this.#holders.get(value);
    if (typeof held === "object") {
      const rest = held.filter((other) => other !== id);
      const [only] = rest;
      this.#holders.set(value, rest.length === 1 && only !== undefined ? only : rest);
    } else if (held === id) {
      this.#holders.delete(value);
      this.#single.delete(value, value);
    }
  }

  holdSpan(span: Span, id: number): void {
    this.#spans.set(id, span);
    this.#inSpans.add(span.first, span.last);
  }

  /** Spans may overlap, so the remaining ones are merged again. There are few of them. */
  releaseSpan(id: number): void {
    if (!this.#spans.delete(id)) return;
    this.#inSpans = new SpanSet(this.family);
    for (const { first, last } of this.#spans.values()) this.#inSpans.add(first, last);
  }

  /** The lowest unused address from `value` on. */
  firstFree(value: bigint): bigint {
    for (let free = value; ; ) {
      const next = this.#inSpans.firstFree(this.#single.firstFree(free));
      if (next === free) return free;
      free = next;
    }
  }

  /** Yields the used addresses inside `within`, in order. The caller must not change them meanwhile. */
  *addresses(within: Span): Generator<bigint> {
    for (const { first, last } of this.spans(within)) {
      for (let value = first; value <= last; value++) yield value;
    }
  }

  /** The used addresses inside `within` as separate spans, in order. The caller must not change them meanwhile. */
  spans(within: Span): Iterable<Span> {
    const single = this.#single.within(within);
    return this.#spans.size === 0 ? single : mergeSpans([...single, ...this.#inSpans.within(within)]);
  }

  /** How many addresses inside `within` are used. */
  count(within: Span): bigint {
    let count = 0n;
    for (const span of this.spans(within)) count += size(span);
    return count;
  }

  #spansAround(value: bigint): number[] {
    return [...this.#spans]
      .filter(([, { first, last }]) => first <= value && value <= last)
      .map(([id]) => id);
  }
}
