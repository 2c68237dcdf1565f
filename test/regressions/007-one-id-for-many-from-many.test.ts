import { Ipam, WapiClient } from "infoblox-ipam";
import { type Assumptions, FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

const grids: readonly (readonly [grid: string, assumptions: Partial<Assumptions>])[] = [
  ["where a request is a transaction", {}],
  ["where a refused request leaves parts", { requestIsTransactional: false }],
  ["where searches lag", { searchSeesWritesAfter: 20 }],
  ["where both is so", { requestIsTransactional: false, searchSeesWritesAfter: 20 }],
];

it.each(grids)(
  "many processes that ask for many things of one id get the same, %s",
  async (_, assumptions) => {
    const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["2001:db8::/32"] }, assumptions });
    // Longer than a request takes on its way: what is sent by then shows to everybody who looks.
    const searchDelay = 20 * (assumptions.searchSeesWritesAfter ?? 0);
    const processes = Array.from(
      { length: 8 },
      () => new Ipam(new WapiClient(grid.clientOptions), { searchDelay }),
    );
    const request = { from: "2001:db8::/32", prefixLength: 64, count: 5, requestId: "racks" } as const;
    const all = await inNoTime(grid, () =>
      Promise.all(processes.map((ipam) => ipam.requestSubnets(request))),
    );
    const cidrs = all.map((subnets) => subnets.map(({ cidr }) => cidr));
    for (const one of cidrs) expect(one).toEqual(cidrs[0]);
    grid.clock.advance(100);
    const standing = await new WapiClient(grid.clientOptions).find("ipv6network", { fields: ["network"] });
    expect(standing.map(({ network }) => network).sort()).toEqual([...(cidrs[0] ?? [])].sort());
  },
);
