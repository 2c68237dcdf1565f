import { type Family, formatAddress, parseAddress } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { canonicalName, isSameName } from "../requests/dns-name.js";
import { plainTxt, wireTxt } from "../requests/txt.js";
import { type RecordKind, type RecordType, recordKinds } from "./record-kinds.js";
import type { DnsRecord, DnsRecordDetails } from "./results.js";
import { identified, identityField } from "./rows.js";

const commonFields = ["name", "view", "ttl", "use_ttl", "comment", "extattrs", identityField] as const;

/** A grid keeps of a name server's record neither comment nor attributes, and of some who made it. */
const nameServerFields = ["name", "view", "creator", "addresses", identityField] as const;

/** What is read of a record. */
export function recordFields(kind: RecordKind): readonly string[] {
  return [...(hasMarks(kind) ? commonFields : nameServerFields), ...recordKinds[kind].fields];
}

/** Whether records of the kind can say who made them: a comment, attributes, a time to live. NS records can't. */
export function hasMarks(kind: RecordKind): boolean {
  return kind !== "NS";
}

/** A record as it is wanted, with what it points at spelled out. */
export interface WantedRecord {
  readonly type: RecordKind;
  readonly name: string;
  readonly ip?: string | undefined;
  /** Of a PTR record's `ip`, which may not be known yet. */
  readonly family?: Family | undefined;
  readonly canonical?: string | undefined;
  readonly text?: string | undefined;
  readonly exchanger?: string | undefined;
  readonly preference?: number | undefined;
  readonly target?: string | undefined;
  readonly port?: number | undefined;
  readonly priority?: number | undefined;
  readonly weight?: number | undefined;
  readonly nameserver?: string | undefined;
  /** Of a name server. */
  readonly ips?: string | readonly string[] | undefined;
  readonly flags?: number | undefined;
  readonly tag?: string | undefined;
  readonly value?: string | undefined;
}

/**
 * Refuses what a grid doesn't keep with a record of its type.
 *
 * @param at - where the record is described, for the error
 * @throws {InvalidRequestError}
 */
export function refuseMarks(record: { readonly type: RecordKind } & object, at = ""): void {
  if (hasMarks(record.type)) return;
  const given = record as Readonly<Record<string, unknown>>;
  for (const field of ["comment", "extattrs", "cloud", "ttl"]) {
    const value = given[field];
    if (value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0)) continue;
    throw invalid(
      `${at}${field}`,
      value,
      `a grid keeps none with a record of type ${record.type}`,
      undefined,
    );
  }
}

/** The fields that make the record what it is, as the grid spells them. */
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

/** Addresses of a name server, without the PTR records that a grid would make with them unasked. */
function wireServerAddresses(ips: WantedRecord["ips"]): object[] {
  const texts = ips === undefined ? [] : [ips].flat();
  return texts.map((text) => {
    const address = parseAddress(text);
    return { address: address === undefined ? text : formatAddress(address), auto_create_ptr: false };
  });
}

/** The addresses of a name server in its record, lowest text first: their order means nothing. */
export function serverAddressesOf(row: Readonly<Record<string, unknown>>): string[] {
  const { addresses } = row as { readonly addresses?: readonly { readonly address?: string }[] };
  return (addresses ?? []).flatMap(({ address }) => address ?? []).sort();
}

/** A record's row, whatever its kind. */
export type RecordRow = Readonly<Record<string, unknown>> & {
  readonly _ref: string;
  readonly uuid?: string;
  readonly name?: string;
  readonly view?: string;
  readonly ttl?: number;
  readonly use_ttl?: boolean;
  readonly comment?: string;
  readonly extattrs?: ExtensibleAttributes;
};

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
    // A grid shows a time to live even where the zone's holds.
    ttl: row.use_ttl === true ? row.ttl : undefined,
    comment: row.comment,
    extattrs: row.extattrs ?? {},
    created,
  });
}

/** A field of a record as this API has it: a text is what it says, however it was written. */
export function plainValue(field: string, value: unknown): unknown {
  return field === "text" && typeof value === "string" ? plainTxt(value) : value;
}

/** Texts that are no names. */
const exactFields: ReadonlySet<string> = new Set(["text", "ca_value"]);

/** A value as it is the same for all that mean the same. */
export function canonicalValue(field: string, value: unknown): unknown {
  return exactFields.has(field) || typeof value !== "string" ? value : canonicalName(value);
}

/** Whether two such values mean the same: names are the same in capitals, texts are not. */
export function isSameValue(field: string, one: unknown, other: unknown): boolean {
  if (exactFields.has(field) || typeof one !== "string" || typeof other !== "string") return one === other;
  return isSameName(one, other);
}

/** Whether an address can stand in such a record. */
export function fitsRecord(kind: RecordKind, ip: string): boolean {
  const family = parseAddress(ip)?.family;
  return family !== undefined && (kind === "PTR" || family === (kind === "A" ? 4 : 6));
}

/** What the name that a record leads to is called on the grid. */
export const targetFields: Readonly<Partial<Record<RecordKind, string>>> = {
  PTR: "ptrdname",
  CNAME: "canonical",
  MX: "mail_exchanger",
  SRV: "target",
  NS: "nameserver",
};

/** What is read of a record, with its zone. */
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

/** The kind of record that an object type is. */
export function kindOfType(type: string | undefined): RecordKind | undefined {
  return (Object.keys(recordKinds) as RecordKind[]).find((kind) => recordKinds[kind].type === type);
}
