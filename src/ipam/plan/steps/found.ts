import type { Step } from "../../../wapi/step.js";
import type { IpamSettings } from "../../settings.js";
import type { Finding, Intent } from "../intent.js";

/** What a search for an object by its request id compares. */
export interface IdWhere {
  readonly network_view: string;
  readonly extattrs: Readonly<Record<string, string>>;
}

/** How the object of an earlier try is found. */
export function byRequestId(
  { ownership }: IpamSettings,
  networkView: string,
  search: (where: IdWhere) => Step<readonly unknown[]>,
  { read }: Pick<Finding, "read">,
): NonNullable<Intent["find"]> {
  return (requestId) => ({
    step: search({ network_view: networkView, extattrs: { [ownership.requestIdAttribute]: requestId } }),
    read,
  });
}
