import { type Family, formatAddress, formatBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Where } from "../../wapi/types.js";
import type { AddressRange } from "../objects/results.js";
import { rangeFields, rangeOf } from "../objects/rows.js";
import { checkedAddress, checkedBlock } from "../requests/syntax.js";
import { type HolderType, holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { RangeQuery } from "./requests.js";
import { checkRangeRequest } from "./schemas.js";

/** See `Ranges.find`. */
export async function findRanges(settings: IpamSettings, given: unknown): Promise<AddressRange[]> {
  const query: RangeQuery = await checkRangeRequest("find", given);
  const { name, limit, signal } = query;
  const block = query.in === undefined ? undefined : checkedBlock("in", cidrOf(query.in));
  const first = query.first === undefined ? undefined : checkedAddress("first", query.first);
  const family: Family = query.family ?? block?.family ?? first?.family ?? 4;
  if ([block, first].some((one) => one !== undefined && one.family !== family)) {
    throw invalid(
      "family",
      family,
      "the addresses of the query are of the other family",
      family === 4 ? 6 : 4,
    );
  }
  const where = {
    network_view: query.networkView ?? viewOf(query.in) ?? settings.networkView,
    ...(block !== undefined && { network: formatBlock(block) }),
    ...(first !== undefined && { start_addr: formatAddress(first) }),
    ...(query.comment !== undefined && { comment: query.comment }),
    ...(query.extattrs !== undefined && { extattrs: query.extattrs }),
  } as Where<HolderType<"range">>;
  const found: AddressRange[] = [];
  for await (const row of settings.wapi.iterate(holderType("range", family), {
    where,
    fields: rangeFields,
    signal,
  })) {
    const range = rangeOf(row, false);
    // WAPI cannot search IPv4 ranges by name.
    if (name === undefined || range.name === name) found.push(range);
    if (found.length === limit) break;
  }
  return found;
}

function cidrOf(subnet: NonNullable<RangeQuery["in"]>): string {
  return typeof subnet === "string" ? subnet : subnet.cidr;
}

function viewOf(subnet: RangeQuery["in"]): string | undefined {
  return typeof subnet === "object" ? subnet.networkView : undefined;
}
