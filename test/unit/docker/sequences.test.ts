/** The calls that a Docker Engine was seen to make, replayed. */

import { afterEach, describe, expect, it } from "vitest";
import { createNetwork, type Drive, drive, mac, removeNetwork, startContainer } from "./driving.js";

let open: Drive | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});
const start = async (...args: Parameters<typeof drive>) => (open = await drive(...args));
const next = { AddressSpace: "local/docker" };

describe("a create that the network driver refuses", () => {
  it.each([
    ["of the next free subnet", {}],
    ["of a named subnet", { subnet: "10.1.7.0/24" }],
    ["of a shared subnet, to be released with the last engine", { opt: { "network-name": "blue" } }],
  ])("%s leaves nothing on the grid", async (_what, asked) => {
    const { driver, holds } = await start({ releaseShared: true });
    await removeNetwork(driver, await createNetwork(driver, asked));
    expect(await holds()).toEqual([]);
  });
});

describe("an engine that turns pools down", () => {
  it("gets a different subnet each time, and all but the one that suits are released", async () => {
    const { driver, holds } = await start();
    const refused = [];
    for (let n = 0; n < 5; n += 1) refused.push(await driver.requestPool(next));
    const { id, subnet } = await createNetwork(driver);
    for (const { PoolID } of refused) await driver.releasePool({ PoolID });
    expect(new Set([...refused.map(({ Pool }) => Pool), subnet]).size).toBe(6);
    expect(await holds()).toEqual(["10.1.5.0/24", "10.1.5.1 RESERVED"]);
    expect(await startContainer(driver, id, mac(1))).toBe("10.1.5.2/24");
  });

  it("is told to stop after a while, and can begin anew once it has released them", async () => {
    const { driver, holds } = await start();
    const refused: string[] = [];
    const spin = async () => {
      for (;;) refused.push((await driver.requestPool(next)).PoolID);
    };
    await expect(spin()).rejects.toMatchObject({
      message: expect.stringMatching(/has turned down 16 subnets in a row: they overlap/),
      hint: expect.stringContaining("--subnet"),
    });
    expect(refused).toHaveLength(16);
    for (const PoolID of refused) await driver.releasePool({ PoolID });
    expect(await holds()).toEqual([]);
    expect(await createNetwork(driver)).toMatchObject({ subnet: "10.1.0.0/24" });
  });

  it("isn't one that creates many networks which it uses", async () => {
    const { driver } = await start();
    const subnets = [];
    for (let n = 0; n < 40; n += 1) subnets.push((await createNetwork(driver)).subnet);
    expect(new Set(subnets).size).toBe(40);
  });

  it("is forgiven after a minute", async () => {
    let now = 0;
    const { driver } = await start({ now: () => now });
    for (let n = 0; n < 16; n += 1) await driver.requestPool(next);
    await expect(driver.requestPool(next)).rejects.toThrow(/turned down/);
    now += 60_000;
    expect(await driver.requestPool(next)).toMatchObject({ Pool: "10.1.16.0/24" });
  });
});

describe("a subnet that the engine has a network on", () => {
  it("is refused when it is named again, whether or not the driver was restarted", async () => {
    const { driver, another, holds } = await start();
    const network = await createNetwork(driver, { subnet: "10.1.7.0/24" });
    const before = await holds();
    const again = { AddressSpace: "local/docker", Pool: "10.1.7.0/24" };
    await expect(driver.requestPool(again)).rejects.toThrow(
      /^10.1.7.0\/24 is a Docker network of host-a already/,
    );
    await expect(another().requestPool(again)).rejects.toMatchObject({
      hint: expect.stringContaining("network-name="),
    });
    await expect(another({ engineId: "host-b" }).requestPool(again)).rejects.toThrow(/of host-a already/);
    expect(await holds()).toEqual(before);
    await removeNetwork(driver, network);
    expect(await holds()).toEqual([]);
  });

  it("is refused when it was named a moment ago", async () => {
    const { driver } = await start();
    const call = { AddressSpace: "local/docker", Pool: "10.1.7.0/24" };
    const [one, other] = await Promise.allSettled([driver.requestPool(call), driver.requestPool(call)]);
    expect(one.status).toBe("fulfilled");
    expect(other).toMatchObject({
      reason: { message: expect.stringMatching(/has asked for that subnet just now/) },
    });
  });

  it("is refused as soon as a shared one is asked for again and again", async () => {
    const { driver, holds } = await start();
    const opt = { "network-name": "blue" };
    await createNetwork(driver, { opt });
    const before = await holds();
    const refused = await driver.requestPool({ ...next, Options: opt });
    await expect(driver.requestPool({ ...next, Options: opt })).rejects.toMatchObject({
      message: expect.stringMatching(/can't use the shared subnet of network-name=blue/),
      hint: expect.stringContaining("docker network ls"),
    });
    await driver.releasePool({ PoolID: refused.PoolID });
    expect(await holds()).toEqual(before);
  });

  it("keeps the gateway of its first network when a second one on the grid's own subnet is refused", async () => {
    const { driver, another, holds } = await start(
      {},
      {
        grid: {
          seed: { networkViews: ["docker"], networks: [{ network: "10.5.0.0/24", networkView: "docker" }] },
        },
      },
    );
    await createNetwork(driver, { subnet: "10.5.0.0/24" });
    const before = await holds();
    await removeNetwork(another(), await createNetwork(another(), { subnet: "10.5.0.0/24" }));
    expect(await holds()).toEqual(before);
  });
});

describe("a driver that is killed and started again", () => {
  it("goes on with the networks that its engine has", async () => {
    const { driver, another, holds } = await start();
    const network = await createNetwork(driver);
    await startContainer(driver, network.id, mac(1));
    const restarted = another();
    expect(await startContainer(restarted, network.id, mac(2))).toBe("10.1.0.3/24");
    await restarted.releaseAddress({ PoolID: network.id, Address: "10.1.0.2" });
    await restarted.releaseAddress({ PoolID: network.id, Address: "10.1.0.3" });
    await removeNetwork(restarted, network);
    expect(await holds()).toEqual([]);
  });

  it("goes on under another name of its engine, as in a swarm whose leader changes", async () => {
    const { driver, another, holds } = await start();
    const network = await createNetwork(driver, {}, "global/swarm");
    const leader = another({ engineId: "host-b" });
    await startContainer(leader, network.id, mac(1));
    await driver.releaseAddress({ PoolID: network.id, Address: "10.2.0.2" });
    await removeNetwork(leader, network);
    expect(await holds("swarm")).toEqual([]);
  });
});
