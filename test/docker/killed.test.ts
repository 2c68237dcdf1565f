/** The driver as a process that is killed (SIGKILL) while the grid works for it, at each call that Docker makes. */

import { mkdirSync } from "node:fs";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { Ipam, WapiClient } from "infoblox-ipam";
import { createIpamDriver } from "infoblox-ipam/docker";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineApi } from "../unit/docker/engine-api.js";
import { driverName, startDriver } from "./driver.js";
import { heldIn } from "./held.js";
import { Machine, type Program, pause } from "./machine.js";
import { whyNot } from "./packages.js";

interface Answer {
  readonly status: number;
  readonly body: { readonly PoolID: string; readonly Address: string; readonly Err: string };
}

const gateway = { RequestAddressType: "com.docker.network.gateway" };
const container = { "com.docker.network.endpoint.macaddress": "02:42:0a:00:00:01" };
const [pool, address] = ["RequestPool", "RequestAddress"] as const;
const [releasePool, releaseAddress] = ["ReleasePool", "ReleaseAddress"] as const;

describe.skipIf(whyNot() !== undefined)("a driver that is killed", () => {
  let machine: Machine;
  let grid: FakeGrid;
  let wapi: WapiClient;
  let api: EngineApi;
  let driver: Program;
  const socketPath = `/run/docker/plugins/${driverName("host-a")}.sock`;

  beforeEach(async () => {
    machine = new Machine();
    mkdirSync("/run/docker/plugins", { recursive: true });
    grid = await FakeGrid.listen({ tls: false, setup: false });
    wapi = new WapiClient(grid.clientOptions);
    api = await EngineApi.start(machine.folder);
  });

  afterEach(async () => {
    await machine.close();
    await api.close();
    await wapi.close();
    await grid.close();
  });

  const withState = () => ["--state-dir", `${machine.folder}/state`];
  /** A driver without the comparison at its start, which would send further requests. */
  const withoutDocker = () => ["--docker-socket", `${machine.folder}/nowhere.sock`];

  const start = async (state: readonly string[] = withState()) => {
    const local = ["--local-view", "docker", "--local-network-container", "10.77.0.0/16"] as const;
    const more = ["--docker-socket", api.socket, "--release-shared", "true"] as const;
    driver = await startDriver(machine, grid, "host-a", ...local, ...more, ...state);
  };

  const call = (name: string, body?: object): Promise<Answer> =>
    new Promise((done, failed) => {
      const path = `/IpamDriver.${name}`;
      const sent = request({ socketPath, path, method: "POST" }, (response) => {
        text(response).then(
          (json) => done({ status: response.statusCode ?? 0, body: JSON.parse(json) }),
          failed,
        );
      });
      sent.once("error", failed).end(body === undefined ? "" : JSON.stringify(body));
    });

  const taken = async (name: string, body: object): Promise<Answer["body"]> => {
    const { status, body: answer } = await call(name, body);
    expect([status, answer.Err]).toEqual([200, undefined]);
    return answer;
  };

  /** Makes the call, and kills the driver while the grid has it, at its first POST or a later one. */
  async function kill(
    fail: "timeout-before-commit" | "timeout-after-commit",
    name: string,
    body: object,
    after = 0,
  ) {
    grid.faults.next({ on: "POST", fail, after });
    const before = grid.requests.length;
    const posts = () => grid.requests.slice(before).filter(({ method }) => method === "POST").length;
    const lost = call(name, body).catch(() => undefined);
    await expect.poll(posts).toBeGreaterThan(after);
    await pause(100);
    await driver.end("SIGKILL");
    await lost;
    grid.faults.clear();
  }

  /** Docker repeats the call without a body after the driver was killed. */
  async function killDuring(...[fail, name, body]: Parameters<typeof kill>) {
    await kill(fail, name, body);
    await start();
    expect((await call(name)).body.Err).toMatch(/without its parameters/);
  }

  const wishes = {
    "of the next free subnet": { AddressSpace: "local/docker" },
    "with --subnet": { AddressSpace: "local/docker", Pool: "10.77.9.0/24" },
    "shared by name": { AddressSpace: "local/docker", Options: { "network-name": "blue" } },
  };
  const points = Object.keys(wishes).flatMap((wish) =>
    [pool, "gateway", "container", releaseAddress, releasePool].flatMap((at) =>
      (["timeout-before-commit", "timeout-after-commit"] as const).map((fail) => [wish, at, fail] as const),
    ),
  );

  it.each(points)("leaves nothing of a network %s: %s, %s", async (wish, at, fail) => {
    await start([...withState(), ...withoutDocker()]);
    const asked = wishes[wish as keyof typeof wishes];
    // Objects that are created once: view, container, attributes.
    await taken(releasePool, { PoolID: (await taken(pool, { AddressSpace: "local/docker" })).PoolID });
    if (at === pool) await killDuring(fail, pool, asked);
    const { PoolID } = await taken(pool, asked);
    if (at === "gateway") {
      // The engine releases the pool, and the user runs the command again.
      await killDuring(fail, address, { PoolID, Options: gateway });
      await taken(releasePool, { PoolID });
      await finish((await taken(pool, asked)).PoolID);
      return;
    }
    await finish(PoolID);

    async function finish(PoolID: string): Promise<void> {
      const router = (await taken(address, { PoolID, Options: gateway })).Address.replace(/\/\d+$/, "");
      const subnet = /\/(.*)\?/.exec(PoolID)?.[1] ?? "";
      api.shown = { subnets: [subnet] };
      if (at === "container") await killDuring(fail, address, { PoolID, Options: container });
      const another = { ...container, "com.docker.network.endpoint.macaddress": "02:42:0a:00:00:02" };
      const ip = (await taken(address, { PoolID, Options: another })).Address.replace(/\/\d+$/, "");
      if (at === releaseAddress) await killDuring(fail, releaseAddress, { PoolID, Address: ip });
      else await taken(releaseAddress, { PoolID, Address: ip });
      await taken(releaseAddress, { PoolID, Address: router });
      if (at === releasePool) await killDuring(fail, releasePool, { PoolID });
      else await taken(releasePool, { PoolID });
      api.shown = {};
      await expect.poll(() => heldIn(wapi), { timeout: 20_000, interval: 500 }).toEqual([]);
    }
  });

  it.each([
    ["of the next free subnet", pool, 0, ["subnet"]],
    ["shared by name", pool, 0, ["subnet"]],
    ["shared by name", pool, 2, ["membership", "subnet"]],
    ["shared by name", releasePool, 0, ["membership", "subnet"]],
  ] as const)(
    "leaves to reconcile, without a state directory, a network %s: %s, POST %i",
    async (wish, at, after, told) => {
      await start(withoutDocker());
      await taken(releasePool, { PoolID: (await taken(pool, { AddressSpace: "local/docker" })).PoolID });
      const asked = at === pool ? wishes[wish] : { PoolID: (await taken(pool, wishes[wish])).PoolID };
      await kill("timeout-after-commit", at, asked, after);
      const local = { networkView: "docker", containers: ["10.77.0.0/16"] };
      const ipam = new Ipam(wapi);
      const restarted = createIpamDriver({ ipam, local, engineId: "host-a", releaseShared: true });
      const { leftovers } = await restarted.reconcile({ dockerSocket: api.socket, apply: true, apart: 0 });
      expect(leftovers.map(({ kind }) => kind)).toEqual(told);
      expect(await heldIn(wapi)).toEqual([]);
    },
  );
});
