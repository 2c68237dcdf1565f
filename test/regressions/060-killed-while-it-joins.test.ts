/**
 * A driver was killed after it had written its membership of a shared subnet and before Docker got the pool. The journal had
 * forgotten the membership by then, so that it stayed, and the subnet with it.
 */

import { join } from "node:path";
import { Ipam, WapiClient } from "infoblox-ipam";
import { expect, it } from "vitest";
import { createNetwork } from "../unit/docker/driving.js";
import { workplace } from "../unit/docker/workplace.js";

const here = workplace();
const call = { AddressSpace: "local/docker", Options: { "network-name": "blue" } };

it("leaves no membership, whichever answer of the grid the driver did not live to see", async () => {
  const { grid, another, holds } = await here.start({ releaseShared: true });
  const { transport, ...options } = grid.clientOptions;
  let left = Number.POSITIVE_INFINITY;
  const mortal = async (stateDirectory: string) => {
    const wapi = new WapiClient({
      ...options,
      transport: async (request) => {
        const answer = await transport?.(request);
        left -= 1;
        return left < 0 || answer === undefined ? new Promise(() => {}) : answer;
      },
    });
    const driver = another({ ipam: new Ipam(wapi), stateDirectory });
    await driver.prepare();
    return driver;
  };
  await createNetwork(another({ engineId: "host-b" }), { opt: call.Options });
  const before = await holds();
  let kills = 0;
  for (let isKilled = true; isKilled; kills += 1) {
    const stateDirectory = join(here.folder, String(kills));
    const driver = await mortal(stateDirectory);
    left = kills;
    const done = driver.requestPool(call).then(() => true);
    await expect.poll(async () => left < 0 || (await Promise.race([done, false]))).toBe(true);
    isKilled = left < 0;
    left = Number.POSITIVE_INFINITY;
    if (!isKilled) continue;
    const next = another({ stateDirectory });
    await expect(next.requestPool({ ...call, Pool: "none" })).rejects.toThrow("must be a CIDR");
    expect(await holds(), `killed at request ${kills}`).toEqual(before);
  }
  expect(kills).toBeGreaterThan(4);
});
