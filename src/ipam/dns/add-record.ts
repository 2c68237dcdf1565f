import { firstOf, formatAddress, reverseName } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { NextAvailable } from "../../wapi/next-available.js";
import { type Step, step } from "../../wapi/step.js";
import type { Creatable } from "../../wapi/types.js";
import {
  networkViewOfWanted,
  takeWanted,
  type WantedAddress,
  wantedAddress,
} from "../addresses/wanted-address.js";
import { newAttempt } from "../once/attempts.js";
import { writtenOnce } from "../once/lost-answers.js";
import type { Marks } from "../ownership.js";
import {
  type RecordKind,
  type RecordRow,
  type RecordType,
  recordKinds,
  recordValues,
  type WantedRecord,
} from "../plan/records.js";
import type { IpamSettings } from "../settings.js";
import { spanOfTarget } from "../sources/targets.js";
import { checkedAddress } from "../syntax.js";
import { lostRecord, whatToLookFor } from "./lost-record.js";
import { explainedZone } from "./missing-zone.js";
import { detailFields, detailsOf } from "./record-types.js";
import type { DnsRecordDetails, NewAddressRecord, NewDnsRecord, NewPtrRecord } from "./requests.js";
import { checkDnsRequest } from "./schemas.js";

/** See `Dns.add`. */
export async function addRecord(settings: IpamSettings, request: unknown): Promise<DnsRecordDetails> {
  const { type } = await checkDnsRequest("type", request);
  const record = (await checkDnsRequest(type, request)) as NewDnsRecord;
  const { comment, extattrs, cloud, signal } = record;
  const dnsView = dnsViewOf(settings, record);
  return settings.ownership.creating({ comment, extattrs, cloud, attempt: newAttempt() }, (marks) =>
    writtenOnce(settings, {
      write: () =>
        isForAddress(record) ? addForAddress(settings, record, marks) : addAlone(settings, record, marks),
      look: (lost) => lostRecord(settings, record, dnsView, marks, lost),
      lookFor: whatToLookFor(record, dnsView),
      signal,
    }),
  );
}

function isForAddress(record: NewDnsRecord): record is NewAddressRecord {
  return record.type === "A" || record.type === "AAAA";
}

async function addAlone(
  settings: IpamSettings,
  record: Exclude<NewDnsRecord, NewAddressRecord>,
  marks: Marks,
): Promise<DnsRecordDetails> {
  const { type, signal } = record;
  const dnsView = dnsViewOf(settings, record);
  const wanted = record.type === "PTR" ? pointer(record) : record;
  const values = { ...commonValues(record, dnsView, marks), ...recordValues(wanted) };
  const name = record.type === "PTR" ? reverseName(checkedAddress("ip", record.ip)) : record.name;
  try {
    const [row] = await settings.wapi.batch([create(type, values)], { signal });
    return detailsOf(type, row, true);
  } catch (error) {
    throw await explainedZone(settings, error, { names: [name], dnsView, signal });
  }
}

/** The address as a grid writes it. */
function pointer({ type, name, ip }: NewPtrRecord): WantedRecord {
  const address = checkedAddress("ip", ip);
  return { type, name, ip: formatAddress(address), family: address.family };
}

/** A name for an address, and the way back in the same `request` where that is wanted. */
async function addForAddress(
  settings: IpamSettings,
  record: NewAddressRecord,
  marks: Marks,
): Promise<DnsRecordDetails> {
  const { type, name, ptr, signal } = record;
  const wanted = wantedAddress(settings, { ...record, ifInUse: record.ifInUse ?? "allow" });
  checkFamily(record, wanted);
  const dnsView = dnsViewOf(settings, record);
  const networkView = networkViewOfWanted(wanted, record.networkView, settings.networkView);
  const common = commonValues(record, dnsView, marks);
  try {
    return await takeWanted(settings, wanted, { networkView, signal }, async (ip, before) => {
      const named = create(type, { ...common, name, ...addressField(wanted, ip) });
      const field = wanted.family === 4 ? "ipv4addr" : "ipv6addr";
      // The address that the grid finds for the one record is filled into the other.
      const back = ptr
        ? [
            create("PTR", {
              ...common,
              ...addressField(wanted, named.value(field)),
              ptrdname: name,
            }).discard(),
          ]
        : [];
      const results = await settings.wapi.batch([...before, named, ...back], { signal });
      return detailsOf(type, results[before.length] as RecordRow, true);
    });
  } catch (error) {
    const names = [name, ...(ptr ? reverseNames(wanted) : [])];
    throw await explainedZone(settings, error, { names, dnsView, signal });
  }
}

function checkFamily({ type, ip, from }: NewAddressRecord, { family }: WantedAddress): void {
  const wants = type === "A" ? 4 : 6;
  if (family === wants) return;
  const example = wants === 4 ? "10.0.7.5" : "2001:db8:7::5";
  throw invalid(
    ip === undefined ? "from" : "ip",
    ip ?? from,
    `is IPv${family}, and ${type} is for IPv${wants}`,
    example,
  );
}

function dnsViewOf(settings: IpamSettings, { dnsView }: { readonly dnsView?: string | undefined }): string {
  return dnsView ?? settings.dnsView ?? "default";
}

function commonValues({ ttl }: NewDnsRecord, view: string, marks: Marks): Record<string, unknown> {
  return { ...marks, view, ...(ttl !== undefined && { ttl, use_ttl: true }) };
}

function addressField({ family }: { readonly family: 4 | 6 }, ip: string | NextAvailable<"ip">) {
  return family === 4 ? { ipv4addr: ip } : { ipv6addr: ip };
}

/** The table of types knows the fields, which differ from type to type; the grid's facts are checked on the way. */
function create(type: RecordKind, values: object): Step<RecordRow, RecordType> {
  const fields = detailFields(type) as readonly "name"[];
  return step.create(recordKinds[type].type as "record:a", values as Creatable<"record:a">, { fields });
}

/** The reverse names in question, as far as the address is known before the grid chooses it. */
function reverseNames(wanted: WantedAddress): string[] {
  if (wanted.kind === "explicit") return [reverseName(wanted.address)];
  return wanted.targets.flatMap((target) => {
    const span = spanOfTarget(target);
    return span === undefined ? [] : [reverseName(firstOf(span))];
  });
}
