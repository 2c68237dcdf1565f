import { addressBits, type Block, blockOf, firstOf, formatAddress } from "../../cidr.js";

/**
 * Regular expressions for searches with `network~=`. A grid matches them against the address without the prefix length, so the
 * caller has to compare the prefix lengths.
 */

/** Matches the first address of the block and of all blocks around it. */
export function aroundPattern(block: Block): string {
  const addresses = Array.from({ length: block.prefixLength + 1 }, (_, prefixLength) =>
    formatAddress(firstOf(blockOf(firstOf(block), prefixLength))),
  );
  return exactly([...new Set(addresses)]);
}

/** Matches the addresses in the block. For IPv6 it also matches some others, since `::` may stand for fewer zeros. */
export function insidePattern(block: Block): string {
  if (block.prefixLength === 0) return block.family === 4 ? "\\." : ":";
  if (block.prefixLength === addressBits(block.family)) return exactly([formatAddress(firstOf(block))]);
  return block.family === 4 ? insideIpv4(block) : insideIpv6(block);
}

function exactly(addresses: readonly string[]): string {
  return `^(${addresses.map((address) => address.replaceAll(".", "\\.")).join("|")})(/|$)`;
}

function insideIpv4({ first, prefixLength }: Block): string {
  const octets = [24n, 16n, 8n, 0n].map((shift) => Number((first >> shift) & 255n));
  const whole = Math.floor(prefixLength / 8);
  const fixed = octets.slice(0, whole).map((octet) => `${octet}\\.`);
  const [octet = 0] = octets.slice(whole);
  const values = prefixLength % 8 === 0 ? undefined : range(octet, 256 >> (prefixLength % 8));
  const head = `^${fixed.join("")}`;
  return values === undefined ? head : `${head}(${values.join("|")})${whole === 3 ? "(/|$)" : "\\."}`;
}

const groupCount = 8;

/** One alternative for each way in which `::` may replace zeros of the fixed groups. */
function insideIpv6({ first, prefixLength }: Block): string {
  const groups = Array.from({ length: groupCount }, (_, index) =>
    Number((first >> BigInt(16 * (groupCount - 1 - index))) & 0xffffn),
  );
  const whole = Math.floor(prefixLength / 16);
  const fixed = groups.slice(0, whole);
  const partial = prefixLength % 16 === 0 ? undefined : partialGroup(groups[whole] ?? 0, prefixLength % 16);
  const last = partial && `${partial.text}(:|/|$)`;
  const texts = [`${fixed.map((group) => `${hex(group)}:`).join("")}${last ?? ""}`];
  for (let begin = 0; begin <= whole; begin += 1) {
    const head = fixed.slice(0, begin).map(hex).join(":");
    // The zeros may continue after the fixed groups.
    const isOpen = fixed.slice(begin).every((group) => group === 0) && (partial?.hasZero ?? true);
    if (isOpen) texts.push(`${head}::`);
    for (let end = begin + 1; end <= whole && groups[end - 1] === 0; end += 1) {
      const tail = fixed.slice(end).map((group) => `${hex(group)}:`);
      if (end < whole || last !== undefined) texts.push(`${head}::${tail.join("")}${last ?? ""}`);
    }
  }
  return `^(${texts.join("|")})`;
}

/** A pattern for a group whose first bits are fixed, written without leading zeros. */
function partialGroup(group: number, bits: number): { readonly text: string; readonly hasZero: boolean } {
  const [low, high] = [group, group + (1 << (16 - bits)) - 1];
  const texts: string[] = [];
  for (let length = 1; length <= 4; length += 1) {
    const [from, to] = [
      Math.max(low, length === 1 ? 0 : 16 ** (length - 1)),
      Math.min(high, 16 ** length - 1),
    ];
    if (from <= to) texts.push(digitsBetween(hex(from), hex(to)));
  }
  return { text: `(${texts.join("|")})`, hasZero: low === 0 };
}

/** A pattern for the numbers between two with the same number of digits and the same first bits. */
function digitsBetween(from: string, to: string): string {
  return [...from]
    .map((digit, index) => {
      const other = to[index] ?? digit;
      if (digit === other) return digit;
      const values = range(
        Number.parseInt(digit, 16),
        Number.parseInt(other, 16) - Number.parseInt(digit, 16) + 1,
      );
      return `[${values.map(hex).join("")}]`;
    })
    .join("");
}

function hex(value: number): string {
  return value.toString(16);
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
