import { type Family, parseAddress, reverseName } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { canonicalName, isSameName } from "../requests/dns-name.js";
import type { RecordData } from "../requests/requests.js";
import { canonicalAddress } from "../requests/syntax.js";
import { plainTxt, wireTxt } from "../requests/txt.js";
import { type RecordKind, type RecordType, recordKinds, recordTypes } from "./record-kinds.js";
import type { DnsRecord, DnsRecordDetails } from "./results.js";
import { identified, identityField, type RowOf } from "./rows.js";

const commonFields = ["name", "view", "ttl", "use_ttl", "comment", "extattrs", identityField] as const;

/** NS records have no comment and no attributes. `creator` shows whether the grid made them. */
const nameServerFields = ["name", "view", "creator", "addresses", identityField] as const;

export function recordFields(kind: RecordKind): readonly string[] {
  return [...(hasMarks(kind) ? commonFields : nameServerFields), ...recordKinds[kind].fields];
}

/** Whether records of this kind have a comment, attributes and a time to live. NS records do not. */
export function hasMarks(kind: RecordKind): boolean {
  return kind !== "NS";
}

/** A record to be made or found. */
export interface WantedRecord extends RecordData {
  readonly type: RecordKind;
  readonly name: string;
  /** The family of a PTR record's `ip`, which may not be known yet. */
  readonly family?: Family | undefined;
}

/**
 * Refuses fields that a record of its type does not have.
 *
 * @param at - the path of the record in the request, for the error
 * @throws {InvalidRequestError} if a field is given that NS records do not have
 */
export function refuseMarks(record: { readonly type: RecordKind } & object, at = ""): void {
  if (hasMarks(record.type)) return;
  const given = record as Readonly<Record<string, unknown>>;
  for (const field of ["comment", "extattrs", "cloud", "ttl"]) {
    const value = given[field];
    if (value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0)) continue;
    throw invalid(`${at}${field}`, value, `records of type ${record.type} have no ${field}`, undefined);
  }
}

/** The name that a record has in DNS: for a PTR record the reverse name of its address, if that is known. */
export function ownName({
  type,
  name,
  ip,
}: {
  type?: RecordKind;
  name: string;
  ip?: unknown;
}): string | undefined {
  if (type !== "PTR") return name;
  const address = typeof ip === "string" ? parseAddress(ip) : undefined;
  return address && reverseName(address);
}

/** The name and data of a record, as WAPI fields. */
export function recordValues(record: WantedRecord): Record<string, unknown> {
  const { name, ip } = record;
  switch (record.type) {
    case "A":
      return { name, ipv4addr: ip };
    case "AAAA":
      return { name, ipv6addr: ip };
    case "PTR":
      return { ptrdname: name, [record.family === 6 ? "ipv6addr" : "ipv4addr"]: ip };
    case "CNAME":
      return { name, canonical: record.canonical };
    case "TXT":
      return { name, text: wireTxt(record.text ?? "") };
    case "MX":
      return { name, mail_exchanger: record.exchanger, preference: record.preference };
    case "SRV": {
      const { target, port, priority, weight } = record;
      return { name, target, port, priority, weight };
    }
    case "NS":
      return { name, nameserver: record.nameserver, addresses: wireServerAddresses(record.ips) };
    case "CAA":
      return { name, ca_flag: record.flags, ca_tag: record.tag, ca_value: record.value };
  }
}

/** The addresses of a name server, without the PTR records that a grid would otherwise make. */
function wireServerAddresses(ips: WantedRecord["ips"]): object[] {
  const texts = [ips ?? []].flat();
  return texts.map((ip) => ({ address: canonicalAddress(ip) ?? ip, auto_create_ptr: false }));
}

/** The addresses of a name server in its record, sorted, since their order has no meaning. */
export function serverAddressesOf(row: Readonly<Record<string, unknown>>): string[] {
  const { addresses } = row as { readonly addresses?: readonly { readonly address?: string }[] };
  return (addresses ?? []).flatMap(({ address }) => address ?? []).sort();
}

/** The row of a record of any kind. */
export type RecordRow = Readonly<Record<string, unknown>> &
  Omit<RowOf<"record:a", (typeof commonFields)[number]>, "_ref"> & { readonly _ref: string };

export function recordOf(kind: RecordKind, row: RecordRow, created: boolean): DnsRecord {
  const parts =
    kind === "PTR"
      ? [row["ptrdname"]]
      : recordKinds[kind].fields.map((field) => plainValue(field, row[field]));
  return identified(row, {
    type: kind,
    name: row.name ?? "",
    value: parts.join(" "),
    ref: row._ref as Ref<RecordType>,
    dnsView: row.view,
    // A grid shows a time to live even if the record uses that of its zone.
    ttl: row.use_ttl === true ? row.ttl : undefined,
    comment: row.comment,
    extattrs: row.extattrs ?? {},
    created,
  });
}

/** A field's value as this API shows it: the plain text of a TXT record, without quotes and escapes. */
export function plainValue(field: string, value: unknown): unknown {
  return field === "text" && typeof value === "string" ? plainTxt(value) : value;
}

/** Fields that hold texts, not names. */
const exactFields: ReadonlySet<string> = new Set(["text", "ca_value"]);

/** The value in a form that is equal for all spellings of one name. */
export function canonicalValue(field: string, value: unknown): unknown {
  return exactFields.has(field) || typeof value !== "string" ? value : canonicalName(value);
}

/** Whether two values are the same. Names are compared without regard to case, texts exactly. */
export function isSameValue(field: string, one: unknown, other: unknown): boolean {
  if (exactFields.has(field) || typeof one !== "string" || typeof other !== "string") return one === other;
  return isSameName(one, other);
}

/** Whether a record of this kind can hold the address. */
export function fitsRecord(kind: RecordKind, ip: string): boolean {
  const family = parseAddress(ip)?.family;
  return family !== undefined && (kind === "PTR" || family === (kind === "A" ? 4 : 6));
}

/** The field with the name that a record points to. */
export const targetFields: Readonly<Partial<Record<RecordKind, string>>> = {
  PTR: "ptrdname",
  CNAME: "canonical",
  MX: "mail_exchanger",
  SRV: "target",
  NS: "nameserver",
};

/** The fields that are read of a record, with its zone. */
export function detailFields(kind: RecordKind): readonly string[] {
  return [...recordFields(kind), "zone"];
}

export function detailsOf(kind: RecordKind, row: RecordRow, created: boolean): DnsRecordDetails {
  return identified(row, {
    ...recordOf(kind, row, created),
    ip: textOf(row, "ipv4addr") ?? textOf(row, "ipv6addr"),
    target: textOf(row, targetFields[kind] ?? ""),
    text: textOf(row, "text") ?? textOf(row, "ca_value"),
    preference: numberOf(row, "preference"),
    port: numberOf(row, "port"),
    priority: numberOf(row, "priority"),
    weight: numberOf(row, "weight"),
    flags: numberOf(row, "ca_flag"),
    tag: textOf(row, "ca_tag"),
    zone: textOf(row, "zone"),
  });
}

function textOf(row: RecordRow, field: string): string | undefined {
  const value = plainValue(field, row[field]);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberOf(row: RecordRow, field: string): number | undefined {
  const value = row[field];
  return typeof value === "number" ? value : undefined;
}

export function kindOfType(type: string | undefined): RecordKind | undefined {
  return recordTypes.find((kind) => recordKinds[kind].type === type);
}
