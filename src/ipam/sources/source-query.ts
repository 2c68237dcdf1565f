import { formatBlock, parseBlock } from "../../cidr.js";
import type { ObjectQuery } from "../requests/requests.js";
import { holderType, type QueryTarget, type RefTarget, type Target } from "../requests/targets.js";
import type { Queried } from "../settings/pools.js";
import type { IpamSettings } from "../settings/settings.js";

/** Where and for which objects a query searches. */
export interface Searched {
  /** The objects that a query finds. */
  readonly queried: Queried;
  readonly networkView: string;
  readonly signal: AbortSignal | undefined;
}

/** The search criteria of a source: those of a query, or its CIDR. */
export function whereOf(target: Target, networkView: string) {
  if (target.kind !== "query") return { network_view: networkView, network: cidrOf(target) };
  return criteriaOf(target.query, networkView);
}

/** The search criteria that queries for all kinds of objects have in common. */
export function criteriaOf(
  { comment, extattrs }: Pick<ObjectQuery, "comment" | "extattrs">,
  networkView: string,
) {
  return {
    network_view: networkView,
    ...(comment !== undefined && { comment }),
    ...(extattrs !== undefined && { extattrs }),
  };
}

/** The CIDR of a source in the grid's spelling. The text of a range matches no object. */
function cidrOf(target: Target): string {
  return "block" in target && target.block !== undefined ? formatBlock(target.block) : target.text;
}

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
