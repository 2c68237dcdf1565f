import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf } from "../../../src/cidr.js";
import { formatPoolId, type Pool, parsePoolId } from "../../../src/docker/pool-id.js";

const word = fc.string({ minLength: 1, unit: "grapheme" });
const pool: fc.Arbitrary<Pool> = fc.record({
  networkView: word,
  block: fc
    .tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.integer({ min: 0, max: 32 }))
    .map(([value, prefixLength]) => blockOf({ family: 4, value }, prefixLength)),
  engine: word,
  id: word,
  ipRange: fc.constantFrom("10.1.2.128/25", undefined),
  networkName: fc.option(word, { nil: undefined }),
  hostName: fc.option(word, { nil: undefined }),
});

describe("a PoolID", () => {
  it("says all that it was made of, whatever the names are", () => {
    fc.assert(
      fc.property(pool, (one) => {
        expect(parsePoolId(formatPoolId(one))).toEqual(one);
      }),
    );
  });

  it("can be read by people", () => {
    const block = { family: 4, first: 0x0a010200n, last: 0x0a0102ffn, prefixLength: 24 } as const;
    const named = { networkView: "default", block, engine: "host-a", id: "5f0c", networkName: "blue" };
    expect(formatPoolId(named)).toBe("default/10.1.2.0/24?engine=host-a&id=5f0c&network-name=blue");
  });

  it.each([
    "",
    "default",
    "default/10.1.2.0/24",
    "default/10.1.2.1/24?engine=a&id=b",
    "/10.1.2.0/24?engine=a&id=b",
  ])("that reads %j is not one of this driver's", (text) => {
    expect(() => parsePoolId(text)).toThrow(/^PoolID: is not one of this driver's/);
  });
});
