import { addressBits, type Block, blocksOf, type Family, gaps, parseBlock, type Span } from "../../cidr.js";
import { step } from "../../wapi/step.js";
import { mostFound } from "../objects/in-use.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";

/** Reads the subnets and containers directly in a container. `"/"` is the top of the network view. */
export async function childrenOf(
  { wapi }: IpamSettings,
  family: Family,
  container: string,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<{ subnets: readonly Block[]; containers: readonly Block[] }> {
  const where = { network_container: container, network_view: networkView };
  const find = (holds: "network" | "container") =>
    wapi.find(holderType(holds, family), { where, fields: ["network"], signal });
  const [subnets, containers] = await Promise.all([find("network"), find("container")]);
  return { subnets: blocksIn(subnets), containers: blocksIn(containers) };
}

/** The searches for as many of them as a batch returns. */
export function findChildren(family: Family, container: string, networkView: string) {
  const where = { network_container: container, network_view: networkView };
  const options = { where, fields: ["network"], limit: mostFound } as const;
  const find = (holds: "network" | "container") => step.find(holderType(holds, family), options);
  return [find("network"), find("container")] as const;
}

/** The largest free aligned block. Of several, the lowest. */
export function largestFree(within: Span, taken: readonly Span[]): Block | undefined {
  let largest: Block | undefined;
  for (const gap of gaps(within, taken)) {
    for (const block of blocksOf(gap)) {
      if (block.prefixLength < (largest?.prefixLength ?? addressBits(within.family) + 1)) largest = block;
    }
  }
  return largest;
}

export function blocksIn(rows: readonly { readonly network?: string }[]): Block[] {
  return rows.flatMap(({ network }) => parseBlock(network ?? "") ?? []);
}
