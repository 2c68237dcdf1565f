import type { Step } from "../../../wapi/step.js";
import type { MarkCriteria } from "../../ownership.js";
import type { IpamSettings } from "../../settings.js";
import type { Finding, Intent } from "../intent.js";

/** What a search for an object by its request id compares. */
export type IdWhere = MarkCriteria & { readonly network_view: string };

/** None, or one at most. */
export interface IdLimits {
  readonly failAbove?: 1;
}

/** How the object of an earlier try is found. */
export function byRequestId(
  { ownership }: IpamSettings,
  networkView: string,
  search: (where: IdWhere, limits: IdLimits) => Step<readonly unknown[]>,
  { read }: Pick<Finding, "read">,
): NonNullable<Intent["find"]> {
  return (requestId) => {
    const where = { ...ownership.requested(requestId), network_view: networkView };
    return { step: search(where, {}), guard: search(where, { failAbove: 1 }).discard(), read };
  };
}
