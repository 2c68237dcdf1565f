import { parseBlock } from "../../cidr.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import { holderType, type QueryTarget, type RefTarget } from "../requests/targets.js";
import type { Queried } from "../settings/pools.js";
import type { IpamSettings } from "../settings/settings.js";

/** Where and for which objects a query searches. */
export interface Searched {
  /** The objects that a query finds. */
  readonly queried: Queried;
  readonly networkView: string;
  readonly signal: AbortSignal | undefined;
}

/** The search criteria of a query. */
export function whereOf({ query }: QueryTarget, networkView: string): QueryCriteria {
  const { comment, extattrs } = query;
  return {
    network_view: networkView,
    ...(comment !== undefined && { comment }),
    ...(extattrs !== undefined && { extattrs }),
  };
}

interface QueryCriteria {
  readonly network_view: string;
  readonly comment?: string;
  readonly extattrs?: ExtattrsWhere;
}

/** The matches of a query, as sources. */
export async function matchesOf(
  { wapi }: IpamSettings,
  target: QueryTarget,
  { queried, networkView, signal }: Searched,
): Promise<RefTarget[]> {
  const rows = await wapi.find(holderType(queried, target.family), {
    where: whereOf(target, networkView),
    fields: ["network"],
    signal,
  });
  return rows.map((row) => ({
    kind: "ref",
    text: row.network ?? row._ref,
    family: target.family,
    ref: row._ref,
    holds: queried,
    block: parseBlock(row.network ?? ""),
    networkView,
  }));
}
