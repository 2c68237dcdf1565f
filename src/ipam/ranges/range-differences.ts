import { firstOf, formatAddress, lastOf, type Span } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { differing } from "../engine/request-mismatch.js";
import type { AddressRange } from "../objects/results.js";

/** In what a range differs from a request with its id. */
// Compared as far as the ends are known.
export function rangeDifferences(span: Span | undefined, { first, last }: AddressRange): RequestDifference[] {
  if (span === undefined) return [];
  return differing([
    ["first", formatAddress(firstOf(span)), first],
    ["last", formatAddress(lastOf(span)), last],
  ]);
}
