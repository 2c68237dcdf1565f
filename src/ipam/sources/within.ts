import type { Block } from "../../cidr.js";

/**
 * What all subnets in a block have in common in writing, so that the grid needn't send all others: the whole octets
 * of the prefix, or its hextets up to the first zero, which may be written as "::".
 */
export function narrowedTo({ family, first, prefixLength }: Block): { network?: { matches: string } } {
  const parts: string[] = [];
  const [bits, total, radix] = family === 4 ? [8, 32, 10] : [16, 128, 16];
  for (let end = bits; end <= prefixLength; end += bits) {
    const part = (first >> BigInt(total - end)) & ((1n << BigInt(bits)) - 1n);
    if (family === 6 && part === 0n) break;
    parts.push(part.toString(radix));
  }
  if (parts.length === 0) return {};
  const separator = family === 4 ? "\\." : ":";
  return {
    network: { matches: `^${parts.join(separator)}${parts.length * bits === total ? "" : separator}` },
  };
}
