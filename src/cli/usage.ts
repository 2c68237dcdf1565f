/** How full subnets and ranges are in lists: the grid's own figures, which it keeps of IPv4 ones only. */

import type { WapiClient } from "../wapi/client.js";
import type { Ref } from "../wapi/ref.js";
import { step } from "../wapi/step.js";

interface Listed {
  readonly ref: string;
  readonly family: 4 | 6;
}

interface Figures {
  readonly utilization?: number;
  readonly dhcp_utilization?: number;
}

/** So many objects are asked for in one request. */
const most = 100;

/** The same things, each with the percentage that is in use, where the grid has one. */
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
      some.map(({ ref }) => use(ref)),
      { signal },
    );
    for (const [index, row] of rows.entries()) {
      const ref = some[index]?.ref;
      const { utilization, dhcp_utilization: figure = utilization }: Figures = row;
      // In thousandths.
      if (ref !== undefined && figure !== undefined) used.set(ref, figure / 10);
    }
  }
  return things.map((thing) => ({ ...thing, used: used.get(thing.ref) }));
}

function use(ref: string) {
  return ref.startsWith("range/")
    ? step.get(ref as Ref<"range">, { fields: ["dhcp_utilization"] })
    : step.get(ref as Ref<"network">, { fields: ["utilization"] });
}

export function useText(used: number | undefined): string {
  return used === undefined ? "" : `${used} %`;
}
