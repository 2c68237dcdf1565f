import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, blockOf, contains, formatBlock, parseBlock, size } from "../../../../src/cidr.js";
import { type NetworkNode, NetworkTree } from "../../../../src/grid/store/network-tree.js";

const block = (text: string) => parseBlock(text) as Block;
const names = (nodes: Iterable<NetworkNode>) => [...nodes].map((node) => formatBlock(node.block));

/** Blocks of a /24, so that they nest often. */
const anyBlock = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([value, prefixLength]) => blockOf({ family: 4, value: BigInt(value) }, prefixLength));
const change = fc.record({ act: fc.constantFrom("insert", "insert", "delete"), block: anyBlock });

function built(changes: readonly { act: string; block: Block }[]): {
  tree: NetworkTree;
  model: Map<string, Block>;
} {
  const tree = new NetworkTree(4);
  const model = new Map<string, Block>();
  for (const { act, block } of changes) {
    const name = formatBlock(block);
    if (act === "insert") {
      tree.insert(block, 1);
      model.set(name, block);
    } else {
      tree.delete(block, 1);
      model.delete(name);
    }
  }
  return { tree, model };
}

describe("NetworkTree", () => {
  it("finds the parent and the children that comparing all blocks finds, whatever came and went", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), anyBlock, (changes, probe) => {
        const { tree, model } = built(changes);
        const blocks = [...model.values()];
        const around = (inner: Block) =>
          blocks
            .filter((other) => contains(other, inner) && other.prefixLength < inner.prefixLength)
            .sort((a, b) => b.prefixLength - a.prefixLength)[0];
        const inside = blocks.filter(
          (other) => contains(probe, other) && other.prefixLength > probe.prefixLength,
        );
        const children = inside.filter((inner) => {
          const parent = around(inner);
          return parent === undefined || parent.prefixLength <= probe.prefixLength;
        });
        expect(tree.find(probe)?.block).toEqual(model.get(formatBlock(probe)));
        expect(tree.parentOf(probe)?.block).toEqual(around(probe));
        expect(tree.smallestAround(probe)?.block).toEqual(model.get(formatBlock(probe)) ?? around(probe));
        expect(
          tree
            .childrenOf(probe)
            .map((node) => formatBlock(node.block))
            .sort(),
        ).toEqual(children.map(formatBlock).sort());
        expect(names(tree.all()).sort()).toEqual([...model.keys()].sort());
      }),
    );
  });

  it("knows how much of each network is taken by those below it", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        for (const node of built(changes).tree.all()) {
          const sum = [...node.children()].reduce((total, child) => total + size(child.block), 0n);
          expect(node.taken.size).toBe(sum);
        }
      }),
    );
  });

  it("tells networks before those inside them, in address order", () => {
    const tree = new NetworkTree(4);
    for (const [id, cidr] of [
      "10.2.0.0/16",
      "10.1.1.0/24",
      "10.0.0.0/8",
      "10.1.0.0/16",
      "9.0.0.0/8",
    ].entries()) {
      tree.insert(block(cidr), id);
    }
    expect(names(tree.all())).toEqual([
      "9.0.0.0/8",
      "10.0.0.0/8",
      "10.1.0.0/16",
      "10.1.1.0/24",
      "10.2.0.0/16",
    ]);
    expect(tree.find(block("10.1.1.0/24"))?.parent?.block).toEqual(block("10.1.0.0/16"));
    expect(tree.find(block("10.0.0.0/8"))?.parent).toBeUndefined();
  });

  it("leaves a block alone that belongs to another object by now", () => {
    const tree = new NetworkTree(4);
    tree.insert(block("10.0.0.0/24"), 1);
    tree.insert(block("10.0.0.0/24"), 2);
    tree.delete(block("10.0.0.0/24"), 1);
    expect(tree.find(block("10.0.0.0/24"))?.id).toBe(2);
  });

  it("takes the whole address space as a network of its own", () => {
    const tree = new NetworkTree(6);
    tree.insert(block("::/0"), 1);
    tree.insert(block("2001:db8::/32"), 2);
    expect(names(tree.top())).toEqual(["::/0"]);
    expect(tree.parentOf(block("2001:db8::/32"))?.id).toBe(1);
  });
});
