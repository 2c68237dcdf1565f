import { invalid } from "../../../errors.js";
import { step } from "../../../wapi/step.js";
import { composeRecord, untracked } from "../../dns/add-record.js";
import { recordDifferences } from "../../dns/record-differences.js";
import type { Context } from "../../engine/intent.js";
import { recordKindOf } from "../../engine/kinds.js";
import { type RecordKind, recordKinds } from "../../objects/record-kinds.js";
import {
  fitsRecord,
  hasMarks,
  ownName,
  recordFields,
  recordOf,
  recordValues,
  refuseMarks,
  type WantedRecord,
} from "../../objects/records.js";
import type { Address, DnsRecord, DnsRecordDetails } from "../../objects/results.js";
import { canonicalName, dnsNameProblem, targetNameProblem } from "../../requests/dns-name.js";
import type { AddressSource } from "../../requests/targets.js";
import type { IpamSettings } from "../../settings/settings.js";
import { explainedZone } from "../../zones/missing-zone.js";
import type { Earlier } from "../earlier.js";
import type { Known, PlanIntent, PlanStep } from "../intent.js";
import { type AnyRecord, checkPlanRequest } from "../schemas.js";

export function recordIntent(
  settings: IpamSettings,
  { name, request }: PlanStep,
  earlier: Earlier,
): PlanIntent {
  const fields: AnyRecord = checkPlanRequest.now("record", request);
  refuseMarks(fields);
  const { type: kind, dnsView = settings.dnsView, ttl } = fields;
  const pointing = pointingOf(fields, earlier);
  const { type } = recordKinds[kind];
  const zoneWanted = { names: [ownName(fields) ?? []].flat(), dnsView: dnsView ?? "default" };
  return {
    ...{ name, noun: "record" },
    ...(hasMarks(kind)
      ? { tracked: { kind: recordKindOf(type), type, view: dnsView === undefined ? {} : { view: dnsView } } }
      : untracked(settings, { name: fields.name, nameserver: pointing.name ?? "", dnsView })),
    known: { kind: "record", name, type },
    needs: pointing.needs,
    pools: [],
    explain: (error, signal) => explainedZone(settings, error, { ...zoneWanted, signal }),
    summary: `a DNS record: ${kind} ${fields.name} ${pointing.text}`,
    differences: (existing) => recordDifferences(saidBy(fields), existing as DnsRecordDetails),
    compose: (context) => {
      const values = {
        ...fields.fields,
        ...(hasMarks(kind) && context.marks(fields)),
        ...(dnsView !== undefined && { view: dnsView }),
        // A grid ignores `ttl` without `use_ttl`.
        ...(ttl !== undefined && { ttl, use_ttl: true }),
        ...recordValues({ ...fields, ...pointing.values(context) } as WantedRecord),
      };
      return {
        ...composeRecord(kind, values, { fields: recordFields(kind), read: recordOf }),
        ...(!hasMarks(kind) && { rollBack: (record) => step.delete((record as DnsRecord).ref) }),
      };
    },
  };
}

/** The values of a record that are known before the plan is sent. */
function saidBy(fields: AnyRecord): WantedRecord {
  const isKnown = ([, value]: readonly [string, unknown]) => typeof value !== "object";
  return Object.fromEntries(Object.entries(fields).filter(isKnown)) as unknown as WantedRecord;
}

/** The data of a record: in words, and as values that may come from earlier steps. */
interface Pointing {
  readonly text: string;
  /** The name that it points to. */
  readonly name?: string;
  readonly needs: readonly string[];
  readonly values: (context: Context<AddressSource>) => Partial<WantedRecord>;
}

function pointingOf(fields: AnyRecord, earlier: Earlier): Pointing {
  switch (fields.type) {
    case "A":
    case "AAAA":
    case "PTR":
      return pointingAtAddress(fields, earlier);
    case "CNAME":
      return pointingAtName("canonical", fields.canonical, earlier);
    case "MX":
      return pointingAtName("exchanger", fields.exchanger, earlier, needed(fields, ["preference"]));
    case "SRV":
      return pointingAtName("target", fields.target, earlier, needed(fields, ["priority", "weight", "port"]));
    case "NS":
      return pointingAtName("nameserver", fields.nameserver, earlier, needed(fields, ["ips"]));
    case "CAA":
      return { text: needed(fields, ["flags", "tag", "value"]), needs: [], values: () => ({}) };
    case "TXT":
      return { text: JSON.stringify(needed(fields, ["text"])), needs: [], values: () => ({}) };
  }
}

