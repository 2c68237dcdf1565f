import {
  addressBits,
  type Block,
  blocksOf,
  countBlocksIn,
  gaps,
  type Span,
  size,
  subnets,
} from "../../cidr.js";
import { largestFree } from "../sources/space.js";

/** What is free of a block once everything taken is cut out of it: arithmetic alone, exact for both families. */
export interface Free {
  /** Addresses. */
  readonly total: bigint;
  readonly free: bigint;
  /** The fewest aligned blocks that make up the free space, lowest first. */
  readonly blocks: readonly Block[];
  /** The largest of the blocks; the lowest of several. */
  readonly largest: Block | undefined;
  /**
   * 0 to 1: the share of the free space that lies outside of its largest block. 0 when it is in one piece; near 1
   * when it is in many small ones.
   */
  readonly fragmentation: number;
}

/** @param taken - in any order; they may overlap, and reach outside */
export function freeIn(within: Block, taken: readonly Span[]): Free {
  const blocks = [...gaps(within, taken)].flatMap((gap) => [...blocksOf(gap)]);
  const largest = largestFree(within, taken);
  const free = blocks.reduce((sum, block) => sum + size(block), 0n);
  return {
    total: size(within),
    free,
    blocks,
    largest,
    fragmentation: largest === undefined ? 0 : 1 - ratio(size(largest), free),
  };
}

/** How many of the blocks have each prefix length, the largest blocks first. */
export function countBySize(blocks: readonly Block[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { prefixLength } of [...blocks].sort((one, other) => one.prefixLength - other.prefixLength)) {
    counts.set(prefixLength, (counts.get(prefixLength) ?? 0) + 1);
  }
  return counts;
}

/** How many subnets of that size fit into the blocks, side by side. */
export function countFitting(blocks: readonly Block[], prefixLength: number): bigint {
  return blocks.reduce((sum, block) => sum + countBlocksIn(block, prefixLength), 0n);
}

/** The subnets of that size that fit into the blocks, lowest first; made as they are used. */
export function* fitting(blocks: readonly Block[], prefixLength: number): Generator<Block> {
  for (const block of blocks) yield* subnets(block, prefixLength);
}

/** Percent with two decimals, of numbers that may be too large for a number. */
export function percentOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n + whole / 2n) / whole) / 100;
}

/** Six decimals are enough to show. */
function ratio(part: bigint, whole: bigint): number {
  return Number((part * 1_000_000n) / whole) / 1_000_000;
}

/** Whether subnets of that size can lie in the block at all. */
export function fits(block: Block, prefixLength: number): boolean {
  return prefixLength >= block.prefixLength && prefixLength <= addressBits(block.family);
}
