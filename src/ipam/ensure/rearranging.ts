import { type Block, parseBlock } from "../../cidr.js";
import { slices } from "../engine/slices.js";
import type { IpamSettings } from "../settings/settings.js";
import {
  findRelatives,
  refuseContainer,
  refuseDivision,
  refuseSubnet,
  relativesOf,
} from "../subnets/relatives.js";
import type { Judged } from "./entry.js";
import type { Surplus } from "./pruning.js";

/**
 * Refuses to create a subnet or container where that would make a container of a subnet that is in use, or of the subnet
 * itself: see `relatives.ts`. What the same call deletes doesn't count.
 */
export async function refuseRearranging(
  settings: IpamSettings,
  judged: readonly Judged[],
  surplus: readonly Surplus[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { networkView } = settings;
  const coming = judged.flatMap(({ found: { entry, row } }) => {
    const block = row === undefined ? blockOf(entry.kind, entry.key) : undefined;
    return block === undefined ? [] : [{ kind: entry.kind, block, networkView, signal }];
  });
  const going = new Set(surplus.map(({ key }) => key));
  const steps = coming.flatMap((named) => findRelatives(named));
  const lists: (readonly Row[])[] = [];
  for (const some of slices(steps)) lists.push(...(await settings.wapi.batch(some, { signal })));
  for (const [index, named] of coming.entries()) {
    const rows = lists.slice(4 * index, 4 * index + 4);
    const staying = rows.map((list) => list.filter(({ network = "" }) => !going.has(network)));
    const relatives = relativesOf(named.block, staying);
    if (named.kind === "subnet") refuseContainer(named, relatives);
    else refuseSubnet(named, relatives);
    await refuseDivision(settings, named, relatives);
  }
}

type Row = Parameters<typeof relativesOf>[1][number][number];

function blockOf(kind: string, key: string): Block | undefined {
  return kind === "subnet" || kind === "container" ? parseBlock(key) : undefined;
}
