import { Ipam, type IpamOptions } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { profileOf } from "../campaign/variants.js";
import { clientIn, inNoTime, type VirtualTime } from "../campaign/virtual-time.js";

/**
 * Two calls ensured one object at once, or an answer was lost, on a grid whose searches lag. The grid refused the second create,
 * the search did not show the object of the first one yet, and the call failed because the object exists.
 */
const assumptions = { searchSeesWritesAfter: 300 };
const ensured: Readonly<Record<string, (ipam: Ipam) => Promise<unknown>>> = {
  "a container": (ipam) => ipam.ensureContainer({ cidr: "2001:db8::/48" }),
  "a network view": (ipam) => ipam.ensureNetworkView("lab"),
  "the reverse zones of a subnet": (ipam) => ipam.dns.ensureReverseZones("10.1.0.0/24"),
};

const matrix = Object.entries(ensured).flatMap(([what, ensure]) => [
  [what, "a profile", { profile: profileOf({ assumptions }) }, ensure] as const,
  [what, "searchDelay", { options: { searchDelay: 300 } }, ensure] as const,
]);

it.each(matrix)("%s is found after a lost answer, with %s", async (_, __, kept, ensure) => {
  await onLaggingGrid(kept, async (ipamOf, grid) => {
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    await expect(ensure(ipamOf())).resolves.toBeDefined();
  });
});

it.each(matrix)("%s is the same for two callers at once, with %s", async (_, __, kept, ensure) => {
  await onLaggingGrid(kept, async (ipamOf) => {
    await expect(Promise.all([ensure(ipamOf()), ensure(ipamOf())])).resolves.toBeDefined();
  });
});

async function onLaggingGrid(
  { profile, options }: { readonly profile?: ReturnType<typeof profileOf>; readonly options?: IpamOptions },
  work: (ipamOf: () => Ipam, grid: FakeGrid) => Promise<void>,
): Promise<void> {
  const grid = FakeGrid.inMemory({ setup: true, assumptions });
  await inNoTime(grid, async (time: VirtualTime) => {
    const ipamOf = () => new Ipam(clientIn(time, grid), options);
    if (profile !== undefined) await ipamOf().setup({ profile });
    await time.sleep(60_000);
    await work(ipamOf, grid);
  });
}
