/** Releases that could not be done, and the comparison of the grid with the engine: nothing stays behind. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axios from "axios";
import { type HttpFunction, Ipam, WapiClient } from "infoblox-ipam";
import { createIpamDriver, type RequestPoolCall } from "infoblox-ipam/docker";
import type { FakeGrid } from "infoblox-ipam/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNetwork, type Drive, drive, local, mac, removeNetwork, startContainer } from "./driving.js";
import { EngineApi, type Shown } from "./engine-api.js";

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

async function engine(shown: Shown): Promise<string> {
  const api = await EngineApi.start(folder, shown);
  closing.push(() => api.close());
  return api.socket;
}

describe("reconcile", () => {
  async function books() {
    const open = await start({ global: { networkView: "docker", containers: ["10.2.0.0/16"] } });
    const { driver, another } = open;
    const [kept, gone] = [await createNetwork(driver), await createNetwork(driver)];
    const swarm = await createNetwork(driver, {}, "global/docker");
    for (const number of [1, 2, 3]) await startContainer(driver, kept.id, mac(number));
    await startContainer(driver, swarm.id, mac(4));
    const other = await createNetwork(another({ engineId: "host-ab" }));
    await startContainer(another({ engineId: "host-ab" }), other.id, mac(5));
    const dockerSocket = await engine({
      subnets: [kept.subnet],
      running: ["10.1.0.2"],
      stopped: ["10.1.0.3"],
    });
    return { ...open, kept, gone, dockerSocket };
  }

  it("tells what Docker shows no holder of, and releases nothing by itself", async () => {
    const { driver, holds, dockerSocket } = await books();
    const before = await holds();
    const { leftovers, released } = await driver.reconcile({ dockerSocket });
    expect(leftovers.map(({ what }) => what).sort()).toEqual(["10.1.0.4", "10.1.1.0/24", "10.1.1.1"]);
    expect(released).toEqual([]);
    expect(await holds()).toEqual(before);
  });

  it("releases with --apply what two looks show, and nothing of others, of a swarm or of stopped containers", async () => {
    const { driver, holds, dockerSocket } = await books();
    const before = await holds();
    const { released } = await driver.reconcile({ dockerSocket, apply: true, apart: 0 });
    expect(released.map(({ what }) => what)).toEqual(expect.arrayContaining(["10.1.0.4", "10.1.1.0/24"]));
    const gone = ["10.1.0.4 MAC_ADDRESS", "10.1.1.0/24", "10.1.1.1 RESERVED"];
    expect(await holds()).toEqual(before.filter((one) => !gone.includes(one)));
    expect((await driver.reconcile({ dockerSocket })).leftovers).toEqual([]);
  });

  it("knows what Docker shows as somebody typed it", async () => {
    const { driver } = await start();
    const { id, subnet } = await createNetwork(driver, { subnet: "2001:db8:0:7::/64", v6: true });
    await startContainer(driver, id, mac(1), "2001:db8:0:7::a");
    const typed = { subnets: ["2001:DB8:0:7:0::/64"], stopped: ["2001:0DB8:0:7::A"] };
    expect(subnet).toBe("2001:db8:0:7::/64");
    expect((await driver.reconcile({ dockerSocket: await engine(typed) })).leftovers).toEqual([]);
  });

  it("fails where the engine doesn't answer, and touches nothing", async () => {
    const { driver, holds } = await books();
    const before = await holds();
    const nowhere = join(folder, "nowhere.sock");
    await expect(driver.reconcile({ dockerSocket: nowhere, apply: true, apart: 0 })).rejects.toThrow(
      /Docker's answer to \/networks on .*nowhere\.sock/,
    );
    expect(await holds()).toEqual(before);
  });
});

describe("a driver without a state directory that is killed while it takes a subnet", () => {
  const space = { AddressSpace: "local/docker", SubPool: "" };

  /** The grid makes the subnet. The driver never learns of it, and does nothing any more. */
  async function killDuring({ clientOptions }: FakeGrid, call: RequestPoolCall): Promise<void> {
    const never = new Promise<never>(() => {});
    let isKilled = false;
    const done = new Promise<void>((resolve) => {
      const transport: HttpFunction = async (request) => {
        if (isKilled) return never;
        isKilled = JSON.stringify(request.data ?? "").includes("Docker network of host-a");
        const answer = await axios.request(request);
        if (!isKilled) return answer;
        resolve();
        return never;
      };
      const ipam = new Ipam(new WapiClient({ ...clientOptions, transport }));
      void createIpamDriver({ ipam, engineId: "host-a", local }).requestPool(call);
    });
    await done;
  }

  it.each<[string, RequestPoolCall, string]>([
    ["the next free one", { ...space, Pool: "" }, "10.1.0.0/24"],
    ["an IPv6 one", { ...space, Pool: "", V6: true }, "2001:db8::/64"],
    ["a named one", { ...space, Pool: "10.1.7.0/24" }, "10.1.7.0/24"],
    [
      "one of another network view",
      { ...space, Pool: "10.9.0.0/24", Options: { "network-view": "lab" } },
      "10.9.0.0/24",
    ],
  ])("leaves %s, which reconcile tells and releases", async (_, call, cidr) => {
    const { another, grid, ipam } = await start();
    await ipam.ensureNetworkView("lab");
    await killDuring(grid, call);
    const networkView = call.Options?.["network-view"] ?? "docker";
    const kept = { subnet: "10.1.99.0/28", opt: { "network-view": networkView } };
    const restarted = another({ local: { ...local, networkView } });
    const { subnet } = await createNetwork(restarted, kept);
    const dockerSocket = await engine({ subnets: [subnet] });
    const { leftovers } = await restarted.reconcile({ dockerSocket });
    expect(leftovers.map(({ what }) => what)).toEqual([cidr]);
    const { released } = await restarted.reconcile({ dockerSocket, apply: true, apart: 0 });
    expect(released).toEqual(leftovers);
    expect((await ipam.findSubnets({ networkView })).map((one) => one.cidr)).toEqual([subnet]);
  });
});
