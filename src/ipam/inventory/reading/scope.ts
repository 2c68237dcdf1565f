import { type Block, contains, type Family, overlaps, parseAddress, parseBlock } from "../../../cidr.js";
import { prefixPattern } from "../../sources/within.js";
import type { InventoryPart } from "../requests.js";

/** What the inventory of one network view reads. */
export interface Scope {
  readonly networkView: string;
  readonly dnsViews: readonly string[];
  /** `undefined`: everything. */
  readonly blocks: readonly Block[] | undefined;
  readonly families: readonly Family[];
  readonly parts: ReadonlySet<InventoryPart>;
}

/** Beyond so many blocks, one search for all takes fewer requests. */
const fewBlocks = 8;

/** Blocks by which searches are narrowed; `[undefined]` for one search of everything. */
export function searchesOf({ blocks }: Scope, family: Family): readonly (Block | undefined)[] {
  if (blocks === undefined) return [undefined];
  const own = blocks.filter((block) => block.family === family);
  return own.length > fewBlocks ? [undefined] : own;
}

/** The same for types that hold addresses of both families. */
export function searchesOfBoth({ blocks, families }: Scope): readonly (Block | undefined)[] {
  if (blocks === undefined) return [undefined];
  const own = blocks.filter(({ family }) => families.includes(family));
  return own.length > fewBlocks ? [undefined] : own;
}

export function matching(field: string, block: Block | undefined): object {
  const matches = block && prefixPattern(block);
  return matches === undefined ? {} : { [field]: { matches } };
}

export function isWithin({ blocks }: Scope, ip: string): boolean {
  if (blocks === undefined) return true;
  const address = parseAddress(ip);
  return address !== undefined && blocks.some((block) => contains(block, address));
}

export function touches({ blocks }: Scope, cidr: string): boolean {
  if (blocks === undefined) return true;
  const block = parseBlock(cidr);
  return block !== undefined && blocks.some((one) => overlaps(one, block));
}
