import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Block,
  blockOf,
  contains,
  type Family,
  firstOf,
  formatAddress,
  formatBlock,
} from "../../../../src/cidr.js";
import { aroundPattern, insidePattern } from "../../../../src/ipam/subnets/block-pattern.js";

/** Addresses with runs of zeros, which is where compressed texts differ. */
const block = (family: Family) => {
  const group = fc.oneof(
    fc.constant(0),
    fc.constant(0),
    fc.integer({ min: 0, max: family === 4 ? 255 : 0xffff }),
  );
  const groups = fc.array(group, { minLength: family === 4 ? 4 : 8, maxLength: family === 4 ? 4 : 8 });
  return fc
    .tuple(groups, fc.integer({ min: 0, max: family === 4 ? 32 : 128 }))
    .map(([parts, length]): Block => {
      const value = parts.reduce((sum, part) => (sum << (family === 4 ? 8n : 16n)) + BigInt(part), 0n);
      return blockOf({ family, value }, length);
    });
};
/** Another block that is often inside or near the first. */
const pair = (family: Family) =>
  fc
    .tuple(block(family), block(family), fc.boolean(), fc.integer({ min: 0, max: 128 }))
    .map(([one, other, near, length]): [Block, Block] => {
      if (!near) return [one, other];
      const bits = family === 4 ? 32 : 128;
      const host = (1n << BigInt(bits - one.prefixLength)) - 1n;
      const value = one.first | (other.first & host);
      return [one, blockOf({ family, value }, Math.min(bits, Math.max(one.prefixLength, length)))];
    });

describe.each([4, 6] as const)("patterns of IPv%d networks", (family) => {
  it("find all addresses in the block, and of IPv4 no others", () => {
    fc.assert(
      fc.property(pair(family), ([outer, other]) => {
        const isInside = contains(outer, firstOf(other));
        const pattern = new RegExp(insidePattern(outer));
        const isOpen = family === 6 && insidePattern(outer).includes("::");
        fc.pre(isInside || !isOpen);
        expect(pattern.test(formatAddress(firstOf(other)))).toBe(isInside);
        expect(pattern.test(formatBlock(other))).toBe(isInside);
      }),
      { numRuns: 2000 },
    );
  });

  it("find the addresses of all blocks around it", () => {
    fc.assert(
      fc.property(pair(family), ([outer, inner]) => {
        fc.pre(contains(outer, inner));
        const pattern = new RegExp(aroundPattern(inner));
        expect(pattern.test(formatAddress(firstOf(outer)))).toBe(true);
        expect(pattern.test(formatBlock(outer))).toBe(true);
      }),
    );
  });
});
