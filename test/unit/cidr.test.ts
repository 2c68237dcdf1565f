import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Address,
  addressBits,
  type Block,
  blockOf,
  blocksOf,
  contains,
  countBlocksIn,
  type Family,
  firstBlockIn,
  firstGap,
  formatAddress,
  formatBlock,
  formatSpan,
  gaps,
  hostSpan,
  intersection,
  mergeSpans,
  overlaps,
  parseAddress,
  parseBlock,
  parseInterface,
  parseReverseName,
  parseSpan,
  reverseName,
  reverseZoneName,
  type Span,
  size,
  subnets,
} from "../../src/cidr.js";

const block = (text: string): Block => {
  const parsed = parseBlock(text);
  if (parsed === undefined) throw new Error(`not a CIDR: ${text}`);
  return parsed;
};
const span = (text: string): Span => {
  const parsed = parseSpan(text);
  if (parsed === undefined) throw new Error(`not a span: ${text}`);
  return parsed;
};
const texts = (spans: Iterable<Span>) => [...spans].map(formatSpan);
const cidrs = (blocks: Iterable<Block>) => [...blocks].map(formatBlock);

const anyFamily = fc.constantFrom<Family>(4, 6);
const anyAddress = anyFamily.chain((family) =>
  fc.record<Address>({
    family: fc.constant(family),
    value: fc.bigInt({ min: 0n, max: (1n << BigInt(addressBits(family))) - 1n }),
  }),
);
const anyBlock = anyAddress.chain((address) =>
  fc.nat(addressBits(address.family)).map((prefixLength) => blockOf(address, prefixLength)),
);
/** Spans of a family within its lowest 256 addresses, where everything can be counted by hand. */
const smallSpan = (family: Family) =>
  fc
    .tuple(fc.nat(255), fc.nat(255))
    .map(([a, b]): Span => ({ family, first: BigInt(Math.min(a, b)), last: BigInt(Math.max(a, b)) }));
const smallProblem = anyFamily.chain((family) =>
  fc.record({ within: smallSpan(family), taken: fc.array(smallSpan(family), { maxLength: 8 }) }),
);
const addressesOf = (spans: Iterable<Span>) => {
  const values = new Set<bigint>();
  for (const { first, last } of spans) for (let value = first; value <= last; value++) values.add(value);
  return values;
};

