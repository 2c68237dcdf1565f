import { addressBits, type Block, blocksOf, type Family, gaps, parseBlock, type Span } from "../../cidr.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";

/** The blocks directly in a container, or at the top of a network view. */
export interface Children {
  readonly subnets: readonly Block[];
  readonly containers: readonly Block[];
}

/** Reads the subnets and containers directly in a container. `"/"` is the top of the network view. */
export async function childrenOf(
  { wapi }: IpamSettings,
  family: Family,
  container: string,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Children> {
  const where = { network_container: container, network_view: networkView };
  const [subnets, containers] = await Promise.all([
    wapi.find(holderType("network", family), { where, fields: ["network"], signal }),
    wapi.find(holderType("container", family), { where, fields: ["network"], signal }),
  ]);
  return { subnets: blocksIn(subnets), containers: blocksIn(containers) };
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
