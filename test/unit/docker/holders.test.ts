/** The grid can't tell whether this engine still uses what it took earlier. Docker's own socket can. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shortenPauses } from "../../short-pauses.js";
import { createNetwork, type Drive, drive, mac, startContainer } from "./driving.js";
import { EngineApi } from "./engine-api.js";

shortenPauses();

let folder: string;
let api: EngineApi;
let open: Drive | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-docker-"));
  api = await EngineApi.start(folder);
});

afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  await api.close();
  await rm(folder, { recursive: true });
});

const start = async (...[options, more]: Parameters<typeof drive>) =>
  (open = await drive({ dockerSocket: api.socket, ...options }, more));

describe("an --ip whose release was lost", () => {
  const subnet = "10.1.0.0/24";
  const zones = { grid: { seed: { zones: ["example.com"] } } };

  it.each([
    { kind: "a fixed address", options: {}, more: {} },
    { kind: "a host record", options: { hostName: "{mac}.example.com", hostDns: false }, more: zones },
  ])("is given again to a container with another MAC where Docker shows no holder: $kind", async (one) => {
    const { driver, another, holds } = await start(one.options, one.more);
    const { id } = await createNetwork(driver);
    await startContainer(driver, id, mac(1), "10.1.0.9");
    api.shown = { subnets: [subnet] };
    const before = (await holds()).length;
    expect(await startContainer(another(), id, mac(2), "10.1.0.9")).toBe("10.1.0.9/24");
    expect(await holds()).toHaveLength(before);
  });

  it("is refused where Docker shows a holder, shows nothing of the network, does not answer, or isn't asked", async () => {
    const { driver, another } = await start();
    const { id } = await createNetwork(driver);
    await startContainer(driver, id, mac(1), "10.1.0.9");
    const again = (from = another()) =>
      expect(startContainer(from, id, mac(2), "10.1.0.9")).rejects.toThrow(/^10\.1\.0\.9 is in use/);
    api.shown = { subnets: [subnet], running: ["10.1.0.9"] };
    await again();
    api.shown = { subnets: ["10.9.0.0/24"] };
    await again();
    api.shown = { subnets: [subnet] };
    api.isStarting = true;
    await again();
    api.isStarting = false;
    await again(another({ dockerSocket: undefined }));
  });

  it("is refused while the container that has it may just be starting", async () => {
    let now = 0;
    const { driver } = await start({ now: () => now });
    const { id } = await createNetwork(driver);
    api.shown = { subnets: [subnet] };
    const both = await Promise.allSettled([1, 2].map((n) => startContainer(driver, id, mac(n), "10.1.0.9")));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    now += 59_000;
    await expect(startContainer(driver, id, mac(3), "10.1.0.9")).rejects.toThrow(/is in use/);
    now += 1_000;
    expect(await startContainer(driver, id, mac(3), "10.1.0.9")).toBe("10.1.0.9/24");
  });

  it("stays another engine's, another network's, a gateway's, or a person's", async () => {
    const { driver, another, ipam } = await start();
    const shared = { opt: { "network-name": "blue" }, gateway: "10.1.0.1" };
    const { id } = await createNetwork(driver, shared);
    const other = another({ engineId: "host-b" });
    await startContainer(other, (await createNetwork(other, shared)).id, mac(1), "10.1.0.9");
    await driver.requestAddress({ PoolID: id, Address: "10.1.0.10" });
    await ipam.requestAddress({ ip: "10.1.0.11", networkView: "docker", mac: mac(4) });
    api.shown = { subnets: [subnet] };
    for (const ip of ["10.1.0.1", "10.1.0.9", "10.1.0.10", "10.1.0.11"]) {
      await expect(startContainer(another(), id, mac(2), ip)).rejects.toThrow(/is in use/);
    }
  });
});

describe("containers of one --mac-address", () => {
  it("have an address each after a restart of the driver, too, where Docker shows the first one's", async () => {
    const { driver, another } = await start();
    const { id } = await createNetwork(driver);
    const first = await startContainer(driver, id, mac(1));
    api.shown = { subnets: ["10.1.0.0/24"], running: ["10.1.0.2"] };
    expect([first, await startContainer(another(), id, mac(1))]).toEqual(["10.1.0.2/24", "10.1.0.3/24"]);
  });
});

describe("a --subnet without an address in it, as engines of version 29 have of macvlan networks", () => {
  const call = { AddressSpace: "local/docker", Pool: "10.1.7.0/24" };

  it("is in use where Docker shows a network on it, or may show one soon", async () => {
    let now = 0;
    const { driver, another, holds } = await start({ now: () => now });
    const { PoolID } = await driver.requestPool(call);
    now += 59_000;
    await expect(driver.requestPool({ ...call, SubPool: "10.1.7.128/25" })).rejects.toThrow(
      /is a Docker network of host-a already/,
    );
    now += 60_000;
    api.shown = { subnets: ["10.1.7.0/24"] };
    for (const one of [driver, another()]) {
      await expect(one.requestPool(call)).rejects.toThrow(/is a Docker network of host-a already/);
    }
    expect(await holds()).toEqual(["10.1.7.0/24"]);
    await driver.releasePool({ PoolID });
    expect(await holds()).toEqual([]);
  });

  it("is in use where this process gave it, and Docker is not asked", async () => {
    let now = 0;
    const { driver } = await start({ now: () => now, dockerSocket: undefined });
    const { PoolID } = await driver.requestPool(call);
    now += 60_000;
    await expect(driver.requestPool(call)).rejects.toThrow(/is a Docker network of host-a already/);
    await driver.releasePool({ PoolID });
    await expect(driver.requestPool(call)).resolves.toMatchObject({ Pool: "10.1.7.0/24" });
  });

  it("is given again where Docker shows no network on it: its answer was lost", async () => {
    const { driver, another, holds } = await start();
    await driver.requestPool(call);
    const restarted = another();
    const { PoolID } = await restarted.requestPool(call);
    await restarted.releasePool({ PoolID });
    expect(await holds()).toEqual([]);
  });

  it("that the grid had before has pools of their own: the release of one leaves the other's addresses", async () => {
    const seed = { networkViews: ["docker"], networks: [{ network: "10.1.7.0/24", networkView: "docker" }] };
    const { driver, another, holds } = await start({}, { grid: { seed } });
    const one = await driver.requestPool(call);
    const other = await another().requestPool(call);
    expect(other.PoolID).not.toBe(one.PoolID);
    await startContainer(driver, one.PoolID, mac(1));
    await startContainer(driver, other.PoolID, mac(1));
    await driver.releasePool({ PoolID: other.PoolID });
    await driver.releaseAddress({ PoolID: other.PoolID, Address: "10.1.7.1" });
    expect(await holds()).toContain("10.1.7.1 MAC_ADDRESS");
  });
});

describe("the --subnet of a swarm", () => {
  it("is for its nodes: an engine that is in no swarm is refused it", async () => {
    const { driver, another } = await start({
      global: { networkView: "docker", containers: ["10.2.0.0/16"] },
    });
    const { Pool } = await driver.requestPool({ AddressSpace: "global/docker" });
    const node = another({ engineId: "host-b" });
    const call = { AddressSpace: "local/docker", Pool };
    await expect(node.requestPool(call)).rejects.toThrow(
      /10\.2\.0\.0\/24 is a Docker network of host-a already/,
    );
    api.shown = { node: "active" };
    expect(await node.requestPool(call)).toMatchObject({ Pool });
  });
});
