import type { Block } from "../../cidr.js";

/**
 * What all subnets in a block have in common in writing, so that the grid needn't send all others: the whole octets
 * of the prefix, or its hextets up to the first zero, which may be written as "::".
 */
export function narrowedTo(block: Block): { network?: { matches: string } } {
  const matches = prefixPattern(block);
  return matches === undefined ? {} : { network: { matches } };
}

/** The beginning that all addresses and CIDRs in the block share in writing, as a pattern; `undefined`: none. */
export function prefixPattern({ family, first, prefixLength }: Block): string | undefined {
  const parts: string[] = [];
  const [bits, total, radix] = family === 4 ? [8, 32, 10] : [16, 128, 16];
  for (let end = bits; end <= prefixLength; end += bits) {
    const part = (first >> BigInt(total - end)) & ((1n << BigInt(bits)) - 1n);
    if (family === 6 && part === 0n) break;
    parts.push(part.toString(radix));
  }
  if (parts.length === 0) return undefined;
  const separator = family === 4 ? "\\." : ":";
  return `^${parts.join(separator)}${parts.length * bits === total ? "" : separator}`;
}
