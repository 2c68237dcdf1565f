/** The DHCP ranges of one network view and family, in address order; they never overlap. */

import type { Address, Family, Span } from "../../cidr.js";
import { OrderedMap } from "./ordered-map.js";

export interface IndexedRange extends Span {
  /** The object on the grid. */
  readonly id: number;
}

export class RangeIndex {
  readonly family: Family;
  readonly #ranges = new OrderedMap<IndexedRange>();

  constructor(family: Family) {
    this.family = family;
  }

  add({ family, first, last }: Span, id: number): void {
    this.#ranges.set(first, { family, first, last, id });
  }

  /** Does nothing if another range starts there by now. */
  delete({ first }: Span, id: number): void {
    if (this.#ranges.get(first)?.id === id) this.#ranges.delete(first);
  }

  /** The range that contains the address. */
  around({ value }: Address): IndexedRange | undefined {
    const range = this.#ranges.floor(value)?.[1];
    return range !== undefined && value <= range.last ? range : undefined;
  }

  /** Yields the ranges that overlap the span, in order. The caller must not change the index meanwhile. */
  *overlapping({ family, first, last }: Span): Generator<IndexedRange> {
    const around = this.around({ family, value: first });
    if (around !== undefined) yield around;
    for (const [start, range] of this.#ranges.from(first + 1n)) {
      if (start > last) return;
      yield range;
    }
  }

  /** The lowest address from `value` on outside all ranges. */
  firstOutside(value: bigint): bigint {
    let outside = value;
    for (const [start, { last }] of this.#ranges.from(this.#ranges.floor(value)?.[0] ?? value)) {
      if (start > outside) break;
      if (last >= outside) outside = last + 1n;
    }
    return outside;
  }
}
