import { type Block, contains, formatSpan, hostSpan, type Span, size, spanOf } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { spanOfTarget, type Target } from "../requests/targets.js";

/** The addresses of a source that are never taken, by their position in it. */
export interface AddressPolicy {
  /** How many addresses to skip at the beginning of each source: `10` skips the first ten that hosts can have. Default: 0. */
  readonly skipFirst?: number | undefined;
  /** How many addresses to skip at the end of each source. Default: 0. */
  readonly skipLast?: number | undefined;
  /** Whether to skip IPv4 addresses that end in `.0` or `.255`. Large subnets have such hosts, but some devices refuse them. */
  readonly avoidEdges?: boolean | undefined;
}

/** The addresses that a policy excludes from sources. @throws {InvalidRequestError} if the addresses of a source are not known */
export function policyExclusions(targets: readonly Target[], policy: AddressPolicy): Span[] {
  const { skipFirst = 0, skipLast = 0, avoidEdges = false } = policy;
  if (skipFirst === 0 && skipLast === 0 && !avoidEdges) return [];
  return targets.flatMap((target) => {
    const span = spanOfTarget(target);
    if (span === undefined) {
      const field = skipFirst > 0 ? "skipFirst" : skipLast > 0 ? "skipLast" : "avoidEdges";
      const problem = `needs the addresses of its sources, and those of ${target.text} are not known: pass its CIDR`;
      throw invalid(field, policy[field], problem, undefined);
    }
    const hosts = "prefixLength" in span ? hostSpan(span as Block) : span;
    return [...skipped(hosts, skipFirst, skipLast), ...(avoidEdges ? edges(hosts) : [])];
  });
}

function skipped(hosts: Span, skipFirst: number, skipLast: number): Span[] {
  const { family, first, last } = hosts;
  if (BigInt(skipFirst + skipLast) >= size(hosts)) {
    throw invalid("skipFirst", skipFirst, `nothing would be left of ${formatSpan(hosts)}`, 10);
  }
  return [
    ...(skipFirst > 0 ? [{ family, first, last: first + BigInt(skipFirst) - 1n }] : []),
    ...(skipLast > 0 ? [{ family, first: last - BigInt(skipLast) + 1n, last }] : []),
  ];
}

/** The first and the last address of each /24 that the span touches. */
function edges(hosts: Span): Span[] {
  const { family } = hosts;
  if (family === 6) return [];
  const found: Span[] = [];
  for (let start = (hosts.first >> 8n) << 8n; start <= hosts.last; start += 256n) {
    for (const value of [start, start + 255n]) {
      if (contains(hosts, { family, value })) found.push(spanOf({ family, value }));
    }
  }
  return found;
}
