/** What the manager and the nodes of a swarm ask of the drivers, each of its own, replayed. */

import { afterEach, describe, expect, it } from "vitest";
import { type Drive, drive, mac, startContainer } from "./driving.js";

let open: Drive | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});
const start = async (...args: Parameters<typeof drive>) => (open = await drive(...args));

const bare = (address: string) => address.replace(/\/\d+$/, "");
const gateway = { RequestAddressType: "com.docker.network.gateway" };

describe("an overlay network of a swarm of three", () => {
  it("has one subnet for all nodes, addresses that are unique, and goes with the last of it", async () => {
    const { another, holds } = await start();
    const [manager, ...workers] = ["host-a", "host-b", "host-c"].map((engineId) => another({ engineId }));
    if (manager === undefined) throw new Error("no manager");
    // The manager's allocator: the subnet, its gateway, and an address for each task, without MACs.
    const pool = await manager.requestPool({ AddressSpace: "global/swarm" });
    const taken = async () => bare((await manager.requestAddress({ PoolID: pool.PoolID })).Address);
    const router = await taken();
    const tasks = [await taken(), await taken(), await taken()];
    expect(new Set([router, ...tasks]).size).toBe(4);
    // Each node asks its own driver for that very subnet, in the local space.
    const nodes = [];
    for (const [index, node] of [manager, ...workers].entries()) {
      const local = await node.requestPool({ AddressSpace: "local/docker", Pool: pool.Pool });
      expect(local.Pool).toBe(pool.Pool);
      const { PoolID } = local;
      expect(await node.requestAddress({ PoolID, Address: router, Options: gateway })).toMatchObject({
        Address: `${router}/24`,
      });
      const task = tasks[index] ?? "";
      expect(await startContainer(node, PoolID, mac(index), task)).toBe(`${task}/24`);
      nodes.push({ node, PoolID, task });
    }
    // One that is on no task gets an address that none of the nodes has.
    const [, second] = nodes;
    if (second === undefined) throw new Error("no node");
    const extra = bare(await startContainer(second.node, second.PoolID, mac(9)));
    expect([router, ...tasks]).not.toContain(extra);
    await expect(startContainer(manager, nodes[0]?.PoolID ?? "", mac(8), extra)).rejects.toThrow(/is in use/);
    // Nodes leave first; what the manager took stays until the manager releases it.
    const before = await holds("swarm");
    for (const { node, PoolID, task } of nodes) {
      await node.releaseAddress({ PoolID, Address: task });
      await node.releaseAddress({ PoolID, Address: router });
      if (PoolID !== second.PoolID) await node.releasePool({ PoolID });
    }
    expect(await holds("swarm")).toEqual(before);
    for (const address of [router, ...tasks]) {
      await manager.releaseAddress({ PoolID: pool.PoolID, Address: address });
    }
    // The subnet waits for the container of the second node.
    await expect(manager.releasePool({ PoolID: pool.PoolID })).rejects.toThrow(new RegExp(extra));
    await second.node.releaseAddress({ PoolID: second.PoolID, Address: extra });
    await second.node.releasePool({ PoolID: second.PoolID });
    await manager.releasePool({ PoolID: pool.PoolID });
    expect(await holds("swarm")).toEqual([]);
  });

  it("keeps a subnet that --subnet names when the manager's own node leaves, though both are of one engine", async () => {
    const { driver, holds } = await start();
    const Pool = "10.2.7.0/24";
    const pool = await driver.requestPool({ AddressSpace: "global/swarm", Pool });
    const { Address } = await driver.requestAddress({ PoolID: pool.PoolID });
    const node = await driver.requestPool({ AddressSpace: "local/docker", Pool });
    const before = await holds("swarm");
    await driver.releasePool({ PoolID: node.PoolID });
    expect(await holds("swarm")).toEqual(before);
    await driver.releaseAddress({ PoolID: pool.PoolID, Address });
    const again = await driver.requestPool({ AddressSpace: "local/docker", Pool });
    await driver.releasePool({ PoolID: again.PoolID });
    expect(await holds("swarm")).toEqual([Pool]);
    await driver.releasePool({ PoolID: pool.PoolID });
    expect(await holds("swarm")).toEqual([]);
  });

  it("is no subnet for others: an equal --subnet of an engine's own network is refused as before", async () => {
    const { another } = await start();
    const own = await another().requestPool({ AddressSpace: "local/docker", Pool: "10.1.7.0/24" });
    await another().requestAddress({ PoolID: own.PoolID, Options: gateway });
    const other = another({ engineId: "host-b" });
    await expect(other.requestPool({ AddressSpace: "local/docker", Pool: "10.1.7.0/24" })).rejects.toThrow(
      /is a Docker network of host-a already/,
    );
    await expect(
      other.requestPool({ AddressSpace: "global/docker", Pool: "10.1.7.0/24" }),
    ).resolves.toBeDefined();
  });

  it("is released by another manager, which has become the leader", async () => {
    const { another, holds } = await start();
    const pool = await another().requestPool({ AddressSpace: "global/swarm", Pool: "10.2.7.0/24" });
    expect(await holds("swarm")).toEqual(["10.2.7.0/24"]);
    await another({ engineId: "host-b" }).releasePool({ PoolID: pool.PoolID });
    expect(await holds("swarm")).toEqual([]);
  });
});
