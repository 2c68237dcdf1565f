import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../../../../src/cidr.js";
import { AddressUse } from "../../../../src/grid/store/address-use.js";

const value = fc.integer({ min: 0, max: 63 }).map(BigInt);
const span = fc
  .tuple(value, value)
  .map(([a, b]): Span => (a < b ? { family: 4, first: a, last: b } : { family: 4, first: b, last: a }));
/** Objects 0 to 9 sit on single addresses, 10 to 12 on spans; each appears, moves or goes. */
const step = fc.oneof(
  fc.record({ id: fc.integer({ min: 0, max: 9 }), on: fc.option(value, { nil: undefined }) }),
  fc.record({ id: fc.integer({ min: 10, max: 12 }), over: fc.option(span, { nil: undefined }) }),
);
const all: Span = { family: 4, first: 0n, last: 63n };

describe("AddressUse", () => {
  it("knows who is on each address, whoever came and went", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const use = new AddressUse(4);
        const held = new Map<number, Span>();
        for (const each of steps) {
          const before = held.get(each.id);
          if ("over" in each) {
            use.releaseSpan(each.id);
            held.delete(each.id);
            if (each.over) {
              use.holdSpan(each.over, each.id);
              held.set(each.id, each.over);
            }
          } else {
            const on = "on" in each ? each.on : undefined;
            if (before) use.release(before.first, each.id);
            held.delete(each.id);
            if (on !== undefined) {
              use.hold(on, each.id);
              held.set(each.id, { family: 4, first: on, last: on });
            }
          }
        }
        const used: bigint[] = [];
        for (let at = 0n; at < 64n; at++) {
          const ids = [...held].filter(([, { first, last }]) => first <= at && at <= last).map(([id]) => id);
          expect([...use.holders(at)].sort()).toEqual(ids.sort());
          expect(use.has(at)).toBe(ids.length > 0);
          if (ids.length > 0) used.push(at);
        }
        expect([...use.addresses(all)]).toEqual(used);
        expect(use.count(all)).toBe(BigInt(used.length));
        let free = 0n;
        while (used.includes(free)) free++;
        expect(use.firstFree(0n)).toBe(free);
      }),
    );
  });

  it("keeps an address in use until the last object on it is gone", () => {
    const use = new AddressUse(4);
    for (const id of [1, 2, 3]) use.hold(7n, id);
    use.release(7n, 2);
    use.release(7n, 1);
    expect(use.holders(7n)).toEqual([3]);
    use.release(7n, 3);
    expect(use.has(7n)).toBe(false);
  });
});
