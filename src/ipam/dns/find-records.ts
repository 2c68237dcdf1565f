import { formatAddress } from "../../cidr.js";
import { isKnownIn } from "../../wapi/type-facts.js";
import type { FieldName, Where } from "../../wapi/types.js";
import { type RecordKind, recordKinds, recordTypes } from "../objects/record-kinds.js";
import { detailFields, detailsOf, hasMarks, type RecordRow, targetFields } from "../objects/records.js";
import type { DnsRecordDetails } from "../objects/results.js";
import { canonicalZone, namePattern, nameSearch, nameWhere } from "../requests/dns-name.js";
import { checkedAddress } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import type { DnsQuery } from "./requests.js";
import { checkDnsRequest } from "./schemas.js";

/** See `Dns.find`. */
export async function findRecords(settings: IpamSettings, given: unknown): Promise<DnsRecordDetails[]> {
  const { type, signal, limit, ...query }: DnsQuery = await checkDnsRequest("find", given);
  const asked = type === undefined ? recordTypes : typeof type === "string" ? [type] : type;
  const searches = asked.flatMap((one) => {
    const where = whereOf(settings, one, query);
    return where === undefined ? [] : [{ type: one, where }];
  });
  const { text } = query;
  const found = await Promise.all(
    searches.map(async ({ type, where }) => {
      const fields = detailFields(type) as readonly FieldName<"record:a">[];
      const objectType = recordKinds[type].type as "record:a";
      // The text is compared here, since its quoting on the grid is not known. So the limit applies afterwards.
      const most = text === undefined ? limit : undefined;
      const search = settings.wapi.find(objectType, { where, fields, limit: most, signal });
      const rows = await search.catch((error: unknown) => {
        // A query for all types leaves out those that the grid's WAPI version does not have.
        if (asked.length === 1 || !isTooNew(settings.wapi, objectType)) throw error;
        return [];
      });
      const details = rows.map((row: RecordRow) => detailsOf(type, row, false));
      return text === undefined ? details : details.filter((one) => one.text === text).slice(0, limit);
    }),
  );
  return found.flat();
}

/** Whether the client's WAPI version does not have the type yet. The version is known only after the first request. */
export function isTooNew(wapi: IpamSettings["wapi"], type: string): boolean {
  const { wapiVersion } = wapi.toJSON();
  return typeof wapiVersion === "string" && !isKnownIn(type, wapiVersion);
}

/** The criteria of a query for one type; `undefined` if the type lacks a field of the query. */
function whereOf(settings: IpamSettings, type: RecordKind, query: DnsQuery): Where<"record:a"> | undefined {
  const { ip, target, text, zone, extattrs, dnsView = settings.dnsView } = query;
  if (text !== undefined && type !== "TXT") return undefined;
  const address = ip === undefined ? {} : addressWhere(type, ip);
  const targetField = targetFields[type];
  if (extattrs !== undefined && !hasMarks(type)) return undefined;
  if (address === undefined || (target !== undefined && targetField === undefined)) return undefined;
  // WAPI cannot search MX and SRV targets ignoring case, so they need a regular expression.
  const search = (name: string) =>
    type === "MX" || type === "SRV" ? { matches: `^${namePattern(name)}$` } : nameSearch(name);
  return {
    ...address,
    ...(targetField !== undefined && target !== undefined && { [targetField]: search(target) }),
    ...nameWhere(query),
    ...(zone !== undefined && { zone: canonicalZone(zone) }),
    ...(dnsView !== undefined && { view: dnsView }),
    ...(extattrs !== undefined && { extattrs }),
  } as Where<"record:a">;
}

function addressWhere(type: RecordKind, text: string): Readonly<Record<string, string>> | undefined {
  const address = checkedAddress("ip", text);
  const fits = type === "PTR" || type === (address.family === 4 ? "A" : "AAAA");
  return fits ? { [`ipv${address.family}addr`]: formatAddress(address) } : undefined;
}
