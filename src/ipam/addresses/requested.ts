import { addressKind, type Made, readRows, search } from "../engine/kinds.js";
import { type Requested, theOnly } from "../engine/requested.js";
import type { Address } from "../objects/results.js";
import type { IpamSettings } from "../settings/settings.js";

/** The host, fixed address or reservation with this request id, if there is one. */
export function findRequestedAddress(
  settings: IpamSettings,
  requested: Requested,
): Promise<Address | undefined> {
  return findRequested<Address>(settings, addressKind.types, requested);
}

/** The object of one of these types with this request id, if there is one. */
export async function findRequested<T extends Made>(
  settings: IpamSettings,
  types: readonly string[],
  { requestId, networkView, signal }: Requested,
): Promise<T | undefined> {
  if (requestId === undefined) return undefined;
  const { wapi, ownership } = settings;
  const where = { ...ownership.requested(requestId), network_view: networkView };
  const steps = types.map((type) => search(type, where, { limit: 2 }));
  const found = await wapi.batch(steps, { signal }).catch((error: unknown) => {
    throw ownership.explained(error);
  });
  const things = types.flatMap((type, index) =>
    readRows(type, found[index] ?? [], ownership.expiryAttribute),
  );
  return theOnly(things, requestId) as T | undefined;
}
