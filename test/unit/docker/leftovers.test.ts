/** Releases that could not be done: nothing stays behind. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNetwork, type Drive, drive, mac, removeNetwork, startContainer } from "./driving.js";

const closing: (() => unknown)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-docker-"));
  closing.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(...args: Parameters<typeof drive>): Promise<Drive> {
  const open = await drive(...args);
  closing.push(() => open[Symbol.asyncDispose]());
  return open;
}

describe("a release while the grid is away", () => {
  it("is repeated before anything new is taken", async () => {
    const { driver, grid, holds } = await start();
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
    const { driver, another, grid, holds } = await start({ stateDirectory: folder });
    const network = await createNetwork(driver);
    grid.faults.always({ status: 403 });
    await expect(driver.releasePool({ PoolID: network.id })).rejects.toThrow();
    grid.faults.clear();
    const file = join(folder, "host-a.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual([{ poolId: network.id }]);
    const restarted = another({ stateDirectory: folder });
    const next = await createNetwork(restarted, { opt: { "prefix-length": "28" } });
    expect(next.subnet).toBe("10.1.0.0/28");
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual([]);
    await removeNetwork(restarted, next);
    expect(await holds()).toEqual([]);
  });

  it("isn't repeated for an address that the container has got again", async () => {
    const { driver, grid, holds } = await start();
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
