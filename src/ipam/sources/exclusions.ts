import {
  blockOf,
  blocksOf,
  type Family,
  firstOf,
  formatAddress,
  formatBlock,
  formatSpan,
  gaps,
  lastOf,
  mergeSpans,
  overlaps,
  parseSpan,
  type Span,
  size,
  subnets,
} from "../../cidr.js";
import { invalid } from "../../errors.js";

/**
 * How many addresses or subnets one request may exclude. A grid takes a list of single ones in the body of the request. To exclude
 * more, use another source, such as a range or a smaller container.
 */
export const maxExclusions = 4096;

/** The spans of the exclusions, sorted and merged. All must be of this family. */
export function parseExclusions(texts: string | readonly string[] | undefined, family: Family): Span[] {
  const spans = [texts ?? []].flat().map((text, index) => {
    const span = parseSpan(text);
    if (span?.family === family) return span;
    const problem = span ? `is IPv${span.family} in an IPv${family} request` : "is no address, CIDR or range";
    const example = family === 4 ? "10.0.0.1-10.0.0.9" : "2001:db8::1-2001:db8::9";
    throw invalid(`exclude[${index}]`, text, problem, example);
  });
  return mergeSpans(spans);
}

/**
 * The exclusions for `next_available_ip`: a list of single addresses, without those outside the source.
 *
 * @param within - the addresses of the source, if they are known
 */
export function excludedAddresses(spans: readonly Span[], within?: Span): string[] {
  const relevant = clip(spans, within);
  const count = relevant.reduce((sum, span) => sum + size(span), 0n);
  refuseTooMany(spans, count, "addresses", "take from a range, or a smaller subnet");
  return relevant.flatMap((span) =>
    Array.from({ length: Number(size(span)) }, (_, offset) =>
      formatAddress({ family: span.family, value: span.first + BigInt(offset) }),
    ),
  );
}

/**
 * The exclusions for `next_available_network`: each subnet of the wanted size that contains an excluded address. All have exactly
 * that size, since it is not known how a grid compares blocks of another size.
 */
export function excludedSubnets(spans: readonly Span[], prefixLength: number, within?: Span): string[] {
  const relevant = mergeSpans(clip(spans, within).map((span) => widened(span, prefixLength)));
  const countIn = (span: Span) => size(span) / size(blockOf(firstOf(span), prefixLength));
  const count = relevant.reduce((sum, span) => sum + countIn(span), 0n);
  const instead = "take from smaller containers that leave them out";
  refuseTooMany(spans, count, `subnets of /${prefixLength}`, instead);
  const blocks = relevant.flatMap((span) => [...blocksOf(span)]);
  return blocks.flatMap((block) => [...subnets(block, prefixLength)].map(formatBlock));
}

export function isExcluded(block: Span, spans: readonly Span[]): boolean {
  return spans.some((span) => overlaps(block, span));
}

/** The parts of the spans that lie within. They are the gaps between the gaps. */
function clip(spans: readonly Span[], within: Span | undefined): readonly Span[] {
  return within === undefined ? spans : [...gaps(within, gaps(within, spans))];
}

/** The span, extended to whole blocks of that size. */
function widened(span: Span, prefixLength: number): Span {
  const { first } = blockOf(firstOf(span), prefixLength);
  const { last } = blockOf(lastOf(span), prefixLength);
  return { family: span.family, first, last };
}

function refuseTooMany(spans: readonly Span[], count: bigint, what: string, instead: string): void {
  if (count <= BigInt(maxExclusions)) return;
  const problem = `stands for ${count} ${what}, and at most ${maxExclusions} fit in one request; ${instead}`;
  throw invalid("exclude", spans.map(formatSpan), problem, "10.0.0.1-10.0.0.9");
}
