import { formatBlock } from "../../cidr.js";
import { invalid, NotFoundError } from "../../errors.js";
import { findOrMake } from "../engine/find-or-make.js";
import { newTokenId } from "../engine/token.js";
import type { Container, NetworkView } from "../objects/results.js";
import { containerOf, subnetFields } from "../objects/rows.js";
import { checkedBlock } from "../requests/syntax.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { ContainerRequest } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";

/** See `Ipam.ensureContainer`. */
export async function ensureContainer(settings: IpamSettings, request: unknown): Promise<Container> {
  const fields: ContainerRequest = await checkSubnetRequest("ensureContainer", request);
  const { networkView = settings.networkView, comment, extattrs, cloud, signal } = fields;
  const block = checkedBlock("cidr", fields.cidr);
  const type = holderType("container", block.family);
  const place = { network: formatBlock(block), network_view: networkView };
  const { wapi, ownership, pools } = settings;
  const token = newTokenId();
  return findOrMake(settings, {
    find: async () => {
      const [row] = await wapi.find(type, { where: place, fields: subnetFields, limit: 1, signal });
      return row && containerOf(row, ownership.tokenOf(row) === token);
    },
    make: () =>
      ownership.marking(async (marksOf) => {
        const values = { ...marksOf({ comment, extattrs, cloud, token }), ...place };
        const row = await wapi.create(type, values, { fields: subnetFields, signal });
        pools.gained("container");
        return containerOf(row, true);
      }),
    signal,
  });
}

/** See `Ipam.ensureNetworkView`. */
export async function ensureNetworkView(
  settings: IpamSettings,
  name: string,
  options: unknown,
): Promise<NetworkView> {
  const given = Object(options) as { readonly name?: unknown };
  // The options are merged with the name below, so a name among them would be lost.
  if (given.name !== undefined)
    throw invalid("options.name", given.name, "is no option: pass the name before the options", undefined);
  const request = await checkSubnetRequest("ensureNetworkView", { ...given, name });
  const { signal, create = true, name: checked } = request;
  const { wapi } = settings;
  const find = async () => {
    const search = { where: { name: checked }, fields: ["name"], limit: 1, signal } as const;
    const [row] = await wapi.find("networkview", search);
    return row && { name: checked, ref: row._ref, created: false };
  };
  const make = async () => {
    if (!create) {
      throw new NotFoundError(`There is no network view "${checked}".`, {
        ...{ status: 0, code: "ERR_INFOBLOX_NOT_FOUND", method: "GET", path: "networkview" },
        hint: "Name one that the grid has, or leave create out.",
      });
    }
    const row = await wapi.create("networkview", { name: checked }, { fields: ["name"], signal });
    return { name: checked, ref: row._ref, created: true };
  };
  return findOrMake(settings, { find, make, signal });
}
