import { type Block, formatBlock } from "../cidr.js";
import { isInfobloxError } from "../errors.js";
import type { ExtensibleAttributes } from "../wapi/extattrs.js";
import type { Ref } from "../wapi/ref.js";
import { checkRequest } from "./request-schemas.js";
import type { ContainerRequest } from "./requests.js";
import type { Container, ContainerType, NetworkView } from "./results.js";
import type { IpamSettings } from "./settings.js";
import { checkedBlock } from "./syntax.js";
import { holderType } from "./targets.js";

/** See `Ipam.ensureContainer`. */
export async function ensureContainer(settings: IpamSettings, request: unknown): Promise<Container> {
  const fields: ContainerRequest = await checkRequest("ensureContainer", request);
  const { networkView = settings.networkView, comment, extattrs, signal } = fields;
  const block = checkedBlock("cidr", fields.cidr);
  const type = holderType("container", block.family);
  const place = { network: formatBlock(block), network_view: networkView };
  const { wapi, ownership } = settings;
  const read = (row: ContainerRow, created: boolean) => containerOf(row, block, networkView, created);
  return findOrMake(
    async () => {
      const [row] = await wapi.find(type, { where: place, fields: containerFields, limit: 1, signal });
      return row && read(row, false);
    },
    () =>
      ownership.creating({ comment, extattrs }, async (marks) =>
        read(await wapi.create(type, { ...marks, ...place }, { fields: containerFields, signal }), true),
      ),
  );
}

/** See `Ipam.ensureNetworkView`. */
export async function ensureNetworkView(
  { wapi }: IpamSettings,
  name: string,
  options: unknown,
): Promise<NetworkView> {
  const { signal, name: checked } = await checkRequest("ensureNetworkView", { ...Object(options), name });
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

const containerFields = ["network_container", "comment", "extattrs"] as const;

interface ContainerRow {
  readonly _ref: Ref<ContainerType>;
  readonly network_container?: string;
  readonly comment?: string;
  readonly extattrs?: ExtensibleAttributes;
}

function containerOf(row: ContainerRow, block: Block, networkView: string, created: boolean): Container {
  return {
    cidr: formatBlock(block),
    ref: row._ref,
    family: block.family,
    prefixLength: block.prefixLength,
    networkView,
    container: row.network_container === "/" ? undefined : row.network_container,
    comment: row.comment,
    extattrs: row.extattrs ?? {},
    created,
  };
}
