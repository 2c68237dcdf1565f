import { type Block, formatBlock, parseBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import type { Ref } from "../../wapi/types.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { subnetFields, subnetOf } from "../objects/rows.js";
import type { ReleaseOptions } from "../requests/requests.js";
import { checkedBlock } from "../requests/syntax.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import type { SubnetToChange } from "./requests.js";

const example = "10.0.7.0/24";

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
    const row = await wapi.get(checkedRef(text), { fields: subnetFields, signal });
    return subnetOf(row, false, settings.ownership.expiryAttribute);
  }
  const cidr = formatBlock(block);
  const [row] = await wapi.find(holderType("network", block.family), {
    where: { network: cidr, network_view: networkView },
    fields: subnetFields,
    limit: 1,
    signal,
  });
  if (row === undefined) throw notFound(`subnet ${cidr}`, networkView);
  return subnetOf(row, false, settings.ownership.expiryAttribute);
}

function checkedRef(text: unknown): Ref<SubnetType> {
  const type = typeof text === "string" ? parseRef(text)?.type : undefined;
  if (type === "network" || type === "ipv6network") return text as Ref<SubnetType>;
  if (type !== undefined) throw invalid("subnet", text, `refers to a ${type}, not to a subnet`, example);
  // Throws if the text looks like a CIDR but is not valid, for example because of host bits.
  checkedBlock("subnet", text);
  throw invalid("subnet", text, "must be a result, a CIDR or a reference", example);
}
