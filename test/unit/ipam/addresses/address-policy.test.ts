import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSpan } from "../../../../src/cidr.js";
import { policyExclusions } from "../../../../src/ipam/addresses/address-policy.js";
import { parseTargets } from "../../../../src/ipam/requests/targets.js";

const excluded = (from: string | string[], policy: Parameters<typeof policyExclusions>[1]) =>
  policyExclusions(parseTargets(from, ["network", "range"]), policy).map(formatSpan);

describe("address policies", () => {
  it("leave the first and the last alone, of those that hosts can have", () => {
    expect(excluded("10.0.7.0/24", { skipFirst: 10, skipLast: 1 })).toEqual([
      "10.0.7.1-10.0.7.10",
      "10.0.7.254",
    ]);
    expect(excluded("2001:db8::/64", { skipFirst: 1 })).toEqual(["2001:db8::1"]);
    expect(excluded(["10.0.7.10-10.0.7.20", "10.0.8.0/30"], { skipFirst: 1 })).toEqual([
      "10.0.7.10",
      "10.0.8.1",
    ]);
    expect(excluded("10.0.7.0/24", {})).toEqual([]);
  });

  it("avoid .0 and .255 inside large subnets, and find none in a /24 or in IPv6", () => {
    expect(excluded("10.0.6.0/23", { avoidEdges: true })).toEqual(["10.0.6.255", "10.0.7.0"]);
    expect(excluded("10.0.7.0/24", { avoidEdges: true })).toEqual([]);
    expect(excluded("2001:db8::/64", { avoidEdges: true })).toEqual([]);
  });

  it("are refused where nothing would be left, or nothing is known", () => {
    expect(() => excluded("10.0.7.0/30", { skipFirst: 1, skipLast: 1 })).toThrow(
      /^skipFirst: nothing would be left/,
    );
    const query = parseTargets({ extattrs: { Site: "Paris" } }, ["network"]);
    expect(() => policyExclusions(query, { skipLast: 1 })).toThrow(
      /^skipLast: needs the addresses of its sources/,
    );
  });

  it("exclude as many as they say", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (skipFirst, skipLast) => {
        const spans = policyExclusions(parseTargets("10.0.7.0/24", ["network"]), { skipFirst, skipLast });
        const count = spans.reduce((sum, { first, last }) => sum + Number(last - first) + 1, 0);
        expect(count).toBe(skipFirst + skipLast);
      }),
    );
  });
});
