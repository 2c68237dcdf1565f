import { step } from "../../wapi/step.js";
import { type Requested, theOnly } from "../engine/requested.js";
import type { Address } from "../objects/results.js";
import { addressesOf, fixedFields4, fixedFields6, hostFields } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";

/** The host, fixed address or reservation with this request id, if there is one. */
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
