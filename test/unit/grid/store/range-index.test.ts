import { describe, expect, it } from "vitest";
import { RangeIndex } from "../../../../src/grid/store/range-index.js";

const span = (first: number, last: number) => ({
  family: 4 as const,
  first: BigInt(first),
  last: BigInt(last),
});

function indexOf(...spans: readonly (readonly [number, number])[]): RangeIndex {
  const index = new RangeIndex(4);
  for (const [id, [first, last]] of spans.entries()) index.add(span(first, last), id);
  return index;
}

describe("RangeIndex", () => {
  it("tells which range an address is in", () => {
    const index = indexOf([10, 19], [30, 39]);
    expect(index.around({ family: 4, value: 10n })?.id).toBe(0);
    expect(index.around({ family: 4, value: 39n })?.id).toBe(1);
    expect(index.around({ family: 4, value: 20n })).toBeUndefined();
    expect(index.around({ family: 4, value: 9n })).toBeUndefined();
  });

  it.each([
    [0, 9, []],
    [0, 10, [0]],
    [15, 16, [0]],
    [19, 30, [0, 1]],
    [20, 29, []],
    [0, 99, [0, 1]],
  ])("finds what overlaps %i to %i", (first, last, ids) => {
    expect([...indexOf([10, 19], [30, 39]).overlapping(span(first, last))].map(({ id }) => id)).toEqual(ids);
  });

  it("goes past ranges that stand in a row", () => {
    const index = indexOf([10, 19], [20, 29], [40, 49]);
    expect(index.firstOutside(9n)).toBe(9n);
    expect(index.firstOutside(10n)).toBe(30n);
    expect(index.firstOutside(25n)).toBe(30n);
    expect(index.firstOutside(49n)).toBe(50n);
  });

  it("leaves a range alone that starts where another one did", () => {
    const index = indexOf([10, 19]);
    index.add(span(10, 12), 7);
    index.delete(span(10, 19), 0);
    expect(index.around({ family: 4, value: 10n })?.id).toBe(7);
  });
});
