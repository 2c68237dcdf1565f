import type { Family } from "../../cidr.js";
import { AmbiguousTargetError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { addressesOf } from "../addresses/holders.js";
import type { Address, Subnet } from "../results.js";
import { fixedFields4, fixedFields6, hostFields, subnetFields, subnetOf } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import { holderType } from "../sources/targets.js";
import { findGateway, gatewayIp } from "../subnets/gateway.js";

/** What identifies the result of an earlier request. */
interface Requested {
  readonly requestId?: string | undefined;
  readonly networkView: string;
  readonly signal?: AbortSignal | undefined;
}

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

/** The address that this request id made, of whatever kind, if it did. */
export async function findRequestedAddress(
  settings: IpamSettings,
  { requestId, networkView, signal }: Requested,
): Promise<Address | undefined> {
  if (requestId === undefined) return undefined;
  const { wapi, ownership } = settings;
  const where = { ...ownership.requested(requestId), network_view: networkView };
  const steps = [
    step.find("record:host", { where, fields: hostFields, limit: 2 }),
    step.find("fixedaddress", { where, fields: fixedFields4, limit: 2 }),
    step.find("ipv6fixedaddress", { where, fields: fixedFields6, limit: 2 }),
  ] as const;
  const [hosts, fixed4, fixed6] = await wapi.batch(steps, { signal }).catch((error: unknown) => {
    throw ownership.explained(error);
  });
  return theOnly(
    addressesOf(hosts, [...fixed4, ...fixed6], ownership.expiryAttribute),
    (address) => address.ref,
    requestId,
  );
}

function theOnly<T>(found: readonly T[], refOf: (one: T) => Ref, requestId: string): T | undefined {
  if (found.length <= 1) return found[0];
  const candidates = found.map(refOf);
  throw new AmbiguousTargetError(
    `Several objects have the request id "${requestId}": ${candidates.join(", ")}.`,
    {
      candidates,
      hint: "Two requests may have run at the same moment. Release the one that is not wanted.",
    },
  );
}
