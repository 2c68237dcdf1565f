import { type Block, type Family, formatBlock } from "../../cidr.js";
import { ConflictError, invalid, isInfobloxError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { mostFound } from "../objects/in-use.js";
import { blockOf, type ContainerRow } from "../objects/rows.js";
import {
  type HolderType,
  holderType,
  parseTarget,
  type RefTarget,
  type Target,
} from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import type { Searched } from "../sources/source-query.js";
import { blocksIn, childrenOf, findChildren } from "../sources/space.js";
import type { ContainerTarget } from "./requests.js";

/** A container that exists, and the blocks directly in it. */
export interface ContainerSpace {
  readonly block: Block;
  readonly networkView: string;
  readonly taken: readonly Block[];
}

type Where = Pick<Searched, "networkView" | "signal">;

/**
 * Reads a container and what lies in it with one request. If it holds a thousand subnets or containers, reads them again
 * page by page.
 *
 * @throws {NotFoundError} if there is no such container
 * @throws {ConflictError} if it is a subnet
 */
export async function containerSpace(
  settings: IpamSettings,
  given: ContainerTarget,
  where: Where,
): Promise<ContainerSpace> {
  const target = parseTarget(given, ["container", "network"], "container");
  if (target.kind === "query" || target.kind === "range") {
    throw invalid("container", target.text, "must be one container", "10.0.0.0/16");
  }
  if (target.kind === "ref" && target.holds === "network") throw subnetError(target.text);
  const { rows, taken } =
    target.kind === "ref"
      ? await lookByRef(settings, target, where)
      : await lookByCidr(settings, target.family, formatBlock(target.block), where);
  const [container] = rows;
  if (container === undefined) throw await missing(settings, target, where);
  const block = blockOf(container);
  const networkView = container.network_view ?? where.networkView;
  if (taken.every((found) => found.length < mostFound))
    return { block, networkView, taken: blocksIn(taken.flat()) };
  const all = await childrenOf(settings, block.family, formatBlock(block), networkView, where.signal);
  return { block, networkView, taken: [...all.subnets, ...all.containers] };
}

interface Look {
  readonly rows: readonly ContainerRow[];
  /** The subnets and the containers directly in the container. */
  readonly taken: readonly (readonly { readonly network?: string }[])[];
}

const fields = ["network", "network_view"] as const;

async function lookByCidr(
  { wapi }: IpamSettings,
  family: Family,
  cidr: string,
  { networkView, signal }: Where,
): Promise<Look> {
  const itself = { network: cidr, network_view: networkView };
  const find = step.find(holderType("container", family), { where: itself, fields, limit: 1 });
  const [rows, ...taken] = await wapi.batch([find, ...findChildren(family, cidr, networkView)], { signal });
  return { rows, taken };
}

async function lookByRef({ wapi }: IpamSettings, target: RefTarget, { signal }: Where): Promise<Look> {
  const get = step.get(target.ref as Ref<HolderType<"container">>, { fields });
  const inside = findChildren(target.family, get.value("network"), get.value("network_view"));
  try {
    const [row, ...taken] = await wapi.batch([get, ...inside], { signal });
    return { rows: [row], taken };
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return { rows: [], taken: [] };
    throw error;
  }
}

/** The error for a container that does not exist: `ConflictError` if the CIDR is a subnet. */
async function missing(
  { wapi }: IpamSettings,
  target: Target,
  { networkView, signal }: Where,
): Promise<Error> {
  const absent = notFound(`container ${target.text}`, networkView);
  if (target.kind !== "block") return absent;
  const where = { network: formatBlock(target.block), network_view: networkView };
  const type = holderType("network", target.family);
  const [subnet] = await wapi.find(type, { where, fields: ["network"], limit: 1, signal });
  return subnet === undefined ? absent : subnetError(target.text);
}

function subnetError(text: string): ConflictError {
  return new ConflictError(`${text} is a subnet, not a container: it holds addresses, not subnets.`, {
    ...{ status: 0, code: "ERR_INFOBLOX_NOT_A_CONTAINER", method: "GET", path: "" },
    hint: "Ask utilization how many of its addresses are free.",
  });
}
