/** The driver as a managed plugin of real Docker Engines: made by `npm run docker-plugin`, enabled before containers start. */

import { writeFileSync } from "node:fs";
import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine, image } from "./engine.js";
import { heldIn, rowOf } from "./held.js";
import { Machine, pause, run } from "./machine.js";
import { whyNot } from "./packages.js";

const reason = whyNot();

/** An engine knows a managed plugin's IPAM driver by its name with the tag. */
const driver = "infoblox:latest";
const withoutMacs = "infoblox-ipvlan";

describe.skipIf(reason !== undefined)("the managed plugin", () => {
  let machine: Machine;
  let grid: FakeGrid;
  let wapi: WapiClient;
  let a: Engine;
  let b: Engine;
  const held = async () => (await heldIn(wapi)).sort();

  beforeAll(async () => {
    Machine.sweep();
    machine = new Machine();
    grid = await FakeGrid.listen({ tls: false, setup: false });
    wapi = new WapiClient(grid.clientOptions);
    const folder = `${machine.folder}/plugin`;
    await run("npm", "run", "--silent", "build");
    await run(process.execPath, "--import", "tsx", "scripts/docker-plugin.ts", folder);
    [a, b] = await Promise.all([Engine.start(machine, "a"), Engine.start(machine, "b")]);
    for (const [engine, id] of [
      [a, "host-a"],
      [b, "host-b"],
    ] as const) {
      await machine.forward(engine.namespace, Number(new URL(grid.url).port));
      await engine.docker("plugin", "create", "infoblox", folder);
      await engine.docker("plugin", "set", "infoblox", ...settings(id), `docker.source=${engine.socket}`);
      await engine.docker("plugin", "enable", "infoblox");
    }
  });

  afterAll(async () => {
    await machine.close();
    await wapi.close();
    await grid.close();
  });

  function settings(engineId: string): string[] {
    const { username, password, url } = grid.clientOptions;
    return [
      ...[`INFOBLOX_URL=${url}`, `INFOBLOX_USERNAME=${username}`, `INFOBLOX_PASSWORD=${password}`],
      ...["INFOBLOX_ALLOW_INSECURE_HTTP=true", `INFOBLOX_DOCKER_ENGINE_ID=${engineId}`],
      ...["LOCAL_VIEW=docker", "LOCAL_NETWORK_CONTAINER=10.77.0.0/16"],
      ...["GLOBAL_VIEW=docker", "GLOBAL_NETWORK_CONTAINER=10.78.0.0/16"],
    ];
  }

  it("gives networks and containers their addresses, and leaves nothing when they are removed", async () => {
    await a.docker("network", "create", "--ipam-driver", driver, "net1");
    const one = await a.container("one", "--network", "net1");
    expect(await held()).toEqual(["10.77.0.0/24", "10.77.0.1 reserved", rowOf(one)].sort());
    await a.remove("one");
    await a.docker("network", "rm", "net1");
    expect(await held()).toEqual([]);
  });

  it("serves macvlan networks", async () => {
    await a.addressFor("mac0", "198.51.100.33/24");
    const macvlan = ["--driver", "macvlan", "-o", "parent=mac0", "--ipam-driver", driver] as const;
    await a.docker("network", "create", ...macvlan, "mv");
    const one = await a.container("one", "--network", "mv");
    expect(await held()).toEqual(["10.77.0.0/24", "10.77.0.1 reserved", rowOf(one)].sort());
    await a.remove("one");
    await a.docker("network", "rm", "mv");
    expect(await held()).toEqual([]);
  });

  it("keeps the books over restarts and a crash of the engine, of containers that start by themselves and with --ip", async () => {
    await a.docker("network", "create", "--ipam-driver", driver, "--subnet", "10.77.8.0/24", "net2");
    const always = ["--network", "net2", "--restart", "always"] as const;
    await a.container("any", ...always);
    await a.container("named", ...always, "--ip", "10.77.8.9");
    const addresses = async () =>
      (await held()).map((row) =>
        row
          .split(" ")
          .filter((word) => !/^\w\w:/.test(word))
          .join(" "),
      );
    const before = await addresses();
    expect(before).toEqual(["10.77.8.0/24", "10.77.8.1 reserved", "10.77.8.2", "10.77.8.9"]);
    for (const end of [() => a.stop("SIGTERM"), () => a.stop("SIGTERM"), () => a.crash()]) {
      await end();
      await a.startAgain();
      expect(await a.docker("ps", "--quiet")).toMatch(/^\w+\n\w+$/);
      expect(await addresses()).toEqual(before);
    }
    await a.remove("any", "named");
    await a.docker("network", "rm", "net2");
    expect(await held()).toEqual([]);
  });

  it("gives an overlay network of a swarm of two one subnet, with addresses that are unique across nodes", async () => {
    const cable = await machine.cable(a.namespace, b.namespace);
    for (const [engine, ip] of [
      [a, "192.0.2.1/24"],
      [b, "192.0.2.2/24"],
    ] as const) {
      await run("ip", "-n", engine.namespace, "addr", "add", ip, "dev", cable);
      await run("ip", "-n", engine.namespace, "link", "set", cable, "up");
    }
    await a.docker("swarm", "init", "--advertise-addr", "192.0.2.1", "--default-addr-pool", "10.200.0.0/16");
    const token = await a.docker("swarm", "join-token", "--quiet", "worker");
    await b.docker("swarm", "join", "--advertise-addr", "192.0.2.2", "--token", token, "192.0.2.1:2377");
    await a.docker("network", "create", "--driver", "overlay", "--ipam-driver", driver, "over");
    // There is no IPVS on every machine.
    const service = ["--detach", "--name", "web", "--replicas", "4", "--endpoint-mode", "dnsrr"] as const;
    const placed = [
      "--replicas-max-per-node",
      "2",
      "--stop-grace-period",
      "1s",
      "--network",
      "over",
    ] as const;
    await a.docker("service", "create", ...service, ...placed, image, "sleep", "1000");
    const tasks = await Promise.all(
      [a, b].map(async (engine) =>
        Promise.all((await engine.tasksOf("web", 2)).map((id) => engine.interfaceOf(id))),
      ),
    );
    const addresses = tasks.flat().map(({ ipv4 }) => ipv4);
    expect(new Set(addresses).size).toBe(4);
    const onGrid = await held();
    for (const address of addresses) {
      expect(address).toMatch(/^10\.78\.0\.\d+\/24$/);
      expect(onGrid).toContain(`${address.replace("/24", "")} reserved`);
    }
    expect(onGrid.filter((row) => row.includes("/"))).toEqual(["10.78.0.0/24"]);
    await a.docker("service", "rm", "web");
    await Promise.all([a, b].map((engine) => engine.tasksOf("web", 0)));
    await a.docker("network", "rm", "over");
    await expect.poll(held, { timeout: 30_000 }).toEqual([]);
    await b.docker("swarm", "leave");
    await a.docker("swarm", "leave", "--force");
  });

  it("is installed twice for ipvlan, with one setting that differs, up to the kernel's own refusal", async () => {
    // An engine takes the same files once only.
    writeFileSync(`${machine.folder}/plugin/rootfs/etc/${withoutMacs}`, "");
    await b.docker("plugin", "create", withoutMacs, `${machine.folder}/plugin`);
    const differing = "INFOBLOX_DOCKER_MAC_ADDRESSES=false";
    await b.docker("plugin", "set", withoutMacs, ...settings("host-b"), differing);
    await b.docker("plugin", "enable", withoutMacs);
    await b.addressFor("flat0", "198.51.100.9/24");
    const ipvlan = [
      "--driver",
      "ipvlan",
      "--ipam-driver",
      `${withoutMacs}:latest`,
      "-o",
      "parent=flat0",
    ] as const;
    await b.docker("network", "create", ...ipvlan, "ip1");
    const before = await held();
    // With MACs, the engine refuses before it asks the kernel.
    const [problem] = await b.container("flat", "--network", "ip1").then(
      ({ ipv4 }) => [undefined, expect(ipv4).toMatch(/^10\.77\./)],
      (error: { stderr: string }) => [error.stderr],
    );
    if (problem !== undefined) expect(problem).toMatch(/ipvlan port: operation not supported/);
    await b.remove("flat");
    expect(await held()).toEqual(before);
    await b.docker("network", "rm", "ip1");
    expect(await held()).toEqual([]);
    // Without MACs it serves other networks, too.
    await b.docker("network", "create", "--ipam-driver", `${withoutMacs}:latest`, "net3");
    const one = await b.container("one", "--network", "net3");
    expect(await held()).toEqual([
      "10.77.0.0/24",
      "10.77.0.1 reserved",
      `${one.ipv4.replace("/24", "")} reserved`,
    ]);
    await b.remove("one");
    await b.docker("network", "rm", "net3");
    expect(await held()).toEqual([]);
  });

  it("can't be enabled where the grid refuses the password, and doesn't lock the account", async () => {
    await b.docker("plugin", "disable", "--force", withoutMacs);
    await b.docker("plugin", "set", withoutMacs, "INFOBLOX_PASSWORD=wrong");
    const refused = () => grid.requests.filter(({ status }) => status === 401).length;
    const before = refused();
    await b.refusal("plugin", "enable", withoutMacs);
    await pause(5_000);
    expect(refused() - before).toBeLessThanOrEqual(2);
  });
});
