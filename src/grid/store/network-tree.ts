/**
 * The networks and containers of one network view and family: who lies in whom.
 *
 * CIDR blocks nest or are apart, never in between; so they form a tree, and whatever contains an address or a block
 * lies on one path from the root.
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
  /** Networks right below it, in order. */
  children(): Iterable<NetworkNode>;
  /** Networks below it at any depth, each before those below it. */
  descendants(): Iterable<NetworkNode>;
  /** The addresses that the networks below it take up. */
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

  /** All networks, each before those below it. */
  all(): Iterable<NetworkNode> {
    return this.#root.descendants();
  }

  /** The addresses that the networks at the top take up. */
  get taken(): SpanSet {
    return this.#root.taken;
  }

  /** Exactly this block. */
  find(block: Block): NetworkNode | undefined {
    return this.#around(block).childAt(block);
  }

  /** The smallest network that holds all of it, the same block included. */
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

  /** Networks right below the one around `block`, inside `block`: what it has, or would get, as children. */
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

  /** Takes the network out; those below it move up. Nothing happens when the block belongs to another by now. */
  delete(block: Block, id: number): void {
    const around = this.#around(block);
    const node = around.childAt(block);
    if (node?.id !== id) return;
    around.drop(node);
    for (const child of [...node.children()]) around.adopt(child);
  }

  /** The node, root included, that has the block as a child or would have. */
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
  /** By first address, which tells siblings apart. */
  readonly #children = new OrderedMap<Node>();

  constructor(block: Block, id: number) {
    this.block = block;
    this.id = id;
    this.taken = new SpanSet(block.family);
  }

  /** The root stands for the network view and is nobody's network. */
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
