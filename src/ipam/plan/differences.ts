/** In what that which an earlier plan with the same id has made differs from what is asked for. See `subnetDifferences`. */

import { firstOf, formatAddress, formatBlock, lastOf, type Span } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { canonicalName } from "../dns-name.js";
import { differing } from "../once/request-mismatch.js";
import type { Container } from "../results.js";
import type { SubnetOrder } from "../subnets/subnet-order.js";
import type { AddressRange, DnsRecord } from "./results.js";

export function containerDifferences(
  { family, place }: SubnetOrder,
  { cidr, family: existing, prefixLength }: Container,
): RequestDifference[] {
  return differing([
    ["family", family, existing],
    place.kind === "explicit"
      ? ["cidr", formatBlock(place.block), cidr]
      : ["prefixLength", place.prefixLength, prefixLength],
  ]);
}

/** Compares as far as the ends are known. */
export function rangeDifferences(span: Span | undefined, { first, last }: AddressRange): RequestDifference[] {
  if (span === undefined) return [];
  return differing([
    ["first", formatAddress(firstOf(span)), first],
    ["last", formatAddress(lastOf(span)), last],
  ]);
}

/** What a DNS record is called and points at, where that was said. */
export interface NamedRecord {
  readonly name: string;
  readonly target?: string | undefined;
}

/** Names are the same in capitals. */
export function recordDifferences({ name, target }: NamedRecord, record: DnsRecord): RequestDifference[] {
  const existing = record.type === "PTR" ? record.value : record.name;
  return differing([
    ["name", canonicalName(name), canonicalName(existing)],
    ...(target === undefined
      ? []
      : [["target", canonicalName(target), canonicalName(record.value)] as const]),
  ]);
}
