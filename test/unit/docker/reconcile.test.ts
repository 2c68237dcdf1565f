/** The comparison of what the grid holds for an engine with what the engine shows: each leftover is told, and released. */

import { join } from "node:path";
import { type HttpFunction, Ipam, WapiClient } from "infoblox-ipam";
import type { IpamDriver, IpamDriverOptions, Leftover } from "infoblox-ipam/docker";
import { describe, expect, it, vi } from "vitest";
import { createNetwork, type Drive, local, mac, removeNetwork, startContainer } from "./driving.js";
import { EngineApi, type Shown } from "./engine-api.js";
import { workplace } from "./workplace.js";

const here = workplace();

async function engine(shown: Shown): Promise<string> {
  const api = await EngineApi.start(here.folder, shown);
  here.closing.push(() => api.close());
  return api.socket;
}

/** Ends the driver, as SIGKILL does, when the grid has done the first request that says `last`: it never learns of that. */
async function killAt(
  { grid, another }: Pick<Drive, "grid" | "another">,
  last: RegExp,
  work: (driver: IpamDriver) => Promise<unknown>,
  options: Partial<IpamDriverOptions> = {},
): Promise<void> {
  const never = new Promise<never>(() => {});
  let isKilled = false;
  const carry = grid.clientOptions.transport as HttpFunction;
  await new Promise<void>((resolve, reject) => {
    const transport: HttpFunction = async (request) => {
      if (isKilled) return never;
      isKilled = last.test(String(request.data));
      const answer = await carry(request);
      if (!isKilled) return answer;
      resolve();
      return never;
    };
    const ipam = new Ipam(new WapiClient({ ...grid.clientOptions, transport }));
    work(another({ ipam, ...options })).then(() => reject(new Error("the driver was not killed")), reject);
  });
}

const textsOf = (leftovers: readonly Leftover[]) => leftovers.map(({ kind, what }) => `${kind} ${what}`);

const space = { AddressSpace: "local/docker" };
const blue = { opt: { "network-name": "blue" } };
const blueCall = { ...space, Options: { "network-name": "blue" } };
const bySubnet = /"comment":"Docker network (of host-a|blue)"/;
const byMark = /"name":"Docker engine host-a on/;
const byDelete = /"method":"DELETE"/;

interface Stage extends Drive {
  /** The PoolID of a network that Docker has. */
  readonly id: string;
}

type Leave = (stage: Stage) => Promise<unknown>;

describe("what a lost release leaves, reconcile tells and releases with --apply", () => {
  const named = (name: string) => ({
    "com.docker.network.endpoint.macaddress": mac(1),
    "com.docker.network.endpoint.name": name,
  });

  it.each<[string, Leave, string[], Partial<IpamDriverOptions>?]>([
    [
      "a container, by its MAC",
      ({ driver, id }) => startContainer(driver, id, mac(1)),
      ["address 10.1.99.2"],
    ],
    [
      "a container with --ip",
      ({ driver, id }) => startContainer(driver, id, mac(1), "10.1.99.9"),
      ["address 10.1.99.9"],
    ],
    [
      "a container, by its name",
      ({ driver, id }) => driver.requestAddress({ PoolID: id, Options: named("web") }),
      ["address 10.1.99.2"],
    ],
    [
      "a container without MAC and name",
      ({ driver, id }) => driver.requestAddress({ PoolID: id }, { macAddresses: false }),
      ["address 10.1.99.2"],
    ],
    [
      "two containers of one MAC",
      async ({ driver, id }) => {
        for (const one of [mac(1), mac(1)]) await startContainer(driver, id, one);
      },
      ["address 10.1.99.2", "address 10.1.99.3"],
    ],
    [
      "a container with a host record",
      ({ driver, id }) => startContainer(driver, id, mac(1)),
      ["address 10.1.99.2"],
      { hostName: "{mac}.example.com", hostDns: false },
    ],
    ["a network", ({ driver }) => createNetwork(driver), ["address 10.1.0.1", "subnet 10.1.0.0/24"]],
    [
      "a network with --subnet",
      ({ driver }) => createNetwork(driver, { subnet: "10.1.7.0/24" }),
      ["address 10.1.7.1", "subnet 10.1.7.0/24"],
    ],
    [
      "a network of IPv6 with a container",
      async ({ driver }) => startContainer(driver, (await createNetwork(driver, { v6: true })).id, mac(1)),
      ["address 2001:db8::1", "address 2001:db8::2", "subnet 2001:db8::/64"],
    ],
    [
      "a network with an auxiliary address",
      async ({ driver }) => {
        const { id: PoolID } = await createNetwork(driver);
        await driver.requestAddress({ PoolID, Address: "10.1.0.9" });
      },
      ["address 10.1.0.1", "address 10.1.0.9", "subnet 10.1.0.0/24"],
    ],
    [
      "a network on a subnet that the grid had",
      ({ driver }) => createNetwork(driver, { subnet: "10.77.0.0/25" }),
      ["address 10.77.0.1"],
    ],
    [
      "a network that shares its subnet",
      async ({ driver }) => startContainer(driver, (await createNetwork(driver, blue)).id, mac(1)),
      ["address 10.1.0.2", "membership 10.1.0.0/24", "subnet 10.1.0.0/24"],
    ],
  ])("%s", async (_, leave, told, options) => {
    await expectRepair(leave, told, options);
  });
});

