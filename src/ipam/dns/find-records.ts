import { formatAddress } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { FieldName, Where } from "../../wapi/types.js";
import { type RecordKind, type RecordRow, recordKinds } from "../plan/records.js";
import type { IpamSettings } from "../settings.js";
import { checkedAddress } from "../syntax.js";
import { detailFields, detailsOf, targetFields } from "./record-types.js";
import type { DnsQuery, DnsRecordDetails } from "./requests.js";
import { checkDnsRequest } from "./schemas.js";

const kinds = Object.keys(recordKinds) as RecordKind[];

/** See `Dns.find`. */
export async function findRecords(settings: IpamSettings, given: unknown): Promise<DnsRecordDetails[]> {
  const { type, signal, limit, ...query }: DnsQuery = await checkDnsRequest("find", given);
  refuseTwoNames(query);
  const asked = type === undefined ? kinds : typeof type === "string" ? [type] : type;
  const searches = asked.flatMap((one) => {
    const where = whereOf(settings, one, query);
    return where === undefined ? [] : [{ type: one, where }];
  });
  const found = await Promise.all(
    searches.map(async ({ type, where }) => {
      const fields = detailFields(type) as readonly FieldName<"record:a">[];
      const rows = await settings.wapi.find(recordKinds[type].type as "record:a", {
        where,
        fields,
        limit,
        signal,
      });
      return rows.map((row: RecordRow) => detailsOf(type, row, false));
    }),
  );
  return found.flat();
}

function refuseTwoNames({ name, nameMatches }: DnsQuery): void {
  if (name === undefined || nameMatches === undefined) return;
  const problem = "name says the whole name already; leave one of them out";
  throw invalid("nameMatches", nameMatches, problem, undefined);
}

/** The criteria of a query for one type; `undefined` where the type has nothing of the kind. */
function whereOf(settings: IpamSettings, type: RecordKind, query: DnsQuery): Where<"record:a"> | undefined {
  const { name, nameMatches, ip, target, zone, extattrs, dnsView = settings.dnsView } = query;
  const address = ip === undefined ? {} : addressWhere(type, ip);
  const targetField = targetFields[type];
  if (address === undefined || (target !== undefined && targetField === undefined)) return undefined;
  return {
    ...address,
    ...(targetField !== undefined && target !== undefined && { [targetField]: target }),
    ...(name !== undefined && { name: { equals: name, ignoreCase: true } }),
    ...(nameMatches !== undefined && { name: { matches: nameMatches, ignoreCase: true } }),
    ...(zone !== undefined && { zone }),
    ...(dnsView !== undefined && { view: dnsView }),
    ...(extattrs !== undefined && { extattrs }),
  } as Where<"record:a">;
}

function addressWhere(type: RecordKind, text: string): Readonly<Record<string, string>> | undefined {
  const address = checkedAddress("ip", text);
  const fits = type === "PTR" || type === (address.family === 4 ? "A" : "AAAA");
  return fits ? { [`ipv${address.family}addr`]: formatAddress(address) } : undefined;
}
