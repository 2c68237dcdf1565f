import { firstOf, formatAddress, reverseName } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import type { Creatable } from "../../wapi/types.js";
import {
  composeWanted,
  looksOfWanted,
  noAddressLeft,
  poolsOfWanted,
  type WantedAddress,
  wantedAddress,
} from "../addresses/wanted-address.js";
import { applyIntents } from "../engine/apply.js";
import type { Composed } from "../engine/intent.js";
import { recordKindOf } from "../engine/kinds.js";
import type { Marks } from "../marks/ownership.js";
import { type RecordKind, recordKinds } from "../objects/record-kinds.js";
import {
  detailFields,
  detailsOf,
  type RecordRow,
  type recordOf,
  recordValues,
  type WantedRecord,
} from "../objects/records.js";
import type { DnsRecordDetails } from "../objects/results.js";
import { checkedAddress } from "../requests/syntax.js";
import { networkViewOf, spanOfTarget } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { SourceChoices, type SourcedIntent, type SourcePool } from "../sources/source-choices.js";
import { explainedZone } from "../zones/missing-zone.js";
import { findRecords } from "./find-records.js";
import { recordDifferences } from "./record-differences.js";
import type { NewAddressRecord, NewDnsRecord, NewNsRecord } from "./requests.js";
import { checkDnsRequest } from "./schemas.js";

/** See `Dns.add`. */
export async function addRecord(settings: IpamSettings, request: unknown): Promise<DnsRecordDetails> {
  const { type } = await checkDnsRequest("type", request);
  const record = (await checkDnsRequest(type, request)) as NewDnsRecord;
  const { signal } = record;
  const intents = isForAddress(record)
    ? intentsForAddress(settings, record)
    : [record.type === "NS" ? nameServerIntent(settings, record) : intentAlone(settings, record)];
  const results = await applyIntents(settings, intents, {
    signal,
    what: `the record ${type} ${record.name}`,
    sources: new SourceChoices(settings, intents, { signal, exhausted: noAddressLeft }),
    rollsBack: true,
    partialOf: (_intent, result) => result,
  });
  return results.get("") as DnsRecordDetails;
}

function isForAddress(record: NewDnsRecord): record is NewAddressRecord {
  return record.type === "A" || record.type === "AAAA";
}

/** The parts that the intents of all records have in common. */
function recordIntent(
  type: RecordKind,
  { requestId }: Exclude<NewDnsRecord, NewNsRecord>,
  { name, dnsView }: { readonly name: string; readonly dnsView: string },
) {
  const objectType = recordKinds[type].type;
  return {
    ...{ name, noun: "record", pools: [] as readonly SourcePool[] },
    requestId: requestId === undefined || name === "" ? requestId : `${requestId}/${name}`,
    tracked: { kind: recordKindOf(objectType), type: objectType, view: { view: dnsView } },
  };
}

function nameServerIntent(settings: IpamSettings, record: NewNsRecord): SourcedIntent {
  const dnsView = dnsViewOf(settings, record);
  const { name, nameserver } = record;
  return {
    ...{ name: "", noun: "record", pools: [] },
    explain: (error, signal) => explainedZone(settings, error, { names: [name], dnsView, signal }),
    compose: () => composeRecord("NS", { view: dnsView, ...recordValues(record) }),
    ...untracked(settings, { name, nameserver, dnsView }),
  };
}

/**
 * How an NS record is found after a lost answer or a refusal: by its data, since it has no attributes. After a refusal nobody can
 * know who made it.
 */
export function untracked(
  settings: IpamSettings,
  { name, nameserver: target, dnsView }: Pick<NewNsRecord, "name" | "nameserver" | "dnsView">,
): Pick<SourcedIntent, "afterLoss"> {
  return {
    afterLoss: {
      mayRepeat: () => true,
      seen: async (_refOf, signal, isLost) => {
        const [found] = await findRecords(settings, { type: "NS", name, target, dnsView, signal });
        return found && { ...found, created: isLost };
      },
    },
  };
}