describe("what a driver without a state directory leaves when it is killed, reconcile tells and releases", () => {
  it.each<[string, Leave, string[], view?: string]>([
    [
      "while it takes a subnet",
      (stage) => killAt(stage, bySubnet, (driver) => driver.requestPool(space)),
      ["subnet 10.1.0.0/24"],
    ],
    [
      "while it takes a subnet of IPv6",
      (stage) => killAt(stage, bySubnet, (driver) => driver.requestPool({ ...space, V6: true })),
      ["subnet 2001:db8::/64"],
    ],
    [
      "while it takes a subnet that --subnet names",
      (stage) => killAt(stage, bySubnet, (driver) => driver.requestPool({ ...space, Pool: "10.1.7.0/24" })),
      ["subnet 10.1.7.0/24"],
    ],
    [
      "while it takes a subnet of another network view",
      (stage) => {
        const call = { ...space, Pool: "10.9.0.0/24", Options: { "network-view": "lab" } };
        return killAt(stage, bySubnet, (driver) => driver.requestPool(call));
      },
      ["subnet 10.9.0.0/24"],
      "lab",
    ],
    [
      "while it takes a gateway",
      async (stage) => {
        const { PoolID } = await stage.driver.requestPool(space);
        const Options = { RequestAddressType: "com.docker.network.gateway" };
        await killAt(stage, /"Docker gateway"/, (driver) => driver.requestAddress({ PoolID, Options }));
      },
      ["address 10.1.0.1", "subnet 10.1.0.0/24"],
    ],
    [
      "while it takes the address of a container",
      (stage) =>
        killAt(stage, /"Docker container on host-a"/, (driver) => startContainer(driver, stage.id, mac(1))),
      ["address 10.1.99.2"],
    ],
    [
      "before it releases the address of a container",
      async (stage) => {
        await startContainer(stage.driver, stage.id, mac(1));
        await killAt(stage, /./, (driver) =>
          driver.releaseAddress({ PoolID: stage.id, Address: "10.1.99.2" }),
        );
      },
      ["address 10.1.99.2"],
    ],
    [
      "between the gateway and the subnet of a network",
      async (stage) => {
        const network = await createNetwork(stage.driver);
        await killAt(stage, byDelete, (driver) => removeNetwork(driver, network));
      },
      ["subnet 10.1.0.0/24"],
    ],
    [
      "while it takes a shared subnet",
      (stage) => killAt(stage, bySubnet, (driver) => driver.requestPool(blueCall)),
      ["subnet 10.1.0.0/24"],
    ],
    [
      "while it joins a shared subnet",
      (stage) => killAt(stage, byMark, (driver) => driver.requestPool(blueCall)),
      ["membership 10.1.0.0/24", "subnet 10.1.0.0/24"],
    ],
    [
      "before it leaves a shared subnet",
      async (stage) => {
        const { PoolID } = await stage.driver.requestPool(blueCall);
        await killAt(stage, /./, (driver) => driver.releasePool({ PoolID }));
      },
      ["membership 10.1.0.0/24", "subnet 10.1.0.0/24"],
    ],
    [
      "between its membership and the shared subnet",
      async (stage) => {
        const { PoolID } = await stage.driver.requestPool(blueCall);
        await killAt(stage, byDelete, (driver) => driver.releasePool({ PoolID }));
      },
      ["subnet 10.1.0.0/24"],
    ],
  ])("%s", async (_, leave, told, networkView) => {
    await expectRepair(leave, told, {}, networkView);
  });
});

