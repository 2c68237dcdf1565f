import type { RequestDifference } from "../../errors.js";
import { differing } from "../engine/request-mismatch.js";
import type { DnsRecord } from "../objects/results.js";
import { canonicalName } from "../requests/dns-name.js";

/** What a DNS record is called and points at, where that was said. */
export interface NamedRecord {
  readonly name: string;
  readonly target?: string | undefined;
}

/** Names are compared as DNS does. */
export function recordDifferences({ name, target }: NamedRecord, record: DnsRecord): RequestDifference[] {
  const existing = record.type === "PTR" ? record.value : record.name;
  return differing([
    ["name", canonicalName(name), canonicalName(existing)],
    ...(target === undefined
      ? []
      : [["target", canonicalName(target), canonicalName(record.value)] as const]),
  ]);
}
