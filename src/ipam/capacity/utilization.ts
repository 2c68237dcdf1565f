import {
  type Block,
  type Family,
  formatBlock,
  hostSpan,
  mergeSpans,
  parseBlock,
  type Span,
  size,
} from "../../cidr.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { addressType, isOwnAddress } from "../objects/in-use.js";
import type { Utilization } from "../objects/results.js";
import { blockOf, type RowOf } from "../objects/rows.js";
import { type HolderType, holderType, parseTarget } from "../requests/targets.js";
import { checkView, type IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import { childrenOf, largestFree } from "../sources/space.js";
import { percentOf } from "./free-space.js";
import type { UtilizationOptions, UtilizationTarget } from "./requests.js";
import { checkCapacityRequest } from "./schemas.js";

/** A subnet or container that exists. */
interface Measured {
  readonly scope: "subnet" | "container";
  readonly block: Block;
  readonly networkView: string;
}

/** See `Ipam.utilization`. */
export async function utilization(
  settings: IpamSettings,
  target: UtilizationTarget,
  options: unknown,
): Promise<Utilization> {
  const checked: UtilizationOptions = await checkCapacityRequest("utilization", options);
  const { networkView = settings.networkView, signal } = checked;
  if (typeof target === "object" && target !== null && !("ref" in target)) {
    return ofView(settings, target.networkView, target.family ?? 4, signal);
  }
  const parsed = parseTarget(target, ["network", "container"], "target");
  const measured =
    parsed.kind === "ref"
      ? measuredBy(await settings.wapi.get(parsed.ref as Ref<Holder>, { fields, signal }))
      : await byCidr(settings, parsed.text, parsed.family, networkView, signal);
  return measured.scope === "subnet"
    ? ofSubnet(settings, measured, signal)
    : ofContainer(settings, measured, signal);
}

type Holder = HolderType<"network" | "container">;

type Row = RowOf<Holder, "network" | "network_view">;

const fields = ["network", "network_view"] as const;

async function byCidr(
  { wapi }: IpamSettings,
  text: string,
  family: Family,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Measured> {
  const block = parseBlock(text);
  const where = { network: block ? formatBlock(block) : text, network_view: networkView };
  const find = (holds: "network" | "container") =>
    step.find(holderType(holds, family), { where, fields, limit: 1 });
  const [subnets, containers] = await wapi.batch([find("network"), find("container")], { signal });
  const [row]: readonly Row[] = [...subnets, ...containers];
  if (row === undefined) throw notFound(`subnet or container ${text}`, networkView);
  return measuredBy(row);
}

function measuredBy(row: Row): Measured {
  const scope = row._ref.includes("networkcontainer/") ? "container" : "subnet";
  return { scope, block: blockOf(row), networkView: row.network_view ?? "default" };
}

/** Counts the addresses in use. The grid's own percentage is not used: the grid updates it only from time to time. */
async function ofSubnet(
  { wapi }: IpamSettings,
  { block, networkView }: Measured,
  signal: AbortSignal | undefined,
): Promise<Utilization> {
  const rows = wapi.iterate(addressType(block.family), {
    where: { network: formatBlock(block), network_view: networkView, status: "USED" },
    fields: ["ip_address", "types"],
    signal,
  });
  let used = 0n;
  for await (const row of rows) if (!isOwnAddress(row)) used += 1n;
  const place = { target: formatBlock(block), scope: "subnet", family: block.family } as const;
  return figures(size(hostSpan(block)), used, { ...place, subnets: 1, largestFree: undefined });
}

async function ofContainer(
  settings: IpamSettings,
  { block, networkView }: Measured,
  signal: AbortSignal | undefined,
): Promise<Utilization> {
  const children = await childrenOf(settings, block.family, formatBlock(block), networkView, signal);
  const taken = [...children.subnets, ...children.containers];
  const largest = largestFree(block, taken);
  const place = { target: formatBlock(block), scope: "container", family: block.family } as const;
  const free = { subnets: children.subnets.length, largestFree: largest && formatBlock(largest) };
  return figures(size(block), sizeOf(taken), { ...place, ...free });
}

async function ofView(
  settings: IpamSettings,
  networkView: string,
  family: Family,
  signal: AbortSignal | undefined,
): Promise<Utilization> {
  checkView("networkView", networkView);
  const top = await childrenOf(settings, family, "/", networkView, signal);
  let used = 0n;
  let subnets = 0;
  const rows = settings.wapi.iterate(holderType("network", family), {
    where: { network_view: networkView },
    fields: ["network"],
    signal,
  });
  for await (const { network } of rows) {
    const block = parseBlock(network ?? "");
    used += block ? size(block) : 0n;
    subnets += 1;
  }
  const place = { target: networkView, scope: "view", family, subnets, largestFree: undefined } as const;
  return figures(sizeOf([...top.subnets, ...top.containers]), used, place);
}

function sizeOf(spans: readonly Span[]): bigint {
  return mergeSpans(spans).reduce((sum, span) => sum + size(span), 0n);
}

/** Converts to numbers only at the end: exact for IPv4, and for IPv6 as close as a number can be. */
function figures(
  total: bigint,
  used: bigint,
  place: Omit<Utilization, "total" | "used" | "free" | "percent">,
): Utilization {
  const percent = percentOf(used, total);
  return { total: Number(total), used: Number(used), free: Number(total - used), percent, ...place };
}
