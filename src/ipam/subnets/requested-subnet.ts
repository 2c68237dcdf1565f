import type { Family } from "../../cidr.js";
import { type Requested, theOnly } from "../engine/requested.js";
import type { Subnet } from "../objects/results.js";
import { subnetFields, subnetOf } from "../objects/rows.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { findGateway, gatewayIp } from "./gateway.js";

/** The subnet that this request id made, if it did. */
export async function findRequestedSubnet(
  settings: IpamSettings,
  { requestId, family, networkView, signal }: Requested & { readonly family: Family },
): Promise<Subnet | undefined> {
  if (requestId === undefined) return undefined;
  const { wapi, ownership } = settings;
  const rows = await wapi
    .find(holderType("network", family), {
      where: { ...ownership.requested(requestId), network_view: networkView },
      fields: subnetFields,
      limit: 2,
      signal,
    })
    .catch((error: unknown) => {
      throw ownership.explained(error);
    });
  const row = theOnly(rows, (one) => one._ref, requestId);
  if (row === undefined) return undefined;
  const [[gateway]] = await wapi.batch([findGateway(family, row.network ?? "", networkView)], { signal });
  return subnetOf(row, false, ownership.expiryAttribute, gatewayIp(gateway));
}
