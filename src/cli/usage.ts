/** How full the subnets and ranges of a list are, by the grid's own figures. The grid has figures for IPv4 only. */

import type { WapiClient } from "../wapi/client.js";
import { step } from "../wapi/step.js";

/** A subnet or a range from a search. */
type Listed = { readonly ref: string; readonly family: 4 | 6; readonly networkView: string } & (
  | { readonly cidr: string }
  | { readonly first: string; readonly last: string }
);

interface Figures {
  readonly utilization?: number;
  readonly dhcp_utilization?: number;
}

/** How many objects one request reads. */
const most = 100;

/** Adds to each thing the percentage that is in use, if the grid has a figure. */
export async function withUse<Thing extends Listed>(
  wapi: WapiClient,
  things: readonly Thing[],
  signal: AbortSignal,
): Promise<(Thing & { readonly used: number | undefined })[]> {
  const used = new Map<string, number>();
  const ipv4 = things.filter(({ family }) => family === 4);
  for (let first = 0; first < ipv4.length; first += most) {
    const some = ipv4.slice(first, first + most);
    const rows = await wapi.batch(
      some.map((thing) => use(thing)),
      { signal },
    );
    for (const [index, [row = {}]] of (rows as readonly (readonly Figures[])[]).entries()) {
      const ref = some[index]?.ref;
      const { utilization, dhcp_utilization: figure = utilization } = row;
      // The figure is in thousandths.
      if (ref !== undefined && figure !== undefined) used.set(ref, figure / 10);
    }
  }
  return things.map((thing) => ({ ...thing, used: used.get(thing.ref) }));
}

/** A search, not a get: if another client has deleted one object meanwhile, a get would fail the whole request. */
function use(thing: Listed) {
  const { networkView: network_view } = thing;
  if ("cidr" in thing) {
    return step.find("network", { where: { network: thing.cidr, network_view }, fields: ["utilization"] });
  }
  const { first: start_addr, last: end_addr } = thing;
  return step.find("range", { where: { start_addr, end_addr, network_view }, fields: ["dhcp_utilization"] });
}

export function useText(used: number | undefined): string {
  return used === undefined ? "" : `${used} %`;
}
