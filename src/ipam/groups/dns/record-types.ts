import type { ExtensibleAttributes } from "../../../wapi/extattrs.js";
import type { Ref } from "../../../wapi/ref.js";
import type { ObjectType } from "../../../wapi/types.js";
import type { DnsRecord, DnsType } from "./requests.js";

/** The WAPI object type of each record. */
export const recordTypes = {
  A: "record:a",
  AAAA: "record:aaaa",
  PTR: "record:ptr",
  CNAME: "record:cname",
  MX: "record:mx",
  TXT: "record:txt",
  SRV: "record:srv",
} as const satisfies Readonly<Record<DnsType, ObjectType>>;

export type RecordType = (typeof recordTypes)[DnsType];

/** What this API calls each record's own fields, and what the grid does. */
export const ownFields: Readonly<Record<DnsType, Readonly<Partial<Record<keyof DnsRecord, string>>>>> = {
  A: { ip: "ipv4addr" },
  AAAA: { ip: "ipv6addr" },
  PTR: { target: "ptrdname" },
  CNAME: { target: "canonical" },
  MX: { target: "mail_exchanger", preference: "preference" },
  TXT: { text: "text" },
  SRV: { target: "target", port: "port", priority: "priority", weight: "weight" },
};

/** A row of any of these types, as far as the type has the field. */
export interface RecordRow {
  readonly _ref: Ref<RecordType>;
  readonly name?: string;
  readonly view?: string;
  readonly zone?: string;
  readonly ttl?: number;
  readonly use_ttl?: boolean;
  readonly comment?: string;
  readonly extattrs?: ExtensibleAttributes;
  readonly ipv4addr?: string;
  readonly ipv6addr?: string;
  readonly ptrdname?: string;
  readonly canonical?: string;
  readonly mail_exchanger?: string;
  readonly preference?: number;
  readonly text?: string;
  readonly target?: string;
  readonly port?: number;
  readonly priority?: number;
  readonly weight?: number;
}

/** The fields to ask for. */
export function fieldsOf(type: DnsType): readonly string[] {
  const common = ["name", "view", "zone", "ttl", "use_ttl", "comment", "extattrs"];
  const addresses = type === "PTR" ? ["ipv4addr", "ipv6addr"] : [];
  return [...common, ...addresses, ...Object.values(ownFields[type])];
}

export function recordOf(type: DnsType, row: RecordRow): DnsRecord {
  return {
    type,
    ref: row._ref,
    name: row.name ?? "",
    ip: row.ipv4addr || row.ipv6addr || undefined,
    target: row.canonical ?? row.ptrdname ?? row.mail_exchanger ?? row.target,
    text: row.text,
    preference: row.preference,
    port: row.port,
    priority: row.priority,
    weight: row.weight,
    ttl: row.use_ttl ? row.ttl : undefined,
    zone: row.zone || undefined,
    dnsView: row.view,
    comment: row.comment,
    extattrs: row.extattrs ?? {},
  };
}

/** The type of the record that a reference is of. */
export function typeOfRef(type: string): DnsType | undefined {
  return (Object.keys(recordTypes) as DnsType[]).find((name) => recordTypes[name] === type);
}
