import { formatBlock } from "../../cidr.js";
import { isInfobloxError, NotFoundError } from "../../errors.js";
import { checkRequest } from "../request-schemas.js";
import type { ContainerRequest } from "../requests.js";
import type { Container, NetworkView } from "../results.js";
import { containerOf, subnetFields } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import { holderType } from "../sources/targets.js";
import { checkedBlock } from "../syntax.js";

/** See `Ipam.ensureContainer`. */
export async function ensureContainer(settings: IpamSettings, request: unknown): Promise<Container> {
  const fields: ContainerRequest = await checkRequest("ensureContainer", request);
  const { networkView = settings.networkView, comment, extattrs, cloud, signal } = fields;
  const block = checkedBlock("cidr", fields.cidr);
  const type = holderType("container", block.family);
  const place = { network: formatBlock(block), network_view: networkView };
  const { wapi, ownership, pools } = settings;
  return findOrMake(
    async () => {
      const [row] = await wapi.find(type, { where: place, fields: subnetFields, limit: 1, signal });
      return row && containerOf(row, false);
    },
    () =>
      ownership.creating({ comment, extattrs, cloud }, async (marks) => {
        const row = await wapi.create(type, { ...marks, ...place }, { fields: subnetFields, signal });
        pools.gained("container");
        return containerOf(row, true);
      }),
  );
}

/** See `Ipam.ensureNetworkView`. */
export async function ensureNetworkView(
  { wapi }: IpamSettings,
  name: string,
  options: unknown,
): Promise<NetworkView> {
  const {
    signal,
    create = true,
    name: checked,
  } = await checkRequest("ensureNetworkView", { ...Object(options), name });
  const find = async () => {
    const [row] = await wapi.find("networkview", {
      where: { name: checked },
      fields: ["name"],
      limit: 1,
      signal,
    });
    return row && { name: checked, ref: row._ref, created: false };
  };
  return findOrMake(find, async () => {
    if (!create) {
      throw new NotFoundError(`There is no network view "${checked}".`, {
        ...{ status: 0, code: "ERR_INFOBLOX_NOT_FOUND", method: "GET", path: "networkview" },
        hint: "Name one that the grid has, or leave create out.",
      });
    }
    const row = await wapi.create("networkview", { name: checked }, { fields: ["name"], signal });
    return { name: checked, ref: row._ref, created: true };
  });
}

/** Whoever is second finds what the first has made: also where both looked before either made it. */
async function findOrMake<T>(find: () => Promise<T | undefined>, make: () => Promise<T>): Promise<T> {
  const existing = await find();
  if (existing !== undefined) return existing;
  try {
    return await make();
  } catch (error) {
    const other = isInfobloxError(error, "ConflictError") ? await find() : undefined;
    if (other === undefined) throw error;
    return other;
  }
}
