import { type Block, compareSpans, contains } from "../../cidr.js";

/**
 * A search that matches all subnets in a block, and few others, by the text of their CIDRs: by the whole octets of the prefix, or
 * its hextets up to the first zero, since zeros may be written as "::".
 */
export function narrowedTo(block: Block): { network?: { matches: string } } {
  const matches = prefixPattern(block);
  return matches === undefined ? {} : { network: { matches } };
}

/** A pattern for the text that all addresses and CIDRs in the block begin with; `undefined` if there is none. */
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

/**
 * More exact patterns: several if an IPv4 prefix ends inside an octet. None has alternatives. For 172.16.0.0/12 they are
 * `^172\.1[6-9]\.`, `^172\.2[0-9]\.` and `^172\.3[0-1]\.`.
 */
export function closePatterns(block: Block): readonly (string | undefined)[] {
  const { family, first, last, prefixLength } = block;
  const end = prefixLength - (prefixLength % 8) + 8;
  if (family === 6 || prefixLength % 8 === 0 || end === 32) return [prefixPattern(block)];
  const octetOf = (value: bigint) => Number((value >> BigInt(32 - end)) & 0xffn);
  const before = prefixPattern(block) ?? "^";
  return numberPatterns(octetOf(first), octetOf(last)).map((octet) => `${before}${octet}\\.`);
}

/** Patterns for the numbers in a range, one for each ten. */
function numberPatterns(from: number, to: number): string[] {
  const patterns: string[] = [];
  for (let first = from; first <= to; ) {
    const last = Math.min(to, first - (first % 10) + 9);
    const tens = first < 10 ? "" : String(Math.floor(first / 10));
    patterns.push(`${tens}${first === last ? first % 10 : `[${first % 10}-${last % 10}]`}`);
    first = last + 1;
  }
  return patterns;
}

/** The blocks that lie in no other block, lowest first. */
export function outermost(blocks: readonly Block[]): Block[] {
  const outer: Block[] = [];
  for (const block of [...blocks].sort(compareSpans)) {
    const last = outer.at(-1);
    if (last === undefined || !contains(last, block)) outer.push(block);
  }
  return outer;
}
