import fc from "fast-check";
import { expect, it } from "vitest";
import { type Block, blockOf, formatBlock, parseBlock, size } from "../../../../src/cidr.js";
import type { MapBlock } from "../../../../src/ipam/map/map-results.js";
import { growTree } from "../../../../src/ipam/map/map-tree.js";

const place = parseBlock("10.0.0.0/16") as Block;

/** Subnets of a /16 that don't overlap, in any order. */
const subnets = fc
  .uniqueArray(fc.tuple(fc.nat(0xffff), fc.integer({ min: 18, max: 30 })), { maxLength: 40 })
  .map((pairs) => {
    const blocks = pairs.map(([offset, bits]) =>
      blockOf({ family: 4, value: place.first + BigInt(offset) }, bits),
    );
    return blocks.filter((block, index) =>
      blocks.slice(0, index).every((other) => block.last < other.first || other.last < block.first),
    );
  });

function spaceIn(block: MapBlock): bigint {
  const own = (cidr: string) => size(parseBlock(cidr) as Block);
  if (block.kind === "subnet") return own(block.cidr);
  return [...block.free.map(own), ...block.children.map(spaceIn)].reduce((sum, part) => sum + part, 0n);
}

it("gives every address to one subnet or one free block", () => {
  fc.assert(
    fc.property(subnets, (blocks) => {
      const rows = blocks.map((block) => ({ network: formatBlock(block) }));
      const containers = [{ network: "10.0.0.0/16" }, { network: "10.0.0.0/17" }];
      const [tree] = growTree({ containers, subnets: rows, ranges: [] }, undefined);
      expect(tree && spaceIn(tree)).toBe(size(place));
    }),
  );
});

it("keeps the order of addresses, and each block once", () => {
  const rows = ["10.0.2.0/24", "10.0.1.0/24", "10.0.2.0/24"].map((network) => ({ network }));
  const tree = growTree({ containers: [{ network: "10.0.0.0/16" }], subnets: rows, ranges: [] }, undefined);
  expect(tree).toMatchObject([{ children: [{ cidr: "10.0.1.0/24" }, { cidr: "10.0.2.0/24" }] }]);
});

it("gives ranges to the subnet around them, and leaves out those without addresses", () => {
  const ranges = [
    { start_addr: "10.0.1.20", end_addr: "10.0.1.29", comment: "b" },
    { start_addr: "10.0.1.5", end_addr: "10.0.1.9" },
    { start_addr: "10.0.2.5", end_addr: "10.0.2.9" },
    { comment: "prefixes" },
  ];
  const tree = growTree(
    { containers: [], subnets: [{ network: "10.0.1.0/24", utilization: 43 }], ranges },
    undefined,
  );
  expect(tree).toMatchObject([
    {
      percent: 4.3,
      ranges: [
        { first: "10.0.1.5", last: "10.0.1.9", comment: undefined },
        { first: "10.0.1.20", last: "10.0.1.29", comment: "b" },
      ],
    },
  ]);
});
