import { formatAddress, parseAddress } from "../../../cidr.js";
import {
  isSameValue,
  plainValue,
  type RecordRow,
  recordKinds,
  recordOf,
  recordValues,
} from "../../plan/records.js";
import { findRecords } from "../../plan/steps/record.js";
import { comparedDescription, comparedField, comparedTtl, fieldsOf, object } from "../comparing.js";
import type { DesiredRecord } from "../description.js";
import type { Entry, Row } from "../entry.js";
import type { Scope } from "../scope.js";
import { withoutNulls } from "./block.js";

/**
 * A DNS record. Several of one type and name may be meant to be there, so the one that points where it should is taken
 * for the described one; where there is but one on both sides, it is the same one, pointing elsewhere.
 *
 * @param isAlone - whether no other entry has its type and name
 */
export function recordEntry(
  { settings }: Scope,
  desired: DesiredRecord,
  path: string,
  isAlone: boolean,
): Entry {
  const { type, name, ttl, comment: _comment, extattrs: _extattrs, fields: _fields, ...pointing } = desired;
  const address = desired.ip === undefined ? undefined : parseAddress(desired.ip);
  const ip = address && formatAddress(address);
  const wire = recordValues({ ...pointing, type, name, ip, family: address?.family });
  const values = Object.fromEntries(
    Object.entries(wire).map(([field, value]) => [field, plainValue(field, value)]),
  );
  const { dnsView } = settings;
  const [where, rest] = split(
    values,
    type === "PTR" ? Object.keys(values).find((field) => field !== "ptrdname") : "name",
  );
  const isMeant = (row: Row) =>
    Object.entries(rest).every(([field, value]) => isSameValue(field, plainValue(field, row[field]), value));
  return {
    kind: "record",
    path,
    key: `${type} ${name}`,
    create: [
      {
        kind: "record",
        name: path,
        request: { ...desired, extattrs: withoutNulls(desired.extattrs) },
      },
    ],
    finds: [
      findRecords(
        type,
        { ...where, ...(dnsView !== undefined && { view: dnsView }) },
        fieldsOf(recordKinds[type].type, desired),
      ),
    ],
    choose: (rows) => rows.find(isMeant) ?? (isAlone && rows.length === 1 ? rows[0] : undefined),
    read: (row) => recordOf(type, row as RecordRow, false),
    compared: [
      ...comparedDescription(recordKinds[type].type, desired, settings.ownership),
      ...Object.entries(rest).map(([field, value]) => ({
        ...comparedField(namesOf[field] ?? field, value, field),
        actual: ({ row }: { readonly row: Row }) => plainValue(field, row[field]),
        isSame: (actual: unknown) => isSameValue(field, actual, value),
        correct: () => object({ fields: { [field]: wire[field] } }),
      })),
      ...(ttl === undefined ? [] : [comparedTtl(ttl)]),
    ],
  };
}

/** What fields are called in a description. */
const namesOf: Readonly<Record<string, string>> = {
  ipv4addr: "ip",
  ipv6addr: "ip",
  ptrdname: "name",
  mail_exchanger: "exchanger",
};

/** What a record is found by, and what it says. */
function split(values: Readonly<Record<string, unknown>>, key = "name"): [object, Record<string, unknown>] {
  const { [key]: found, ...rest } = values;
  return [{ [key]: found }, rest];
}
