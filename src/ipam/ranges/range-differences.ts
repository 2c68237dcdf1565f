import { firstOf, formatAddress, lastOf, type Span } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { differing } from "../engine/request-mismatch.js";
import type { AddressRange } from "../objects/results.js";

/** The differences between a range and the request with its id. @param span - `undefined` if its ends are not known yet */
export function rangeDifferences(span: Span | undefined, { first, last }: AddressRange): RequestDifference[] {
  if (span === undefined) return [];
  return differing([
    ["first", formatAddress(firstOf(span)), first],
    ["last", formatAddress(lastOf(span)), last],
  ]);
}
