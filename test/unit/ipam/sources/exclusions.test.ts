import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf, overlaps, parseBlock, parseSpan, type Span } from "../../../../src/cidr.js";
import {
  excludedAddresses,
  excludedSubnets,
  parseExclusions,
} from "../../../../src/ipam/sources/exclusions.js";

const within = parseSpan("10.0.0.0/24") as Span;

describe("parseExclusions", () => {
  it("joins addresses, CIDRs and ranges that touch", () => {
    const spans = parseExclusions(["10.0.0.8-10.0.0.9", "10.0.0.0/29", "10.0.0.20"], 4);
    expect(spans.map(({ first, last }) => last - first + 1n)).toEqual([10n, 1n]);
  });

  it("refuses another family, naming the entry", () => {
    expect(() => parseExclusions(["10.0.0.1", "2001:db8::1"], 4)).toThrow(
      /^exclude\[1\]: is IPv6 in an IPv4 request/,
    );
  });
});

describe("excludedAddresses", () => {
  it("names each address once", () => {
    const spans = parseExclusions(["10.0.0.1-10.0.0.3", "10.0.0.2/31"], 4);
    expect(excludedAddresses(spans, within)).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
  });

  it("leaves out what the source doesn't hold, so that a large exclusion stays small", () => {
    expect(excludedAddresses(parseExclusions("10.0.0.254-10.255.255.255", 4), within)).toEqual([
      "10.0.0.254",
      "10.0.0.255",
    ]);
    expect(excludedAddresses(parseExclusions("192.168.0.0/16", 4), within)).toEqual([]);
  });

  it("refuses more than fit in one request, and says what to do instead", () => {
    expect(() => excludedAddresses(parseExclusions("2001:db8::/64", 6))).toThrow(
      /exclude: stands for 18446744073709551616 addresses, and at most 4096 fit/,
    );
  });
});

describe("excludedSubnets", () => {
  it("turns an address into the subnet around it", () => {
    expect(excludedSubnets(parseExclusions("10.0.5.77", 4), 24)).toEqual(["10.0.5.0/24"]);
  });

  it("turns a larger block into all subnets in it", () => {
    expect(excludedSubnets(parseExclusions("10.0.4.0/22", 4), 24)).toEqual([
      "10.0.4.0/24",
      "10.0.5.0/24",
      "10.0.6.0/24",
      "10.0.7.0/24",
    ]);
  });

  it("names a subnet once, however many exclusions touch it", () => {
    expect(excludedSubnets(parseExclusions(["10.0.0.1", "10.0.0.9", "10.0.0.128/25"], 4), 24)).toEqual([
      "10.0.0.0/24",
    ]);
  });

  it("does the same for IPv6", () => {
    expect(excludedSubnets(parseExclusions("2001:db8:0:1::-2001:db8:0:2::5", 6), 64)).toEqual([
      "2001:db8:0:1::/64",
      "2001:db8:0:2::/64",
    ]);
  });

  it("names exactly the subnets of a container that an excluded address lies in", () => {
    const address = fc.integer({ min: 0, max: 1023 }).map((offset) => BigInt(0x0a000000 + offset));
    const span = fc
      .tuple(address, address)
      .filter(([first, last]) => first <= last)
      .map(([first, last]): Span => ({ family: 4, first, last }));
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 5 }),
        fc.integer({ min: 23, max: 32 }),
        (spans, prefixLength) => {
          const container = parseBlock("10.0.0.0/23") as Span;
          const named = new Set(excludedSubnets(spans, prefixLength, container));
          for (let value = container.first; value <= container.last; ) {
            const subnet = blockOf({ family: 4, value }, prefixLength);
            const touched = spans.some((one) => overlaps(one, subnet));
            const cidr = `10.0.${(subnet.first >> 8n) & 255n}.${subnet.first & 255n}/${prefixLength}`;
            expect(named.has(cidr)).toBe(touched);
            value = subnet.last + 1n;
          }
        },
      ),
    );
  });
});
