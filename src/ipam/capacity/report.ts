import { contains, parseBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Where } from "../../wapi/types.js";
import { checkedBlock } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import { subnetWhere } from "../subnets/subnet-search.js";
import type { ReportedSubnet, ReportQuery } from "./requests.js";
import { checkCapacityRequest } from "./schemas.js";

/** See `Capacity.report`. */
export async function report(settings: IpamSettings, query: unknown): Promise<ReportedSubnet[]> {
  const checked: ReportQuery = await checkCapacityRequest("report", query);
  const { within, atLeast = 0, signal, ...criteria } = checked;
  const block = within === undefined ? undefined : checkedBlock("within", within);
  if (block?.family === 6) {
    const problem = "is IPv6, but a grid reports only how full IPv4 subnets are";
    throw invalid("within", within, problem, "10.0.0.0/8");
  }
  const rows = await settings.wapi.find("network", {
    where: subnetWhere(settings, { within, ...criteria }) as Where<"network">,
    fields: ["network", "network_view", "utilization", "utilization_update", "comment"],
    signal,
  });
  return rows
    .filter(({ network }) => {
      const own = parseBlock(network ?? "");
      return block === undefined || (own !== undefined && contains(block, own));
    })
    .map((row) => ({
      cidr: row.network ?? "",
      ref: row._ref,
      networkView: row.network_view ?? settings.networkView,
      // WAPI counts in tenths of a percent.
      percent: (row.utilization ?? 0) / 10,
      countedAt: row.utilization_update ? new Date(row.utilization_update * 1000) : undefined,
      comment: row.comment,
    }))
    .filter(({ percent }) => percent >= atLeast)
    .sort((one, other) => other.percent - one.percent);
}
