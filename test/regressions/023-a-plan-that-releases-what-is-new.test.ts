import { type Address, Ipam, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

/**
 * Where searches lag, the search that a delete rests on does not find yet what was just made. A plan that released it ended in the
 * grid's complaint about that search.
 */
const lag = 300;

const makers: Readonly<Record<string, (ipam: Ipam) => Promise<Address | Subnet>>> = {
  "a reservation": (ipam) => ipam.requestAddress({ from: "10.0.7.0/24" }),
  "a host": (ipam) => ipam.requestAddress({ from: "10.0.7.0/24", name: "web", dns: false }),
  "a subnet": (ipam) => ipam.requestSubnet({ from: "10.1.0.0/16", prefixLength: 24 }),
};

it.each(Object.entries(makers))("waits until it shows: %s", async (_, make) => {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { networks: ["10.0.7.0/24"], containers: ["10.1.0.0/16"] },
    assumptions: { searchSeesWritesAfter: lag },
  });
  const [maker, releaser] = [0, lag].map(
    (searchDelay) => new Ipam(new WapiClient(grid.clientOptions), { searchDelay }),
  ) as [Ipam, Ipam];
  const { old } = await inNoTime(grid, async () => {
    const made = await make(maker);
    return releaser.plan().release("old", made).apply();
  });
  expect(old).toEqual({ released: true, reason: "deleted" });
});
