/**
 * The networks and containers of one network view and family, as a tree.
 *
 * CIDR blocks either nest or are disjoint. So they form a tree, and all blocks around an address or a block lie on one
 * path from the root.
 */

import { type Address, type Block, blockOf, contains, type Family, type Span } from "../../cidr.js";
import { OrderedMap } from "./ordered-map.js";
import { SpanSet } from "./span-set.js";

export interface NetworkNode {
  readonly block: Block;
  /** The object on the grid: a network or a container. */
  readonly id: number;
  /** Nearest network around it; `undefined` at the top. */
  readonly parent: NetworkNode | undefined;
  /** Networks directly below it, in order. */
  children(): Iterable<NetworkNode>;
  /** Networks below it at any depth, each before its own children. */
  descendants(): Iterable<NetworkNode>;
  /** The addresses that the networks below it take. */
  readonly taken: SpanSet;
}

export class NetworkTree {
  readonly family: Family;
  readonly #root: Node;

  constructor(family: Family) {
    this.family = family;
    this.#root = new Node(blockOf({ family, value: 0n }, 0), 0);
  }

  /** Networks that lie in no other, in order. */
  top(): Iterable<NetworkNode> {
    return this.#root.children();
  }

  /** All networks, each before its children. */
  all(): Iterable<NetworkNode> {
    return this.#root.descendants();
  }

  /** The addresses that the networks at the top take. */
  get taken(): SpanSet {
    return this.#root.taken;
  }

  /** The network of exactly this block. */
  find(block: Block): NetworkNode | undefined {
    return this.#around(block).childAt(block);
  }

  /** The smallest network that contains the span or address; a network of the same block counts. */
  smallestAround(where: Span | Address): NetworkNode | undefined {
    let node = this.#root;
    for (;;) {
      const child = node.childAround(where);
      if (child === undefined) return node === this.#root ? undefined : node;
      node = child;
    }
  }

  /** The smallest network that this block would lie in: never the block itself. */
  parentOf(block: Block): NetworkNode | undefined {
    const around = this.#around(block);
    return around === this.#root ? undefined : around;
  }

  /** The networks inside `block` that are, or would be, its children. */
  childrenOf(block: Block): NetworkNode[] {
    const around = this.#around(block);
    const itself = around.childAt(block);
    return [...(itself ? itself.children() : around.childrenIn(block))];
  }

  insert(block: Block, id: number): void {
    const around = this.#around(block);
    const existing = around.childAt(block);
    if (existing !== undefined) {
      existing.id = id;
      return;
    }
    const node = new Node(block, id);
    for (const child of [...around.childrenIn(block)]) {
      around.drop(child);
      node.adopt(child);
    }
    around.adopt(node);
  }

  /** Removes a network; its children move up. Does nothing if the block has another network by now. */
  delete(block: Block, id: number): void {
    const around = this.#around(block);
    const node = around.childAt(block);
    if (node?.id !== id) return;
    around.drop(node);
    for (const child of [...node.children()]) around.adopt(child);
  }

  /** The node, or the root, that has or would have the block as a child. */
  #around(block: Block): Node {
    let node = this.#root;
    for (;;) {
      const child = node.childAround(block);
      if (child === undefined || child.block.prefixLength === block.prefixLength) return node;
      node = child;
    }
  }
}

class Node implements NetworkNode {
  readonly block: Block;
  id: number;
  readonly taken: SpanSet;
  #parent: Node | undefined;
  /** By first address, which identifies a child. */
  readonly #children = new OrderedMap<Node>();

  constructor(block: Block, id: number) {
    this.block = block;
    this.id = id;
    this.taken = new SpanSet(block.family);
  }

  /** `undefined` at the top: the root stands for the network view and is not a network. */
  get parent(): Node | undefined {
    const parent = this.#parent;
    return parent === undefined || parent.#parent === undefined ? undefined : parent;
  }

  *children(): Generator<Node> {
    for (const [, child] of this.#children.from(0n)) yield child;
  }

  *childrenIn(block: Block): Generator<Node> {
    for (const [first, child] of this.#children.from(block.first)) {
      if (first > block.last) return;
      yield child;
    }
  }

  *descendants(): Generator<Node> {
    for (const child of this.children()) {
      yield child;
      yield* child.descendants();
    }
  }

  childAt(block: Block): Node | undefined {
    const child = this.#children.get(block.first);
    return child?.block.prefixLength === block.prefixLength ? child : undefined;
  }

  childAround(where: Span | Address): Node | undefined {
    const child = this.#children.floor("value" in where ? where.value : where.first)?.[1];
    return child !== undefined && contains(child.block, where) ? child : undefined;
  }

  adopt(child: Node): void {
    child.#parent = this;
    this.#children.set(child.block.first, child);
    this.taken.add(child.block.first, child.block.last);
  }

  drop(child: Node): void {
    child.#parent = undefined;
    this.#children.delete(child.block.first);
    this.taken.delete(child.block.first, child.block.last);
  }
}
