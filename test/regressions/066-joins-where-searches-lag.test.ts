/**
 * Where searches lag, an engine did not find the shared subnet that it had just created, and joined again. Its first membership
 * stayed, because the search by its id did not find it either.
 */

import { Ipam } from "infoblox-ipam";
import { createIpamDriver } from "infoblox-ipam/docker";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { profileOf } from "../campaign/variants.js";
import { clientIn, inNoTime } from "../campaign/virtual-time.js";
import { createNetwork, local } from "../unit/docker/driving.js";

const assumptions = { searchSeesWritesAfter: 300 };

it("leaves a membership only with a network, though the engine may fail to join", async () => {
  const attributes = ["Network Name", "Tenant ID"];
  const seed = { networkViews: ["docker"], attributes };
  const grid = FakeGrid.inMemory({ setup: true, assumptions, seed });
  const left = await inNoTime(grid, async (time) => {
    const ipam = new Ipam(clientIn(time, grid));
    await ipam.setup({ profile: profileOf({ assumptions }) });
    const driver = createIpamDriver({ ipam, local, engineId: "host-a", releaseShared: true });
    const blue = { opt: { "network-name": "blue" } };
    const networks = await createNetwork(driver, blue).then(
      () => 1,
      () => 0,
    );
    await time.sleep(1_000);
    return { networks, members: (await ipam.hosts.find({ networkView: "docker" })).length };
  });
  expect(left.members).toBe(left.networks);
});
