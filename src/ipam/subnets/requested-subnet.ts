import { step } from "../../wapi/step.js";
import { type Requested, theOnly } from "../engine/requested.js";
import type { Subnet } from "../objects/results.js";
import { subnetFields } from "../objects/rows.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { withGateways } from "./subnet-search.js";

/** The subnet with this request id, if there is one. Both families are searched, since an id does not show the family. */
export async function findRequestedSubnet(
  settings: IpamSettings,
  { requestId, networkView, signal }: Requested,
): Promise<Subnet | undefined> {
  if (requestId === undefined) return undefined;
  const { wapi, ownership } = settings;
  const where = { ...ownership.requested(requestId), network_view: networkView };
  const steps = ([4, 6] as const).map((family) =>
    step.find(holderType("network", family), { where, fields: subnetFields, limit: 2 }),
  );
  const found = await wapi.batch(steps, { signal }).catch((error: unknown) => {
    throw ownership.explained(error);
  });
  const row = theOnly(found.flat(), (one) => one._ref, requestId);
  return row && (await withGateways(settings, [row], signal))[0];
}
