/**
 * An engine found a shared subnet, and the last other engine released it before the first had joined. Docker got an error, though
 * the next look would have found or created the subnet. Where the gateway was on the subnet's last address, the release overlooked
 * an engine that had joined.
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { expect, it } from "vitest";
import { createNetwork, mac, removeNetwork, startContainer } from "../unit/docker/driving.js";
import { workplace } from "../unit/docker/workplace.js";

const here = workplace();
const blue = { opt: { "network-name": "blue" } };

/** An `Ipam` that does something else before the first of these calls. */
function actingFirst(
  ipam: Ipam,
  call: "requestAddress" | "releaseSubnet",
  act: () => Promise<unknown>,
): Ipam {
  let isOver = false;
  return new Proxy(ipam, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        if (name === call && !isOver) {
          isOver = true;
          await act();
        }
        return value.apply(target, args);
      };
    },
  });
}

it("creates the subnet anew if it has gone", async () => {
  const { driver, another, ipam, holds } = await here.start({ releaseShared: true });
  const first = await createNetwork(driver, blue);
  const late = actingFirst(ipam, "requestAddress", () => removeNetwork(driver, first));
  const second = another({ engineId: "host-b", ipam: late });
  const joined = await createNetwork(second, blue);
  expect(joined.subnet).toBe("10.1.0.0/24");
  await removeNetwork(second, joined);
  expect([second.pendingReleases, await holds()]).toEqual([0, []]);
});

it("joins the one that a third engine has created since", async () => {
  const { grid, driver, another, ipam, holds } = await here.start({ releaseShared: true });
  const third = another({ engineId: "host-c" });
  const first = await createNetwork(driver, blue);
  let own = first;
  const { transport, ...options } = grid.clientOptions;
  const wapi = new WapiClient({
    ...options,
    transport: async (request) => {
      const answer = await transport?.(request);
      if (answer === undefined) throw new Error("a grid in memory has a transport");
      if (answer.status === 400 && own === first) own = await createNetwork(third, blue);
      return answer;
    },
  });
  const late = actingFirst(new Ipam(wapi), "requestAddress", () => removeNetwork(driver, first));
  const second = another({ engineId: "host-b", ipam: late });
  const joined = await createNetwork(second, blue);
  expect([own === first, joined.subnet]).toEqual([false, own.subnet]);
  await removeNetwork(third, own);
  await removeNetwork(second, joined);
  expect([(await ipam.findSubnets({ networkView: "docker" })).length, await holds()]).toEqual([0, []]);
});

it("keeps its subnet if it joins just before the release, with the gateway on the last address", async () => {
  const { another, ipam, holds } = await here.start({ releaseShared: true });
  const asked = { ...blue, gateway: "10.1.0.254" };
  const second = another({ engineId: "host-b" });
  let joined = { id: "", subnet: "", gateway: "" };
  const slow = actingFirst(ipam, "releaseSubnet", async () => {
    joined = await createNetwork(second, asked);
  });
  const first = another({ ipam: slow });
  await removeNetwork(first, await createNetwork(first, asked));
  expect(joined.subnet).toBe("10.1.0.0/24");
  expect(await startContainer(second, joined.id, mac(1))).toBe("10.1.0.1/24");
  await second.releaseAddress({ PoolID: joined.id, Address: "10.1.0.1" });
  await removeNetwork(second, joined);
  expect(await holds()).toEqual([]);
});
