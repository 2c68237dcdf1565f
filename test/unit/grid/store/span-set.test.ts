import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstGap, formatBlock, parseBlock, type Span } from "../../../../src/cidr.js";
import { SpanSet } from "../../../../src/grid/store/span-set.js";

const address = fc.integer({ min: 0, max: 255 }).map(BigInt);
const span = fc
  .tuple(address, address)
  .map(([a, b]): Span => (a < b ? { family: 4, first: a, last: b } : { family: 4, first: b, last: a }));
const change = fc.record({ act: fc.constantFrom("add", "delete"), span });

function built(changes: readonly { act: string; span: Span }[]): { set: SpanSet; model: Set<bigint> } {
  const set = new SpanSet(4);
  const model = new Set<bigint>();
  for (const { act, span } of changes) {
    if (act === "add") set.add(span.first, span.last);
    else set.delete(span.first, span.last);
    for (let value = span.first; value <= span.last; value++) {
      if (act === "add") model.add(value);
      else model.delete(value);
    }
  }
  return { set, model };
}

const everything: Span = { family: 4, first: 0n, last: 255n };
const members = (spans: Iterable<Span>): bigint[] => {
  const values: bigint[] = [];
  for (const { first, last } of spans) for (let value = first; value <= last; value++) values.push(value);
  return values;
};

describe("SpanSet", () => {
  it("holds what a set of single addresses holds, whatever was added and deleted", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), span, (changes, within) => {
        const { set, model } = built(changes);
        const sorted = [...model].sort((a, b) => (a < b ? -1 : 1));
        const inside = sorted.filter((value) => within.first <= value && value <= within.last);
        expect(set.size).toBe(BigInt(model.size));
        expect(members(set.within(everything))).toEqual(sorted);
        expect(members(set.within(within))).toEqual(inside);
        expect(set.sizeWithin(within)).toBe(BigInt(inside.length));
        expect(set.has(within.first)).toBe(model.has(within.first));
        let free = within.first;
        while (model.has(free)) free++;
        expect(set.firstFree(within.first)).toBe(free);
      }),
    );
  });

  it("keeps its spans apart", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const spans = [...built(changes).set.within(everything)];
        for (const [index, { first }] of spans.entries()) {
          const previous = spans[index - 1];
          if (previous !== undefined) expect(first).toBeGreaterThan(previous.last + 1n);
        }
      }),
    );
  });

  it("finds the gap that the plain search finds", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 30 }),
        span,
        fc.integer({ min: 24, max: 32 }),
        (changes, within, prefixLength) => {
          const { set } = built(changes);
          expect(set.firstGap(within, prefixLength)).toEqual(
            firstGap(within, set.within(everything), prefixLength),
          );
        },
      ),
    );
  });

  it("makes one span of a network filled in any order", () => {
    const set = new SpanSet(4);
    for (let value = 0n; value < 65_536n; value++) {
      const scattered = (value * 40_503n) % 65_536n;
      set.add(scattered, scattered);
    }
    expect([...set.within({ family: 4, first: 0n, last: 0xffff_ffffn })]).toEqual([
      { family: 4, first: 0n, last: 65_535n },
    ]);
  });

  it("works at both ends of a family", () => {
    const set = new SpanSet(6);
    const top = (1n << 128n) - 1n;
    set.add(0n, 0n);
    set.add(top, top);
    expect(set.firstFree(0n)).toBe(1n);
    expect(set.firstFree(top)).toBe(top + 1n);
    const all = parseBlock("::/0");
    expect(all && set.firstGap(all, 2)).toSatisfy((block) => formatBlock(block) === "4000::/2");
  });
});
