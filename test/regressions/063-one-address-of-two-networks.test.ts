/**
 * Two engines named the same gateway or auxiliary address in one subnet. Only the first reserved it. When its network was removed,
 * a container of the other engine got that address.
 */

import { expect, it } from "vitest";
import { createNetwork, mac, removeNetwork, startContainer } from "../unit/docker/driving.js";
import { workplace } from "../unit/docker/workplace.js";

const here = workplace();

it("stays reserved for the second network when the first is removed: a gateway", async () => {
  const { driver, another, wapi, holds } = await here.start({ local: { networkView: "default" } });
  await driver.prepare();
  await wapi.create("network", { network: "10.5.0.0/24" });
  const asked = { subnet: "10.5.0.0/24", gateway: "10.5.0.1" };
  const second = another({ engineId: "host-b" });
  const one = await createNetwork(driver, asked, "local/default");
  const other = await createNetwork(second, asked, "local/default");
  await removeNetwork(driver, one);
  expect(await startContainer(second, other.id, mac(1))).toBe("10.5.0.2/24");
  await second.releaseAddress({ PoolID: other.id, Address: "10.5.0.2" });
  await removeNetwork(second, other);
  expect(await holds("default")).toEqual(["10.5.0.0/24"]);
});

it("stays reserved for the second network when the first is removed: an auxiliary address", async () => {
  const { driver, another, holds } = await here.start({ releaseShared: true });
  const blue = { opt: { "network-name": "blue" } };
  const second = another({ engineId: "host-b" });
  const [one, other] = [await createNetwork(driver, blue), await createNetwork(second, blue)];
  const Address = "10.1.0.2";
  // A repeated call has the same answer.
  for (const [by, { id }] of [
    [driver, one],
    [second, other],
    [second, other],
  ] as const)
    expect(await by.requestAddress({ PoolID: id, Address })).toMatchObject({ Address: "10.1.0.2/24" });
  await driver.releaseAddress({ PoolID: one.id, Address });
  await removeNetwork(driver, one);
  expect(await startContainer(second, other.id, mac(1))).toBe("10.1.0.3/24");
  await second.releaseAddress({ PoolID: other.id, Address: "10.1.0.3" });
  await second.releaseAddress({ PoolID: other.id, Address });
  await removeNetwork(second, other);
  expect(await holds()).toEqual([]);
});
