/**
 * The release of an address waited in the journal while its network left a shared subnet. The engine was no member any more, so
 * that the last one found the subnet in use, and nobody released it when the address was gone.
 */

import type { Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { createNetwork, mac, removeNetwork, startContainer } from "../unit/docker/driving.js";
import { workplace } from "../unit/docker/workplace.js";

const here = workplace();
const blue = { opt: { "network-name": "blue" } };
const hosts = { hostName: "{mac}.example.com", hostDns: false };

/** An `Ipam` whose looks at the container's address fail so long. */
function failingWhile(ipam: Ipam, isDown: () => boolean): Ipam {
  return new Proxy(ipam, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const fails = name === "lookup" && args[0] === "10.1.0.2" && isDown();
        return fails ? Promise.reject(new Error("not now")) : value.apply(target, args);
      };
    },
  });
}

it("is released when the last of them is gone", async () => {
  const { another, ipam, holds } = await here.start({ releaseShared: true, ...hosts });
  let isDown = false;
  const slow = another({ ipam: failingWhile(ipam, () => isDown) });
  const last = another({ engineId: "host-b" });
  const [one, other] = [await createNetwork(slow, blue), await createNetwork(last, blue)];
  await startContainer(slow, one.id, mac(1));
  isDown = true;
  await expect(slow.releaseAddress({ PoolID: one.id, Address: "10.1.0.2" })).rejects.toThrow("not now");
  await slow.releasePool({ PoolID: one.id }).catch(() => undefined);
  await removeNetwork(last, other);
  expect(await holds()).not.toEqual([]);
  isDown = false;
  await expect(slow.requestPool({ AddressSpace: "local/docker", Pool: "none" })).rejects.toThrow("CIDR");
  expect([slow.pendingReleases, await holds()]).toEqual([0, []]);
});

it("is released at once if the address can be released by then", async () => {
  const { another, ipam, holds } = await here.start({ releaseShared: true, ...hosts });
  let isDown = false;
  const driver = another({ ipam: failingWhile(ipam, () => isDown) });
  const network = await createNetwork(driver, blue);
  await startContainer(driver, network.id, mac(1));
  isDown = true;
  await expect(driver.releaseAddress({ PoolID: network.id, Address: "10.1.0.2" })).rejects.toThrow("not now");
  isDown = false;
  await driver.releasePool({ PoolID: network.id });
  expect([driver.pendingReleases, await holds()]).toEqual([0, []]);
});
