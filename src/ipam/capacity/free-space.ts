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
import type { FreeSpace } from "./requests.js";

/** What is left of a block without the spans that are taken. */
export interface Free extends Pick<FreeSpace, "total" | "free" | "fragmentation"> {
  /** The free space as the fewest aligned blocks, lowest first. */
  readonly blocks: readonly Block[];
  /** The largest of the blocks; the lowest if several are equally large. */
  readonly largest: Block | undefined;
}

/** @param taken - in any order; spans may overlap, and lie partly outside of `within` */
export function freeIn(within: Block, taken: readonly Span[]): Free {
  const blocks = [...gaps(within, taken)].flatMap((gap) => [...blocksOf(gap)]);
  const largest = largestFree(within, taken);
  const free = blocks.reduce((sum, block) => sum + size(block), 0n);
  // With six decimals.
  const share = (part: bigint) => Number((part * 1_000_000n) / free) / 1_000_000;
  const fragmentation = largest === undefined ? 0 : 1 - share(size(largest));
  return { total: size(within), free, blocks, largest, fragmentation };
}

/** The number of blocks by prefix length, the largest blocks first. */
export function countBySize(blocks: readonly Block[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { prefixLength } of [...blocks].sort((one, other) => one.prefixLength - other.prefixLength)) {
    counts.set(prefixLength, (counts.get(prefixLength) ?? 0) + 1);
  }
  return counts;
}

/** How many subnets of a size the blocks have room for. */
export function countFitting(blocks: readonly Block[], prefixLength: number): bigint {
  return blocks.reduce((sum, block) => sum + countBlocksIn(block, prefixLength), 0n);
}

/** The subnets of a size that fit into the blocks, lowest first. Computes each only when it is asked for. */
export function* fitting(blocks: readonly Block[], prefixLength: number): Generator<Block> {
  for (const block of blocks) yield* subnets(block, prefixLength);
}

/** Percent with two decimals. */
export function percentOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n + whole / 2n) / whole) / 100;
}

/** Whether subnets of a size fit into the block when it is empty. */
export function fits(block: Block, prefixLength: number): boolean {
  return prefixLength >= block.prefixLength && prefixLength <= addressBits(block.family);
}