describe("text", () => {
  it("gives every address back as it was", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it("gives every block and every range back as it was", () => {
    fc.assert(
      fc.property(anyBlock, (any) => {
        expect(parseBlock(formatBlock(any))).toEqual(any);
        const { family, first, last } = any;
        expect(parseSpan(formatSpan(any))).toEqual({ family, first, last });
      }),
    );
  });

  it.each([
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:2:3:4:5:6:0:8", "1:2:3:4:5:6:0:8"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["192.0.2.1", "192.0.2.1"],
  ])("writes %s as %s", (given, canonical) => {
    expect(formatAddress(parseAddress(given) as Address)).toBe(canonical);
  });

  it.each([
    "",
    "10",
    "10.0.0",
    "10.0.0.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "10.0.0.1/32",
    " 10.0.0.1",
    "10.0.0.1 ",
    "10.0.0.x",
    "-1.0.0.1",
    "-0.0.0.1",
    "1.5.0.0.1",
    "1e1.0.0.1",
    "0x1.0.0.1",
    "1..0.1",
    "+1.0.0.1",
    "10.0.0.NaN",
    "1::2::3",
    "12345::",
    "fe80::1%eth0",
    "::1/128",
    ":::",
    "2001:db8::1 ",
    " ::1",
    "::g",
    "1:2:3:4:5:6:7",
  ])("takes %j for no address", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each([
    "10.0.0.1",
    "10.0.0.1/24",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.0/255.0.0.0",
    "::/129",
    "::1/64",
    "/24",
  ])("takes %j for no block", (text) => {
    expect(parseBlock(text)).toBeUndefined();
  });

  it("tells the block of an address that has host bits", () => {
    const parsed = parseInterface("10.0.0.7/24");
    expect(parsed && formatAddress(parsed.address)).toBe("10.0.0.7");
    expect(parsed && formatBlock(parsed.block)).toBe("10.0.0.0/24");
  });

  it.each(["10.0.0.9-10.0.0.5", "10.0.0.1-::1", "10.0.0.1-", "-10.0.0.1", "10.0.0.1-10.0.0.2-10.0.0.3"])(
    "takes %j for no span",
    (text) => {
      expect(parseSpan(text)).toBeUndefined();
    },
  );
});

describe("blocks", () => {
  it("holds the address it was made around, and is aligned to its size", () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(128), (address, bits) => {
        const around = blockOf(address, Math.min(bits, addressBits(address.family)));
        expect(contains(around, address)).toBe(true);
        expect(around.first % size(around)).toBe(0n);
      }),
    );
  });

  it("never says that spans of different families meet", () => {
    expect(overlaps(block("0.0.0.0/0"), block("::/0"))).toBe(false);
    expect(contains(block("::/0"), block("0.0.0.0/0"))).toBe(false);
  });

  it("overlaps exactly when an address is common, and contains exactly when all are", () => {
    fc.assert(
      fc.property(smallSpan(4), smallSpan(4), (one, other) => {
        const mine = addressesOf([one]);
        const common = [...addressesOf([other])].filter((value) => mine.has(value));
        expect(overlaps(one, other)).toBe(common.length > 0);
        expect(contains(one, other)).toBe(BigInt(common.length) === size(other));
        expect([...addressesOf([intersection(one, other)].filter((both) => both !== undefined))]).toEqual(
          common,
        );
      }),
    );
  });

  it.each([
    ["10.0.0.0/24", "10.0.0.1-10.0.0.254"],
    ["10.0.0.0/30", "10.0.0.1-10.0.0.2"],
    ["10.0.0.0/31", "10.0.0.0-10.0.0.1"],
    ["10.0.0.0/32", "10.0.0.0"],
    ["2001:db8::/64", "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff"],
    ["2001:db8::/127", "2001:db8::-2001:db8::1"],
  ])("gives hosts of %s the addresses %s", (cidr, hosts) => {
    expect(formatSpan(hostSpan(block(cidr)))).toBe(hosts);
  });

  it("splits a block into all its subnets", () => {
    expect(cidrs(subnets(block("10.0.0.0/24"), 26))).toEqual([
      "10.0.0.0/26",
      "10.0.0.64/26",
      "10.0.0.128/26",
      "10.0.0.192/26",
    ]);
    expect(cidrs(subnets(block("10.0.0.0/24"), 24))).toEqual(["10.0.0.0/24"]);
    expect(cidrs(subnets(block("10.0.0.0/24"), 23))).toEqual([]);
    expect(cidrs(subnets(block("255.255.255.252/30"), 31))).toEqual([
      "255.255.255.252/31",
      "255.255.255.254/31",
    ]);
  });

  it("makes up any span of aligned blocks that touch and don't overlap, no two of which could be one", () => {
    fc.assert(
      fc.property(anyFamily.chain(smallSpan), (any) => {
        const blocks = [...blocksOf(any)];
        expect(mergeSpans(blocks).map(formatSpan)).toEqual([formatSpan(any)]);
        expect(blocks.reduce((sum, each) => sum + size(each), 0n)).toBe(size(any));
        for (const each of blocks) expect(each.first % size(each)).toBe(0n);
        for (const [index, each] of blocks.entries()) {
          const next = blocks[index + 1];
          const double = blockOf(
            { family: each.family, value: each.first },
            Math.max(0, each.prefixLength - 1),
          );
          expect(next !== undefined && contains(double, next) && contains(any, double)).toBe(false);
        }
      }),
    );
  });

  it("makes up everything there is of one block", () => {
    expect(cidrs(blocksOf(block("0.0.0.0/0")))).toEqual(["0.0.0.0/0"]);
    expect(cidrs(blocksOf(block("::/0")))).toEqual(["::/0"]);
  });
});

