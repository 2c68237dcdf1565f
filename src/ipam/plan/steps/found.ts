import type { Step } from "../../../wapi/step.js";
import type { MarkCriteria } from "../../ownership.js";
import type { Finding, Intent } from "../intent.js";

/** What a search for an object by a mark compares. */
export type MarkWhere = MarkCriteria & { readonly network_view: string };

/** None, or one at most. */
export interface MarkLimits {
  readonly failAbove?: 1;
}

/** How the object of a step is found by a mark. */
export function byMark(
  networkView: string,
  search: (where: MarkWhere, limits: MarkLimits) => Step<readonly unknown[]>,
  { read }: Pick<Finding, "read">,
): NonNullable<Intent["find"]> {
  return (mark) => {
    const where = { ...mark, network_view: networkView };
    return { step: search(where, {}), guard: search(where, { failAbove: 1 }).discard(), read };
  };
}
