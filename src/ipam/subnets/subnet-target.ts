import { type Block, formatBlock, parseBlock } from "../../cidr.js";
import { parseRef } from "../../wapi/ref.js";
import type { Ref } from "../../wapi/types.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { subnetFields, subnetOf } from "../objects/rows.js";
import type { ReleaseOptions } from "../requests/requests.js";
import { checkedBlock } from "../requests/syntax.js";
import { checkedRef, holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import type { SubnetToChange } from "./requests.js";

/**
 * The subnet that a call names, as the grid holds it. A result is returned unchanged.
 *
 * @throws {NotFoundError} if it does not exist
 * @throws {OwnershipError} if it has another owner, without `force`
 */
export async function subnetToChange(
  settings: IpamSettings,
  target: SubnetToChange,
  options: ReleaseOptions,
): Promise<{ readonly subnet: Subnet; readonly block: Block }> {
  const subnet = await subnetOfTarget(settings, target, options);
  if (!options.force) settings.ownership.refuseForeign(subnet, subnet.cidr);
  return { subnet, block: checkedBlock("subnet", subnet.cidr) };
}

async function subnetOfTarget(
  settings: IpamSettings,
  target: SubnetToChange,
  { networkView = settings.networkView, signal }: ReleaseOptions,
): Promise<Subnet> {
  const { wapi } = settings;
  if (typeof target === "object" && target !== null && "prefixLength" in target) return target;
  const text = typeof target === "object" && target !== null ? target.ref : target;
  const block = typeof text === "string" ? parseBlock(text) : undefined;
  if (block === undefined) {
    const row = await wapi.get(subnetRef(text), { fields: subnetFields, signal });
    return subnetOf(row, false, settings.ownership.expiryAttribute);
  }
  const cidr = formatBlock(block);
  const where = { network: cidr, network_view: networkView };
  const type = holderType("network", block.family);
  const [row] = await wapi.find(type, { where, fields: subnetFields, limit: 1, signal });
  if (row === undefined) throw notFound(`subnet ${cidr}`, networkView);
  return subnetOf(row, false, settings.ownership.expiryAttribute);
}

function subnetRef(text: unknown): Ref<SubnetType> {
  // A text that is no reference either is a wrong CIDR, for example because of host bits.
  if (typeof text !== "string" || parseRef(text) === undefined) checkedBlock("subnet", text);
  return checkedRef("subnet", text, ["network", "ipv6network"], "subnet", "10.0.7.0/24");
}
