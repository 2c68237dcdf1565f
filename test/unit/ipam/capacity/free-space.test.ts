import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Block,
  contains,
  formatBlock,
  overlaps,
  parseBlock,
  size,
  subnets,
} from "../../../../src/cidr.js";
import {
  countBySize,
  countFitting,
  fits,
  fitting,
  freeIn,
  percentOf,
} from "../../../../src/ipam/capacity/free-space.js";

function block(text: string): Block {
  const parsed = parseBlock(text);
  if (parsed === undefined) throw new Error(`${text} is no CIDR`);
  return parsed;
}

/** A container of 1024 addresses, and subnets of it, some of which overlap. */
const anyDivision = fc.constantFrom("10.0.0.0/22", "2001:db8::/118").chain((text) => {
  const within = block(text);
  const bits = within.family === 4 ? 32 : 128;
  const inside = fc
    .tuple(fc.nat(1023), fc.integer({ min: bits - 8, max: bits }))
    .map(([offset, prefixLength]) => block(`${formatBlock(blockAround(within, offset, prefixLength))}`));
  return fc.record({ within: fc.constant(within), taken: fc.array(inside, { maxLength: 12 }) });
});

function blockAround(within: Block, offset: number, prefixLength: number): Block {
  const [found] = [...subnets(within, prefixLength)].filter(
    ({ first, last }) => first <= within.first + BigInt(offset) && within.first + BigInt(offset) <= last,
  );
  if (found === undefined) throw new Error("the offset lies outside");
  return found;
}

describe("free space", () => {
  it("is told by size, with the largest block and how scattered it is", () => {
    const free = freeIn(block("10.0.0.0/16"), [block("10.0.0.0/24"), block("10.0.64.0/18")]);
    expect(free.total).toBe(65536n);
    expect(free.free).toBe(65536n - 256n - 16384n);
    expect(free.largest && formatBlock(free.largest)).toBe("10.0.128.0/17");
    expect([...countBySize(free.blocks)]).toEqual([
      [17, 1],
      [19, 1],
      [20, 1],
      [21, 1],
      [22, 1],
      [23, 1],
      [24, 1],
    ]);
    expect(free.fragmentation).toBeCloseTo(1 - 32768 / 48896, 5);
    expect(countFitting(free.blocks, 24)).toBe(191n);
    expect(countFitting(free.blocks, 17)).toBe(1n);
    expect(countFitting(free.blocks, 16)).toBe(0n);
  });

  it("is exact for IPv6, where numbers aren't", () => {
    const free = freeIn(block("2001:db8::/32"), [block("2001:db8::/128")]);
    expect(free.free).toBe(2n ** 96n - 1n);
    expect(countFitting(free.blocks, 128)).toBe(2n ** 96n - 1n);
    expect(countFitting(free.blocks, 64)).toBe(2n ** 32n - 1n);
    expect(percentOf(free.free, free.total)).toBe(100);
  });

  it("is none, and not scattered, where all is taken", () => {
    const all = block("10.0.0.0/24");
    expect(freeIn(all, [all])).toEqual({
      total: 256n,
      free: 0n,
      blocks: [],
      largest: undefined,
      fragmentation: 0,
    });
    expect(freeIn(all, []).fragmentation).toBe(0);
    expect(percentOf(1n, 0n)).toBe(0);
  });

  it("takes no address of what is taken, and leaves none out", () => {
    fc.assert(
      fc.property(anyDivision, ({ within, taken }) => {
        const { blocks, free } = freeIn(within, taken);
        for (const one of blocks) {
          expect(contains(within, one)).toBe(true);
          expect(taken.some((other) => overlaps(one, other))).toBe(false);
        }
        const used = new Set<bigint>();
        for (const { first, last } of taken) for (let each = first; each <= last; each += 1n) used.add(each);
        expect(free).toBe(size(within) - BigInt(used.size));
        expect(blocks.reduce((sum, one) => sum + size(one), 0n)).toBe(free);
      }),
    );
  });

  it("has as many subnets of a size as can be listed, lowest first", () => {
    fc.assert(
      fc.property(anyDivision, fc.nat(6), ({ within, taken }, more) => {
        const { blocks } = freeIn(within, taken);
        const prefixLength = within.prefixLength + more;
        const listed = [...fitting(blocks, prefixLength)];
        expect(BigInt(listed.length)).toBe(countFitting(blocks, prefixLength));
        const possible = [...subnets(within, prefixLength)].filter(
          (one) => !taken.some((other) => overlaps(one, other)),
        );
        expect(listed).toEqual(possible);
      }),
    );
  });

  it("is more scattered the smaller its largest part", () => {
    fc.assert(
      fc.property(anyDivision, ({ within, taken }) => {
        const { blocks, fragmentation } = freeIn(within, taken);
        expect(fragmentation).toBeGreaterThanOrEqual(0);
        expect(fragmentation).toBeLessThan(1);
        if (blocks.length <= 1) expect(fragmentation).toBe(0);
        else expect(fragmentation).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    ["10.0.0.0/16", 15, false],
    ["10.0.0.0/16", 16, true],
    ["10.0.0.0/16", 33, false],
    ["2001:db8::/32", 128, true],
  ])("of %s can hold a /%i: %s", (text, prefixLength, expected) => {
    expect(fits(block(text), prefixLength)).toBe(expected);
  });
});
