/** Releases that could not be done: nothing stays behind. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createNetwork, mac, removeNetwork, startContainer } from "./driving.js";
import { workplace } from "./workplace.js";

const here = workplace();

describe("a release while the grid is away", () => {
  it("is repeated before anything new is taken", async () => {
    const { driver, grid, holds } = await here.start();
    const network = await createNetwork(driver);
    const address = await startContainer(driver, network.id, mac(1));
    grid.faults.always({ status: 403 });
    await expect(driver.releaseAddress({ PoolID: network.id, Address: address })).rejects.toThrow();
    await expect(removeNetwork(driver, network)).rejects.toThrow();
    await expect(driver.releasePool({ PoolID: network.id })).rejects.toThrow();
    grid.faults.clear();
    expect(await holds()).toHaveLength(3);
    const next = await createNetwork(driver);
    expect(next.subnet).toBe("10.1.0.0/24");
    await removeNetwork(driver, next);
    expect(await holds()).toEqual([]);
  });

  it("is noted in the state directory, and done by the next process", async () => {
    const { driver, another, grid, holds } = await here.start({ stateDirectory: here.folder });
    const network = await createNetwork(driver);
    grid.faults.always({ status: 403 });
    await expect(driver.releasePool({ PoolID: network.id })).rejects.toThrow();
    grid.faults.clear();
    const file = join(here.folder, "host-a.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual([{ poolId: network.id }]);
    const restarted = another({ stateDirectory: here.folder });
    const next = await createNetwork(restarted, { opt: { "prefix-length": "28" } });
    expect(next.subnet).toBe("10.1.0.0/28");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual([]);
    await removeNetwork(restarted, next);
    expect(await holds()).toEqual([]);
  });

  it("isn't repeated for an address that the container has got again", async () => {
    const { driver, grid, holds } = await here.start();
    const network = await createNetwork(driver);
    await startContainer(driver, network.id, mac(1), "10.1.0.9");
    grid.faults.always({ status: 403 });
    await expect(driver.releaseAddress({ PoolID: network.id, Address: "10.1.0.9" })).rejects.toThrow();
    grid.faults.clear();
    expect(await startContainer(driver, network.id, mac(1), "10.1.0.9")).toBe("10.1.0.9/24");
    await createNetwork(driver);
    expect(await holds()).toContain("10.1.0.9 MAC_ADDRESS");
  });
});