/** The values of required fields, as in a zone file. @throws {InvalidRequestError} if one is missing */
function needed(fields: AnyRecord, names: readonly (keyof typeof examples)[]) {
  const missing = names.find((name) => fields[name] === undefined);
  if (missing === undefined) return names.map((name) => fields[name]).join(" ");
  throw invalid(missing, undefined, `is needed for a ${fields.type} record`, examples[missing]);
}

const examples = {
  ...{ preference: 10, priority: 10, weight: 5, port: 443, text: "v=spf1 -all" },
  ...{ ips: ["10.0.7.53"], flags: 0, tag: "issue", value: "ca.example.net" },
} as const;

function pointingAtName(field: string, value: unknown, earlier: Earlier, before = ""): Pointing {
  const step = typeof value === "object" && value !== null ? addressStep(field, value, earlier) : undefined;
  if (step !== undefined && step.dnsName === undefined) {
    const problem = "makes an address that has no name in DNS";
    throw invalid(field, step.name, problem, "a host that the plan makes before");
  }
  const name = step === undefined ? value : step.dnsName;
  const problemOf = field === "exchanger" || field === "target" ? targetNameProblem : dnsNameProblem;
  if (typeof name !== "string") throw invalid(field, name, "is needed", "web-1.example.com");
  const wrong = problemOf(name);
  if (wrong) throw invalid(field, name, wrong.problem, wrong.example);
  const canonical = canonicalName(name);
  const text = `${before} ${canonical}`.trim();
  return { text, name: canonical, needs: [], values: () => ({ [field]: canonical }) };
}

function addressStep(field: string, value: object, earlier: Earlier): Known {
  return earlier.step("address", (value as { readonly address?: unknown }).address, field);
}

/**
 * The data of an A, AAAA or PTR record. The grid can fill in the address of a fixed address or a reservation, but not that of a
 * host, which is inside a list.
 */
function pointingAtAddress({ type, ip }: AnyRecord, earlier: Earlier): Pointing {
  if (typeof ip === "string") {
    if (!fitsRecord(type, ip)) throw invalid("ip", ip, `is no address for a ${type} record`, exampleOf(type));
    return { text: ip, needs: [], values: () => ({ ip, family: ip.includes(":") ? 6 : 4 }) };
  }
  if (typeof ip !== "object" || ip === null) throw invalid("ip", ip, "is needed", exampleOf(type));
  const { name, family = 4, addressKind, addresses = [] } = addressStep("ip", ip, earlier);
  const text = `the address of ${name}`;
  const first = addresses.find((one) => type === "PTR" || one.family === (type === "A" ? 4 : 6));
  if (first?.ip !== undefined) {
    const known = { ip: first.ip, family: first.family };
    return { text: known.ip, needs: [], values: () => known };
  }
  if (addressKind === "host") {
    const values = (context: Context<AddressSource>) => {
      const ip = (context.resultOf(name) as Address).ips.find((one) => fitsRecord(type, one));
      if (ip === undefined) throw invalid("ip", name, `has no address for a ${type} record`, exampleOf(type));
      return { ip, family: ip.includes(":") ? (6 as const) : (4 as const) };
    };
    return { text, needs: [name], values };
  }
  if (type !== "PTR" && family !== (type === "A" ? 4 : 6)) {
    const problem = `makes an IPv${family} address, which a ${type} record cannot have`;
    throw invalid("ip", name, problem, exampleOf(type));
  }
  const field = family === 4 ? "ipv4addr" : "ipv6addr";
  return { text, needs: [], values: (context) => ({ ip: context.valueOf(name, field), family }) };
}

function exampleOf(type: RecordKind): string {
  return type === "AAAA" ? "2001:db8::5" : "10.0.7.5";
}
