/**
 * Docker asks for a container's IPv4 and IPv6 addresses one right after the other. Where searches lag, the second request did not
 * find the host record of the first, and the container could not start.
 */

import { Ipam } from "infoblox-ipam";
import { createIpamDriver } from "infoblox-ipam/docker";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { profileOf, waitingProfileOf } from "../campaign/variants.js";
import { clientIn, inNoTime } from "../campaign/virtual-time.js";
import { createNetwork, local, mac, startContainer } from "../unit/docker/driving.js";

const assumptions = { searchSeesWritesAfter: 300 };

it.each([
  ["places", profileOf({ assumptions })],
  ["wait", waitingProfileOf({ assumptions })],
])("has one host record for both addresses of a container, with the profile %s", async (_name, profile) => {
  const grid = FakeGrid.inMemory({ setup: true, assumptions, seed: { networkViews: ["docker"] } });
  const ips = await inNoTime(grid, async (time) => {
    const ipam = new Ipam(clientIn(time, grid));
    await ipam.setup({ profile });
    const hosts = { hostName: "{mac}.example.com", hostDns: false };
    const driver = createIpamDriver({ ipam, local, engineId: "host-a", ...hosts });
    const networks = [await createNetwork(driver), await createNetwork(driver, { v6: true })];
    await time.sleep(1_000);
    for (const { id } of networks) await startContainer(driver, id, mac(1));
    await time.sleep(1_000);
    const found = await ipam.hosts.find({ networkView: "docker" });
    return found.map(({ addresses }) => addresses.map(({ ip }) => ip));
  });
  expect(ips).toEqual([["10.1.0.2", "2001:db8::2"]]);
});
