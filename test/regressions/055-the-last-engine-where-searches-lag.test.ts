import { Ipam } from "infoblox-ipam";
import { createIpamDriver } from "infoblox-ipam/docker";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { profileOf, waitingProfileOf } from "../campaign/variants.js";
import { clientIn, inNoTime } from "../campaign/virtual-time.js";

/**
 * The last engine that leaves a shared subnet releases it. Where searches still find what is gone, it found its own membership,
 * and the subnet stayed.
 */
const assumptions = { searchFindsGoneFor: 300 };
const grids = { places: profileOf({ assumptions }), wait: waitingProfileOf({ assumptions }) };

it.each(Object.entries(grids))("the last engine releases a shared subnet, with %s", async (_, profile) => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { attributes: ["Network Name"] }, assumptions });
  await inNoTime(grid, async (time) => {
    const ipam = new Ipam(clientIn(time, grid));
    await ipam.setup({ profile });
    const local = { networkView: "default", containers: ["10.1.0.0/20", "2001:db8::/48"] };
    const options = { ipam, engineId: "host-a", local, releaseShared: true, now: () => time.now };
    const driver = createIpamDriver(options);
    await driver.prepare();
    await time.sleep(60_000);
    const call = { AddressSpace: "local/default", Pool: "", Options: { "network-name": "blue" } };
    for (const V6 of [false, true]) {
      const { PoolID } = await driver.requestPool({ ...call, V6 });
      await time.sleep(60_000);
      await driver.releasePool({ PoolID });
    }
    await time.sleep(60_000);
    expect(await ipam.findSubnets({ within: "10.0.0.0/8" })).toEqual([]);
    expect(await ipam.findSubnets({ within: "2001:db8::/32" })).toEqual([]);
  });
});