/** Docker shows one network without containers. All else that the drivers took is told and released, and nothing is left. */
async function expectRepair(
  leave: Leave,
  told: readonly string[],
  options: Partial<IpamDriverOptions> = {},
  networkView = "docker",
): Promise<void> {
  const networks = [{ network: "10.77.0.0/25", networkView: "docker" }];
  const open = await here.start(
    { releaseShared: true, ...options },
    { grid: { seed: { networkViews: ["docker", "lab"], networks } } },
  );
  const { id, subnet } = await createNetwork(open.driver, {
    ...{ subnet: "10.1.99.0/24", opt: { "network-view": networkView } },
  });
  const before = await open.holds(networkView);
  await leave({ ...open, id });
  expect(await open.holds(networkView)).not.toEqual(before);
  const restarted = open.another({ local: { ...local, networkView } });
  const dockerSocket = await engine({ subnets: [subnet] });
  const { leftovers } = await restarted.reconcile({ dockerSocket });
  expect(textsOf(leftovers).sort()).toEqual(told);
  const { released } = await restarted.reconcile({ dockerSocket, apply: true, apart: 0 });
  expect(released).toEqual(leftovers);
  expect(await open.holds(networkView)).toEqual(before);
}

describe("reconcile", () => {
  async function books() {
    const open = await here.start({ global: { networkView: "docker", containers: ["10.2.0.0/16"] } });
    const { driver, another } = open;
    const [kept, gone] = [await createNetwork(driver), await createNetwork(driver)];
    const swarm = await createNetwork(driver, {}, "global/docker");
    for (const number of [1, 2, 3]) await startContainer(driver, kept.id, mac(number));
    await startContainer(driver, swarm.id, mac(4));
    const other = await createNetwork(another({ engineId: "host-ab" }));
    await startContainer(another({ engineId: "host-ab" }), other.id, mac(5));
    const dockerSocket = await engine({
      subnets: [kept.subnet],
      node: "active",
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
    const { driver } = await here.start();
    const { id, subnet } = await createNetwork(driver, { subnet: "2001:db8:0:7::/64", v6: true });
    await startContainer(driver, id, mac(1), "2001:db8:0:7::a");
    const typed = { subnets: ["2001:DB8:0:7:0::/64"], stopped: ["2001:0DB8:0:7::A"] };
    expect(subnet).toBe("2001:db8:0:7::/64");
    expect((await driver.reconcile({ dockerSocket: await engine(typed) })).leftovers).toEqual([]);
  });

  it("fails where the engine doesn't answer, and touches nothing", async () => {
    const { driver, holds } = await books();
    const before = await holds();
    const nowhere = join(here.folder, "nowhere.sock");
    await expect(driver.reconcile({ dockerSocket: nowhere, apply: true, apart: 0 })).rejects.toThrow(
      /Docker's answer to \/networks on .*nowhere\.sock/,
    );
    expect(await holds()).toEqual(before);
  });
});

describe("a membership of a shared subnet", () => {
  it("that a killed driver left keeps no subnet for ever: without it, the last engine that leaves releases that", async () => {
    const open = await here.start({ releaseShared: true });
    const other = open.another({ engineId: "host-b" });
    const network = await createNetwork(other, blue);
    const before = await open.holds();
    for (const stateDirectory of [undefined, here.folder]) {
      await killAt(open, byMark, (driver) => driver.requestPool(blueCall), { stateDirectory });
    }
    const dockerSocket = await engine({});
    const { leftovers, released } = await open.another().reconcile({ dockerSocket, apply: true, apart: 0 });
    expect(textsOf(leftovers)).toEqual(["membership 10.1.0.0/24", "membership 10.1.0.0/24"]);
    expect(released).toEqual(leftovers);
    expect(await open.holds()).toEqual(before);
    await removeNetwork(other, network);
    expect(await open.holds()).toEqual([]);
  });

  it("is held by this engine's network on the subnet, and another engine's is never told", async () => {
    const { driver, another } = await here.start({ releaseShared: true });
    await createNetwork(driver, blue);
    const shown = { dockerSocket: await engine({ subnets: ["10.1.0.0/24"] }) };
    const none = { dockerSocket: await engine({}) };
    expect((await driver.reconcile(shown)).leftovers).toEqual([]);
    expect((await another({ engineId: "host-b" }).reconcile(none)).leftovers).toEqual([]);
  });

  it("of a network that is being created at the second look stays", async () => {
    const open = await here.start({ releaseShared: true });
    await killAt(open, byMark, (driver) => driver.requestPool(blueCall));
    const find = open.ipam.findAddresses.bind(open.ipam);
    const asked: string[] = [];
    vi.spyOn(open.ipam, "findAddresses").mockImplementation(async (query) => {
      const isSecondLook = asked.indexOf(JSON.stringify(query)) === 0;
      asked.push(JSON.stringify(query));
      if (isSecondLook) await open.driver.requestPool(blueCall);
      return find(query);
    });
    const dockerSocket = await engine({});
    const { released } = await open.another().reconcile({ dockerSocket, apply: true, apart: 0 });
    expect(textsOf(released)).toEqual(["membership 10.1.0.0/24"]);
    expect(await open.holds()).toEqual(["10.1.0.0/24", "Docker engine host-a on 10.1.0.0/24 HOST"]);
  });
});

describe("a shared subnet that no engine uses", () => {
  it("stays where shared subnets are to stay, and with the engine that did not make it", async () => {
    const open = await here.start();
    const dockerSocket = await engine({});
    const options = { releaseShared: true };
    await killAt(open, bySubnet, (driver) => driver.requestPool(blueCall), options);
    expect((await open.driver.reconcile({ dockerSocket })).leftovers).toEqual([]);
    const other = open.another({ ...options, engineId: "host-b" });
    expect((await other.reconcile({ dockerSocket })).leftovers).toEqual([]);
    expect(textsOf((await open.another(options).reconcile({ dockerSocket })).leftovers)).toEqual([
      "subnet 10.1.0.0/24",
    ]);
  });

  it("is told also where a driver with a state directory was killed, and nobody repeats the request", async () => {
    const open = await here.start({ releaseShared: true });
    const stateDirectory = here.folder;
    await killAt(open, byMark, (driver) => driver.requestPool(blueCall), { stateDirectory });
    const restarted = open.another({ stateDirectory });
    await removeNetwork(restarted, await createNetwork(restarted));
    const dockerSocket = await engine({});
    const { released } = await restarted.reconcile({ dockerSocket, apply: true, apart: 0 });
    expect(textsOf(released)).toEqual(["subnet 10.1.0.0/24"]);
    expect(await open.holds()).toEqual([]);
  });
});

describe("a subnet of a swarm that a driver without a state directory left", () => {
  const global = { AddressSpace: "global/swarm" };

  it.each<[string, (open: Drive) => Promise<unknown>, string]>([
    [
      "when it was killed while it took the next free one",
      (open) => killAt(open, bySubnet, (driver) => driver.requestPool(global)),
      "10.2.0.0/24",
    ],
    [
      "when it was killed while it took one that --subnet names",
      (open) => killAt(open, bySubnet, (driver) => driver.requestPool({ ...global, Pool: "10.8.0.0/24" })),
      "10.8.0.0/24",
    ],
    [
      "when it was killed before it released it, with addresses of tasks",
      async (open) => {
        const { PoolID } = await open.driver.requestPool({ ...global, Pool: "10.8.0.0/24" });
        await open.driver.requestAddress({ PoolID });
        await killAt(open, /./, (driver) => driver.releasePool({ PoolID }));
      },
      "10.8.0.0/24",
    ],
  ])("%s, is told by a manager and an engine that has left, and never released", async (_, leave, cidr) => {
    const open = await here.start();
    await leave(open);
    const before = await open.holds("swarm");
    for (const shown of [{ node: "active", isManager: true }, {}] as const) {
      const dockerSocket = await engine(shown);
      const { leftovers, released } = await open.driver.reconcile({ dockerSocket, apply: true, apart: 0 });
      expect(textsOf(leftovers)).toEqual([`global-subnet ${cidr}`]);
      expect(released).toEqual([]);
    }
    const untold: Shown[] = [{ node: "active" }, { node: "active", isManager: true, swarm: [cidr] }];
    for (const shown of untold) {
      const { leftovers } = await open.driver.reconcile({ dockerSocket: await engine(shown) });
      expect(leftovers).toEqual([]);
    }
    expect(await open.holds("swarm")).toEqual(before);
  });

  it("answers the request for it when that is repeated: --subnet is the same each time", async () => {
    const open = await here.start({ dockerSocket: await engine({ node: "active", isManager: true }) });
    const call = { ...global, Pool: "10.8.0.0/24" };
    await killAt(open, bySubnet, (driver) => driver.requestPool(call));
    const { PoolID } = await open.driver.requestPool(call);
    expect(await open.holds("swarm")).toEqual(["10.8.0.0/24"]);
    await open.driver.releasePool({ PoolID });
    expect(await open.holds("swarm")).toEqual([]);
  });
});
