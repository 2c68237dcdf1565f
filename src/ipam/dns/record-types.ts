import {
  plainValue,
  type RecordKind,
  type RecordRow,
  recordFields,
  recordKinds,
  recordOf,
} from "../plan/records.js";
import type { DnsRecordDetails } from "./requests.js";

/** What the name that a record leads to is called on the grid. */
export const targetFields: Readonly<Partial<Record<RecordKind, string>>> = {
  PTR: "ptrdname",
  CNAME: "canonical",
  MX: "mail_exchanger",
  SRV: "target",
};

/** What is read of a record, with its zone. */
export function detailFields(kind: RecordKind): readonly string[] {
  return [...recordFields(kind), "zone"];
}

export function detailsOf(kind: RecordKind, row: RecordRow, created: boolean): DnsRecordDetails {
  return {
    ...recordOf(kind, row, created),
    ip: textOf(row, "ipv4addr") ?? textOf(row, "ipv6addr"),
    target: textOf(row, targetFields[kind] ?? ""),
    text: textOf(row, "text"),
    preference: numberOf(row, "preference"),
    port: numberOf(row, "port"),
    priority: numberOf(row, "priority"),
    weight: numberOf(row, "weight"),
    zone: textOf(row, "zone"),
  };
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
