import { spanOf } from "../../cidr.js";
import { applyIntents } from "../engine/apply.js";
import type { Address } from "../objects/results.js";
import type { IpamSettings } from "../settings/settings.js";
import { SourceChoices } from "../sources/source-choices.js";
import { addressIntent } from "./address-intent.js";
import { addressOrder } from "./address-order.js";
import { namedAmong, noAddressLeft } from "./wanted-address.js";

/** See `Ipam.requestAddress`. */
export async function requestAddress(settings: IpamSettings, request: unknown): Promise<Address> {
  const order = await addressOrder(settings, request);
  const { requestId, signal } = order;
  const intent = addressIntent(settings, order, { name: "", requestId });
  const results = await applyIntents(settings, [intent], {
    signal,
    what: "the address",
    sources: new SourceChoices(settings, [intent], { signal, exhausted: noAddressLeft }),
    rollsBack: true,
    partialOf: (_intent, result) => result,
  });
  for (const { address } of namedAmong(order.wanted)) settings.pools.taking(spanOf(address), 1n);
  return results.get("") as Address;
}