function intentAlone(
  settings: IpamSettings,
  record: Exclude<NewDnsRecord, NewAddressRecord | NewNsRecord>,
): SourcedIntent {
  const { type } = record;
  const dnsView = dnsViewOf(settings, record);
  const address = record.type === "PTR" ? checkedAddress("ip", record.ip) : undefined;
  // A PTR record has its address in the grid's spelling, and lies in the zone of the address.
  const pointer = address && { type, name: record.name, ip: formatAddress(address), family: address.family };
  const wanted: WantedRecord = pointer ?? record;
  const name = address === undefined ? record.name : reverseName(address);
  return {
    ...recordIntent(type, record, { name: "", dnsView }),
    differences: (existing) => recordDifferences(wanted, existing as DnsRecordDetails),
    explain: (error, signal) => explainedZone(settings, error, { names: [name], dnsView, signal }),
    compose: ({ marks }) =>
      composeRecord(type, { ...commonValues(record, dnsView, marks(record)), ...recordValues(wanted) }),
  };
}

/** The intents of an A or AAAA record and, with `ptr`, of its PTR record in the same `request`. */
function intentsForAddress(settings: IpamSettings, record: NewAddressRecord): readonly SourcedIntent[] {
  const { type, name, ptr } = record;
  const wanted = wantedAddress(settings, { ...record, ifInUse: record.ifInUse ?? "allow" });
  checkFamily(record, wanted);
  const dnsView = dnsViewOf(settings, record);
  const networkView = networkViewOf(wanted.targets, record.networkView, settings.networkView);
  const names = [name, ...(ptr ? reverseNames(wanted) : [])];
  const field = wanted.family === 4 ? "ipv4addr" : "ipv6addr";
  const ip = wanted.kind === "explicit" ? formatAddress(wanted.address) : undefined;
  const main: SourcedIntent = {
    ...recordIntent(type, record, { name: "", dnsView }),
    ...looksOfWanted(settings, [wanted], networkView, { zone: { names, dnsView } }),
    pools: poolsOfWanted(settings, [wanted], networkView),
    isChosen: wanted.kind === "next",
    differences: (existing) => recordDifferences({ type, name, ip }, existing as DnsRecordDetails),
    compose: ({ sourceOf, marks }) => {
      const { addresses, before } = composeWanted([wanted], networkView, sourceOf);
      const address = addresses[0]?.ip;
      const values = { ...commonValues(record, dnsView, marks(record)), name, [field]: address };
      return composeRecord(type, values, { before });
    },
  };
  if (!ptr) return [main];
  const back: SourcedIntent = {
    ...recordIntent("PTR", record, { name: "ptr", dnsView }),
    goesWith: main.name,
    differences: (existing) => recordDifferences({ type: "PTR", name, ip }, existing as DnsRecordDetails),
    compose: (context) => {
      const common = commonValues(record, dnsView, context.marks(record));
      // The grid fills the address of the first record into this one.
      const address = context.valueOf("", field);
      return composeRecord("PTR", { ...common, ptrdname: name, [field]: address });
    },
  };
  return [main, back];
}

function checkFamily({ type, ip, from }: NewAddressRecord, { family }: WantedAddress): void {
  const wants = type === "A" ? 4 : 6;
  if (family === wants) return;
  const example = wants === 4 ? "10.0.7.5" : "2001:db8:7::5";
  const problem = `is IPv${family}, but ${type} records are for IPv${wants}`;
  throw invalid(ip === undefined ? "from" : "ip", ip ?? from, problem, example);
}

function dnsViewOf(settings: IpamSettings, { dnsView }: { readonly dnsView?: string | undefined }): string {
  return dnsView ?? settings.dnsView ?? "default";
}

function commonValues(
  { ttl }: Exclude<NewDnsRecord, NewNsRecord>,
  view: string,
  marks: Marks,
): Record<string, unknown> {
  return { ...marks, view, ...(ttl !== undefined && { ttl, use_ttl: true }) };
}

/** The step that creates a record, and how its row is read. The compiler cannot follow the type; the client checks the fields. */
export function composeRecord(
  type: RecordKind,
  values: object,
  {
    before = [] as readonly Step<unknown>[],
    fields = detailFields(type),
    read = detailsOf as typeof recordOf,
  } = {},
): Composed {
  const options = { fields: fields as readonly "name"[] };
  const main = step.create(recordKinds[type].type as "record:a", values as Creatable<"record:a">, options);
  return { steps: [...before, main], main, read: (rows) => read(type, rows.at(-1) as RecordRow, true) };
}

/** The reverse name of the address. If the grid chooses it, the reverse names of the first addresses of the sources. */
function reverseNames(wanted: WantedAddress): string[] {
  if (wanted.kind === "explicit") return [reverseName(wanted.address)];
  return wanted.targets.flatMap((target) => {
    const span = spanOfTarget(target);
    return span === undefined ? [] : [reverseName(firstOf(span))];
  });
}