describe("free space", () => {
  it("leaves exactly the addresses that nothing takes", () => {
    fc.assert(
      fc.property(smallProblem, ({ within, taken }) => {
        const used = addressesOf(taken);
        const free = [...addressesOf([within])].filter((value) => !used.has(value));
        expect([...addressesOf(gaps(within, taken))]).toEqual(free);
      }),
    );
  });

  it("finds the lowest aligned free block, where brute force finds it", () => {
    fc.assert(
      fc.property(smallProblem, fc.nat(8), ({ within, taken }, hostBits) => {
        const prefixLength = addressBits(within.family) - hostBits;
        const all = blockOf({ family: within.family, value: 0n }, addressBits(within.family) - 8);
        const expected = [...subnets(all, prefixLength)].find(
          (each) => contains(within, each) && !taken.some((other) => overlaps(each, other)),
        );
        expect(firstGap(within, taken, prefixLength)).toEqual(expected);
      }),
    );
  });

  it("counts the blocks that fit into a span", () => {
    fc.assert(
      fc.property(smallSpan(4), fc.nat(8), (any, hostBits) => {
        const fitting = [...subnets(block("0.0.0.0/24"), 32 - hostBits)].filter((each) =>
          contains(any, each),
        );
        expect(countBlocksIn(any, 32 - hostBits)).toBe(BigInt(fitting.length));
        expect(firstBlockIn(any, 32 - hostBits)).toEqual(fitting[0]);
      }),
    );
  });

  it("joins spans that touch or overlap", () => {
    expect(
      texts(mergeSpans(["10.0.0.8-10.0.0.9", "10.0.0.0/30", "10.0.0.4", "10.0.0.9-10.0.0.12"].map(span))),
    ).toEqual(["10.0.0.0-10.0.0.4", "10.0.0.8-10.0.0.12"]);
  });

  it("says so when nothing of the size is left", () => {
    expect(firstGap(block("10.0.0.0/24"), [span("10.0.0.127-10.0.0.128")], 25)).toBeUndefined();
    expect(firstGap(block("10.0.0.0/24"), [], 23)).toBeUndefined();
  });
});

describe("reverse DNS", () => {
  it.each([
    ["10.0.0.0/24", "0.0.10.in-addr.arpa"],
    ["10.0.0.0/8", "10.in-addr.arpa"],
    ["10.16.0.0/12", "10.in-addr.arpa"],
    ["10.0.0.7/32", "7.0.0.10.in-addr.arpa"],
    ["2001:db8::/32", "8.b.d.0.1.0.0.2.ip6.arpa"],
    ["0.0.0.0/0", "in-addr.arpa"],
  ])("puts %s into %s", (cidr, zone) => {
    expect(reverseZoneName(block(cidr))).toBe(zone);
  });

  it("knows the address of each PTR name", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseReverseName(reverseName(address))).toEqual(blockOf(address, addressBits(address.family)));
      }),
    );
  });

  it("knows the block of each zone cut at an octet or digit", () => {
    expect(parseReverseName("0.10.IN-ADDR.ARPA")).toEqual(block("10.0.0.0/16"));
    expect(parseReverseName("8.b.d.0.1.0.0.2.ip6.arpa")).toEqual(block("2001:db8::/32"));
    expect(parseReverseName("in-addr.arpa")).toEqual(block("0.0.0.0/0"));
  });

  it.each([
    "example.com",
    "xin-addr.arpa",
    "256.in-addr.arpa",
    "1.2.3.4.5.in-addr.arpa",
    "01.in-addr.arpa",
    "10.ip6.arpa",
    "a.in-addr.arpa",
  ])("takes %s for no reverse name", (name) => {
    expect(parseReverseName(name)).toBeUndefined();
  });
});
