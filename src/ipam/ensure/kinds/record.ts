import { formatAddress, parseAddress } from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { step } from "../../../wapi/step.js";
import { recordKinds } from "../../objects/record-kinds.js";
import {
  canonicalValue,
  isSameValue,
  plainValue,
  type RecordRow,
  recordFields,
  recordOf,
  recordValues,
  refuseMarks,
  serverAddressesOf,
} from "../../objects/records.js";
import { canonicalName } from "../../requests/dns-name.js";
import type { IpamSettings } from "../../settings/settings.js";
import { comparedDescription, comparedField, comparedTtl, fieldsOf, object } from "../comparing.js";
import type { DesiredRecord } from "../description.js";
import type { Compared, Entry, Row } from "../entry.js";
import { type RecordSet, type RecordValues, recordId, recordsOfSet, renamed } from "../record-sets.js";
import type { Scope } from "../scope.js";
import { withoutNulls } from "./block.js";

/** The entries of DNS records, in the order of the description. Records of one type and name form a set. */
export function recordEntries(
  { settings, requestId: scope }: Scope,
  records: readonly DesiredRecord[],
  pathOf: (index: number) => string,
): Entry[] {
  const all = records.map((desired, index) => {
    const path = pathOf(index);
    refuseMarks(desired, `${path}.`);
    return { desired, path, ...partsOf(desired) };
  });
  refuseDoubles(all);
  const sets = new Map<string, RecordSet>();
  for (const { desired, name, said } of all) {
    const { type, exclusive = false } = desired;
    const key = `${type} ${name}`;
    const before = sets.get(key) ?? { type, name, wanted: [], exclusive: false, scope };
    const wanted = [...before.wanted, said];
    sets.set(key, { ...before, wanted, exclusive: before.exclusive || exclusive });
  }
  return all.map((one) => {
    const set = sets.get(`${one.desired.type} ${one.name}`) as RecordSet;
    return recordEntry(settings, one, { set, place: set.wanted.indexOf(one.said) });
  });
}

/** Refuses two equal records, since the grid would refuse the second. */
function refuseDoubles(all: readonly Described[]): void {
  const paths = new Map<string, string>();
  for (const { desired, path, name, said } of all) {
    const meaning = Object.entries(said).map(([field, value]) => [field, canonicalValue(field, value)]);
    const key = JSON.stringify([desired.type, canonicalName(name), meaning]);
    const other = paths.get(key);
    if (other !== undefined) throw invalid(path, desired, `is also described by ${other}`, undefined);
    paths.set(key, path);
  }
}

interface Described extends Parts {
  readonly desired: DesiredRecord;
  readonly path: string;
}

/** The key and the data of a record. */
interface Parts {
  /** The name; for a PTR record the address. */
  readonly name: string;
  readonly where: Readonly<Record<string, unknown>>;
  /** The data as this API shows it. */
  readonly said: RecordValues;
  /** The data as WAPI fields. */
  readonly wire: RecordValues;
}

function partsOf(desired: DesiredRecord): Parts {
  const {
    type,
    name,
    ttl: _ttl,
    comment: _comment,
    extattrs: _extattrs,
    fields: _fields,
    ...pointing
  } = desired;
  const address = desired.ip === undefined ? undefined : parseAddress(desired.ip);
  const ip = address && formatAddress(address);
  const wire = recordValues({ ...pointing, type, name, ip, family: address?.family });
  const values = Object.fromEntries(
    Object.entries(wire).map(([field, value]) => [field, plainValue(field, value)]),
  );
  const key = type === "PTR" ? Object.keys(values).find((field) => field !== "ptrdname") : "name";
  // The addresses do not identify a name server.
  const { [key ?? "name"]: found, addresses: _addresses, ...said } = values;
  return { name: String(found), where: { [key ?? "name"]: found }, said, wire };
}

function recordEntry(
  { dnsView, ownership }: IpamSettings,
  { desired, path, where, said, wire }: Described,
  { set, place }: { readonly set: RecordSet; readonly place: number },
): Entry {
  const { exclusive: _exclusive, ...request } = desired;
  const { type, name, ttl } = request;
  const id = recordId(set, said);
  const objectType = recordKinds[type].type;
  return {
    kind: "record",
    path,
    key: `${type} ${name}`,
    create: {
      kind: "record",
      name: path,
      requestId: id,
      request: { ...request, extattrs: withoutNulls(desired.extattrs) },
    },
    finds: [
      step.find(objectType as "record:a", {
        where: { ...where, ...(dnsView !== undefined && { view: dnsView }) },
        fields: [...recordFields(type), ...fieldsOf(objectType, desired)] as unknown as readonly ["name"],
      }),
    ],
    choose: (rows) => recordsOfSet(set, rows, ownership).rows[place],
    surplus: (rows) => (place === 0 ? recordsOfSet(set, rows, ownership).surplus : []),
    read: (row) => recordOf(type, row as RecordRow, false),
    compared: [
      ...comparedDescription(objectType, desired, ownership),
      ...Object.entries(said).map(([field, value]) => ({
        ...comparedField(namesOf[field] ?? field, value, field),
        actual: ({ row }: { readonly row: Row }) => plainValue(field, row[field]),
        isSame: (actual: unknown) => isSameValue(field, actual, value),
        correct: ({ row }: { readonly row: Row }) =>
          object({ ...renamed(id, row, ownership), fields: { [field]: wire[field] } }),
      })),
      ...(ttl === undefined ? [] : [comparedTtl(ttl)]),
      ...(type === "NS" ? [comparedServerAddresses(wire)] : []),
    ],
  };
}

function comparedServerAddresses(wire: RecordValues): Compared {
  const wanted = serverAddressesOf(wire);
  return {
    ...{ field: "ips", wanted, actual: ({ row }) => serverAddressesOf(row) },
    correct: () => object({ fields: { addresses: wire["addresses"] } }),
  };
}

/** The names of WAPI fields in a description. */
const namesOf: Readonly<Record<string, string>> = {
  ipv4addr: "ip",
  ipv6addr: "ip",
  ptrdname: "name",
  mail_exchanger: "exchanger",
  ca_flag: "flags",
  ca_tag: "tag",
  ca_value: "value",
};
