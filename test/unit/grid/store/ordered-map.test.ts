import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderedMap } from "../../../../src/grid/store/ordered-map.js";

const key = fc.integer({ min: 0, max: 2000 }).map(BigInt);
const operation = fc.oneof(
  fc.record({ act: fc.constant("set" as const), key, value: fc.nat() }),
  fc.record({ act: fc.constant("delete" as const), key }),
);

/** The same as {@link OrderedMap}, the slow and obvious way. */
class Model {
  readonly entries = new Map<bigint, number>();
  get sorted(): [bigint, number][] {
    return [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

describe("OrderedMap", () => {
  it("does what a sorted list of entries does", () => {
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 1500, size: "max" }),
        fc.array(key, { maxLength: 20 }),
        (operations, probes) => {
          const map = new OrderedMap<number>();
          const model = new Model();
          for (const each of operations) {
            if (each.act === "set") {
              map.set(each.key, each.value);
              model.entries.set(each.key, each.value);
            } else {
              expect(map.delete(each.key)).toBe(model.entries.delete(each.key));
            }
          }
          const { sorted } = model;
          expect([...map.from(0n)]).toEqual(sorted);
          expect(map.size).toBe(sorted.length);
          for (const probe of probes) {
            expect(map.get(probe)).toBe(model.entries.get(probe));
            expect(map.floor(probe)).toEqual(sorted.findLast(([at]) => at <= probe));
            expect(map.ceiling(probe)).toEqual(sorted.find(([at]) => at >= probe));
            expect([...map.from(probe)]).toEqual(sorted.filter(([at]) => at >= probe));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ["ascending", (index: number) => index],
    ["descending", (index: number) => 5000 - index],
    ["scattered", (index: number) => (index * 2741) % 5003],
  ])("keeps 5,000 %s keys in order, and none after they are deleted", (_, place) => {
    const map = new OrderedMap<number>();
    const keys = Array.from({ length: 5000 }, (_, index) => BigInt(place(index)));
    for (const each of keys) map.set(each, Number(each));
    expect([...map.from(0n)].map(([at]) => at)).toEqual(keys.toSorted((a, b) => (a < b ? -1 : 1)));
    for (const each of keys) expect(map.delete(each)).toBe(true);
    expect(map.size).toBe(0);
    expect(map.ceiling(0n)).toBeUndefined();
    expect(map.floor(9999n)).toBeUndefined();
  });
});
