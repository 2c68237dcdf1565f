import { formatAddress } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { isKnownIn } from "../../wapi/type-facts.js";
import type { FieldName, Where } from "../../wapi/types.js";
import { type RecordKind, recordKinds } from "../objects/record-kinds.js";
import { detailFields, detailsOf, hasMarks, type RecordRow, targetFields } from "../objects/records.js";
import type { DnsRecordDetails } from "../objects/results.js";
import { canonicalZone, namePattern, nameSearch } from "../requests/dns-name.js";
import { checkedAddress } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import type { DnsQuery } from "./requests.js";
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
  const { text } = query;
  const found = await Promise.all(
    searches.map(async ({ type, where }) => {
      const fields = detailFields(type) as readonly FieldName<"record:a">[];
      const objectType = recordKinds[type].type;
      const search = settings.wapi.find(objectType as "record:a", {
        where,
        fields,
        // A text is compared here, since nobody knows how it is quoted on the grid.
        limit: text === undefined ? limit : undefined,
        signal,
      });
      const rows = await search.catch((error: unknown) => {
        // Whoever asks for all types doesn't ask for those that the grid is too old for.
        if (asked.length === 1 || !isTooNew(settings.wapi, objectType)) throw error;
        return [];
      });
      const details = rows.map((row: RecordRow) => detailsOf(type, row, false));
      return text === undefined ? details : details.filter((one) => one.text === text).slice(0, limit);
    }),
  );
  return found.flat();
}

/** Whether the version of WAPI that the client speaks has no such type yet; only known once something was asked. */
export function isTooNew(wapi: IpamSettings["wapi"], type: string): boolean {
  const { wapiVersion } = wapi.toJSON();
  return typeof wapiVersion === "string" && !isKnownIn(type, wapiVersion);
}

function refuseTwoNames({ name, nameMatches }: DnsQuery): void {
  if (name === undefined || nameMatches === undefined) return;
  const problem = "name says the whole name already; leave one of them out";
  throw invalid("nameMatches", nameMatches, problem, undefined);
}

/** The criteria of a query for one type; `undefined` where the type has nothing of the kind. */
function whereOf(settings: IpamSettings, type: RecordKind, query: DnsQuery): Where<"record:a"> | undefined {
  const { name, nameMatches, ip, target, text, zone, extattrs, dnsView = settings.dnsView } = query;
  if (text !== undefined && type !== "TXT") return undefined;
  const address = ip === undefined ? {} : addressWhere(type, ip);
  const targetField = targetFields[type];
  if (extattrs !== undefined && !hasMarks(type)) return undefined;
  if (address === undefined || (target !== undefined && targetField === undefined)) return undefined;
  return {
    ...address,
    ...(targetField !== undefined && target !== undefined && { [targetField]: targetSearch(type, target) }),
    ...(name !== undefined && { name: nameSearch(name) }),
    ...(nameMatches !== undefined && { name: { matches: nameMatches, ignoreCase: true } }),
    ...(zone !== undefined && { zone: canonicalZone(zone) }),
    ...(dnsView !== undefined && { view: dnsView }),
    ...(extattrs !== undefined && { extattrs }),
  } as Where<"record:a">;
}

/** A grid searches the targets of MX and SRV records in the spelling that they have, or by a regular expression. */
function targetSearch(type: RecordKind, target: string): object {
  return type === "MX" || type === "SRV" ? { matches: `^${namePattern(target)}$` } : nameSearch(target);
}

function addressWhere(type: RecordKind, text: string): Readonly<Record<string, string>> | undefined {
  const address = checkedAddress("ip", text);
  const fits = type === "PTR" || type === (address.family === 4 ? "A" : "AAAA");
  return fits ? { [`ipv${address.family}addr`]: formatAddress(address) } : undefined;
}
