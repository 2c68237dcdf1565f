import { type Block, contains, type Family, overlaps, parseAddress, parseBlock } from "../../../cidr.js";
import { closePatterns, prefixPattern } from "../../sources/within.js";
import type { InventoryPart } from "../requests.js";

/** The parts of one network view that the inventory reads. */
export interface Scope {
  readonly networkView: string;
  readonly dnsViews: readonly string[];
  /** `undefined` for all blocks. */
  readonly blocks: readonly Block[] | undefined;
  readonly families: readonly Family[];
  readonly parts: ReadonlySet<InventoryPart>;
}

/** The most searches for one type. Beyond that, one search for all objects takes fewer requests. */
const mostSearches = 8;

/** A pattern for the beginning of addresses, which narrows a search. */
export interface Narrowing {
  readonly family: Family;
  readonly pattern: string;
}

/** The narrowings of the searches for addresses of these families. `[undefined]` is one search for everything. */
export function searchesOf(
  { blocks }: Scope,
  families: readonly Family[],
): readonly (Narrowing | undefined)[] {
  return blocks ? narrowings(blocks.filter(({ family }) => families.includes(family))) : [undefined];
}

/** The narrowings for these blocks: exact patterns if they are few enough, or else wider ones. */
export function narrowings(blocks: readonly Block[]): readonly (Narrowing | undefined)[] {
  for (const patternsOf of [closePatterns, (block: Block) => [prefixPattern(block)]]) {
    const found = new Map<string, Narrowing>();
    const all = blocks.flatMap((block) =>
      patternsOf(block).map((pattern) => ({ family: block.family, pattern })),
    );
    if (all.some(({ pattern }) => pattern === undefined)) continue;
    for (const { family, pattern = "" } of all) found.set(pattern, { family, pattern });
    if (found.size <= mostSearches) return [...found.values()];
  }
  return [undefined];
}

export function matching(field: string, narrowing: Narrowing | undefined): object {
  return narrowing === undefined ? {} : { [field]: { matches: narrowing.pattern } };
}

/** Whether the inventory reads what is at this address. */
export function isWithin({ blocks, families }: Scope, ip: string): boolean {
  if (!families.includes(ip.includes(":") ? 6 : 4)) return false;
  if (blocks === undefined) return true;
  const address = parseAddress(ip);
  return address !== undefined && blocks.some((block) => contains(block, address));
}

export function touches({ blocks }: Scope, cidr: string): boolean {
  if (blocks === undefined) return true;
  const block = parseBlock(cidr);
  return block !== undefined && blocks.some((one) => overlaps(one, block));
}
