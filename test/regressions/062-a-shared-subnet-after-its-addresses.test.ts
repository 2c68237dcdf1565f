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

it.each([
  ["fixed addresses", {}],
  ["host records", { hostName: "{mac}.example.com", hostDns: false }],
])("is released when the last of them is gone: %s", async (_what, options) => {
  const { another, ipam, holds } = await here.start({ releaseShared: true, ...options });
  let isDown = false;
  const failing = new Proxy(ipam, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== "lookup" || !isDown) return typeof value === "function" ? value.bind(target) : value;
      return () => Promise.reject(new Error("not now"));
    },
  }) as Ipam;
  const [slow, last] = [another({ ipam: failing }), another({ engineId: "host-b" })];
  const [one, other] = [await createNetwork(slow, blue), await createNetwork(last, blue)];
  await startContainer(slow, one.id, mac(1));
  isDown = true;
  await expect(slow.releaseAddress({ PoolID: one.id, Address: "10.1.0.2" })).rejects.toThrow("not now");
  isDown = false;
  await expect(slow.releasePool({ PoolID: one.id })).rejects.toThrow(
    "10.1.0.0/24 waits for the release of 10.1.0.2",
  );
  await removeNetwork(last, other);
  expect(await holds()).not.toEqual([]);
  await expect(slow.requestPool({ AddressSpace: "local/docker", Pool: "none" })).rejects.toThrow("CIDR");
  expect([slow.pendingReleases, await holds()]).toEqual([0, []]);
});
