import type { RequestDifference } from "../../errors.js";
import { type Compared, differing } from "../engine/request-mismatch.js";
import { canonicalValue, type WantedRecord } from "../objects/records.js";
import type { DnsRecordDetails } from "../objects/results.js";
import { canonicalAddress } from "../requests/syntax.js";

/**
 * The differences between a record and the request with its id. Only name and data are compared, if the request gives them: not
 * the comment, the attributes or the time to live.
 */
export function recordDifferences(wanted: WantedRecord, existing: DnsRecordDetails): RequestDifference[] {
  const { type, name, ip, canonical, exchanger, target, text, value } = wanted;
  if (existing.type !== type) return differing([["type", type, existing.type]]);
  const all: Compared[] = [
    ["name", name, type === "PTR" ? existing.target : existing.name],
    ["ip", canonicalAddress(ip), existing.ip],
    ["canonical", canonical, existing.target],
    ["exchanger", exchanger, existing.target],
    ["target", target, existing.target],
    ["text", text, existing.text],
    ["value", value, existing.text],
    ...(["preference", "port", "priority", "weight", "flags", "tag"] as const).map(
      (field): Compared => [field, wanted[field], existing[field]],
    ),
  ];
  const said = all.filter(([, requested]) => requested !== undefined);
  return differing(
    said.map(([field, requested, there]) => {
      const same = field === "value" ? "ca_value" : field;
      return [field, canonicalValue(same, requested), canonicalValue(same, there)];
    }),
  );
}
