import { type Family, formatAddress, formatBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Where } from "../../wapi/types.js";
import type { AddressRange } from "../objects/results.js";
import { rangeFields, rangeOf } from "../objects/rows.js";
import { checkedAddress } from "../requests/syntax.js";
import { type HolderType, holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { criteriaOf } from "../sources/source-query.js";
import { subnetNamed } from "./range-intent.js";
import type { RangeQuery } from "./requests.js";
import { checkRangeRequest } from "./schemas.js";

/** See `Ranges.find`. */
export async function findRanges(settings: IpamSettings, given: unknown): Promise<AddressRange[]> {
  const query: RangeQuery = await checkRangeRequest("find", given);
  const { name, limit, signal } = query;
  const subnet = subnetNamed(query.in);
  const block = subnet?.block;
  const first = query.first === undefined ? undefined : checkedAddress("first", query.first);
  const family: Family = query.family ?? block?.family ?? first?.family ?? 4;
  if ([block, first].some((one) => one !== undefined && one.family !== family)) {
    const example = family === 4 ? 6 : 4;
    throw invalid("family", family, "the addresses of the query are of the other family", example);
  }
  const where = {
    ...criteriaOf(query, query.networkView ?? subnet?.networkView ?? settings.networkView),
    ...(block !== undefined && { network: formatBlock(block) }),
    ...(first !== undefined && { start_addr: formatAddress(first) }),
  } as Where<HolderType<"range">>;
  const found: AddressRange[] = [];
  const search = { where, fields: rangeFields, signal };
  for await (const row of settings.wapi.iterate(holderType("range", family), search)) {
    const range = rangeOf(row, false);
    // WAPI cannot search IPv4 ranges by name.
    if (name === undefined || range.name === name) found.push(range);
    if (found.length === limit) break;
  }
  return found;
}
