import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockOf,
  contains,
  formatBlock,
  parseBlock,
  parseReverseName,
  reverseZoneName,
} from "../../../../src/cidr.js";
import { neededZone, reverseZoneBlocks, zonesAround } from "../../../../src/ipam/zones/zones.js";

const anyBlock = fc.constantFrom<4 | 6>(4, 6).chain((family) => {
  const bits = family === 4 ? 32 : 128;
  return fc
    .tuple(fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }), fc.integer({ min: 1, max: bits }))
    .map(([value, prefixLength]) => blockOf({ family, value }, prefixLength));
});

describe("zones", () => {
  it("around a name are its endings, the longest first", () => {
    expect(zonesAround("Web.lab.example.com")).toEqual([
      "web.lab.example.com",
      "lab.example.com",
      "example.com",
      "com",
    ]);
  });

  it("around the name of an address are CIDRs, also classless ones", () => {
    const around = zonesAround("5.7.0.10.in-addr.arpa");
    expect(around).toEqual([
      ...["10.0.7.5/32", "10.0.7.4/31", "10.0.7.4/30", "10.0.7.0/29", "10.0.7.0/28", "10.0.7.0/27"],
      ...["10.0.7.0/26", "10.0.7.0/25", "10.0.7.0/24", "10.0.0.0/16", "10.0.0.0/8"],
    ]);
    const six = zonesAround(`${"0.".repeat(24)}8.b.d.0.1.0.0.2.ip6.arpa`);
    expect(six).toHaveLength(32);
    expect(six.at(-1)).toBe("2000::/4");
  });

  it.each([
    ["web.example.com", "example.com"],
    ["5.7.0.10.in-addr.arpa", "10.0.7.0/24"],
    [`${"0.".repeat(24)}8.b.d.0.1.0.0.2.ip6.arpa`, "2001:db8::/64"],
  ])("are needed for %s: %s", (name, zone) => {
    expect(neededZone(name)).toBe(zone);
  });

  it("for the way back hold the whole subnet, side by side, each cut where a name can be", () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        const bits = block.family === 4 ? 8 : 4;
        fc.pre(block.family === 4 || block.prefixLength >= 4);
        const zones = reverseZoneBlocks(block);
        expect(zones.length).toBeLessThanOrEqual(block.family === 4 ? 128 : 8);
        for (const zone of zones) {
          expect(zone.prefixLength % bits).toBe(0);
          expect(parseReverseName(reverseZoneName(zone))).toEqual(zone);
          expect(parseBlock(formatBlock(zone))).toEqual(zone);
        }
        const [first] = zones;
        if (zones.length === 1 && first) expect(contains(first, block)).toBe(true);
        else expect([zones[0]?.first, zones.at(-1)?.last]).toEqual([block.first, block.last]);
      }),
    );
  });
});
