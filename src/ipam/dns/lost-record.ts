import { formatAddress } from "../../cidr.js";
import type { UncertainWriteError } from "../../errors.js";
import { uncertain } from "../once/lost-answers.js";
import type { Marks } from "../ownership.js";
import type { RecordRow } from "../plan/records.js";
import { findRecords as searchFor } from "../plan/steps/record.js";
import type { IpamSettings } from "../settings.js";
import { checkedAddress } from "../syntax.js";
import { findRecords } from "./find-records.js";
import { detailsOf } from "./record-types.js";
import type { DnsQuery, DnsRecordDetails, NewDnsRecord } from "./requests.js";

/**
 * The record that a create whose answer was lost has made, if it has. Found by its one-time id; on a grid without these
 * by all that it says, which no second record may: only of a record whose address the grid has chosen that isn't known.
 *
 * @throws {UncertainWriteError} where it can't be told
 */
export async function lostRecord(
  settings: IpamSettings,
  record: NewDnsRecord,
  dnsView: string,
  marks: Marks,
  lost: UncertainWriteError,
): Promise<DnsRecordDetails | undefined> {
  const { type, signal } = record;
  const { attemptAttribute = "" } = settings.ownership;
  const attempt = (marks.extattrs as Readonly<Record<string, unknown>> | undefined)?.[attemptAttribute];
  if (attempt !== undefined) {
    const where = { view: dnsView, extattrs: { [attemptAttribute]: attempt } };
    const [rows] = await settings.wapi.batch([searchFor(type, where, ["zone"])], { signal });
    const [row] = rows as readonly RecordRow[];
    return row && detailsOf(type, row, true);
  }
  const query = queryFor(record);
  if (query === undefined) throw uncertain(lost, whatToLookFor(record, dnsView), undefined);
  const found = await findRecords(settings, { ...query, type, dnsView, signal });
  const same = found.find((one) => saysTheSame(one, record));
  return same && { ...same, created: true };
}

/** For the error of a record that nobody can tell. */
export function whatToLookFor({ type, name }: NewDnsRecord, dnsView: string): string {
  return `If it was, there is a new ${type} record ${type === "PTR" ? "to " : ""}${name} in DNS view "${dnsView}": look for it with ipam.dns.find.`;
}

function queryFor(record: NewDnsRecord): DnsQuery | undefined {
  switch (record.type) {
    case "A":
    case "AAAA":
      return record.ip === undefined ? undefined : { name: record.name, ip: canonical(record.ip) };
    case "PTR":
      return { ip: canonical(record.ip), target: record.name };
    case "CNAME":
      return { name: record.name, target: record.canonical };
    case "MX":
      return { name: record.name, target: record.exchanger };
    case "SRV":
      return { name: record.name, target: record.target };
    case "TXT":
      return { name: record.name };
  }
}

function canonical(ip: string): string {
  return formatAddress(checkedAddress("ip", ip));
}

const told = ["text", "preference", "port", "priority", "weight"] as const;

function saysTheSame(found: DnsRecordDetails, record: NewDnsRecord): boolean {
  const wanted = record as Partial<Record<(typeof told)[number], unknown>>;
  return told.every((field) => wanted[field] === undefined || wanted[field] === found[field]);
}
