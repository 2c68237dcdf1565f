/** Real Docker Engines, with the driver as a process and a grid in memory behind it. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { driverName, startDriver } from "./driver.js";
import { Engine, type Interface, image } from "./engine.js";
import { heldIn, rowOf } from "./held.js";
import { Machine, type Program, run } from "./machine.js";
import { whyNot } from "./packages.js";

const reason = whyNot();
if (reason !== undefined) console.log(`Tests with real Docker Engines are skipped: ${reason}.`);

const isShort = process.env["DOCKER_TESTS"] === "short";
/** How many containers on each engine request their address at about the same time. */
const crowd = isShort ? 8 : 20;
/** How many docker commands of an engine run at once. */
const atOnce = 4;

describe.skipIf(reason !== undefined)("real Docker Engines", () => {
  let machine: Machine;
  let grid: FakeGrid;
  let wapi: WapiClient;
  let a: Engine;
  let b: Engine;
  let driverOfA: Program;

  const local = ["--local-view", "docker", "--local-network-container", "10.77.0.0/16,fd77::/48"] as const;
  const shared = ["--release-shared", "true"] as const;
  const [nameA, nameB] = [driverName("host-a"), driverName("host-b")];

  beforeAll(async () => {
    Machine.sweep();
    machine = new Machine();
    grid = await FakeGrid.listen({ tls: false, setup: false });
    wapi = new WapiClient(grid.clientOptions);
    driverOfA = await startDriverOfA();
    await startDriver(machine, grid, "host-b", ...local, ...shared);
    [a, b] = await Promise.all([Engine.start(machine, "a"), Engine.start(machine, "b")]);
  });

  afterAll(async () => {
    await machine.close();
    await wapi.close();
    await grid.close();
    expect([nameA, nameB].filter((name) => existsSync(`/run/docker/plugins/${name}.sock`))).toEqual([]);
  });

  const startDriverOfA = () => {
    const dockerSocket = ["--docker-socket", join(machine.folder, "a.sock")] as const;
    const ipvlan = ["--ipvlan-socket", `/run/docker/plugins/${nameA}-ipvlan.sock`] as const;
    return startDriver(machine, grid, "host-a", ...local, ...shared, ...dockerSocket, ...ipvlan);
  };

  /** A failed test must not fail the next one. */
  beforeEach(() => Promise.all([a, b].map((engine) => engine.clean())));

  const held = () => heldIn(wapi);

  it("give containers the addresses that the grid holds, and leave nothing when they are removed", async () => {
    await a.docker("network", "create", "--ipam-driver", nameA, "net1");
    const one = await a.container("one", "--network", "net1");
    const two = await a.container("two", "--network", "net1");
    expect([one.ipv4, two.ipv4]).toEqual(["10.77.0.2/24", "10.77.0.3/24"]);
    expect((await held()).sort()).toEqual(
      ["10.77.0.0/24", "10.77.0.1 reserved", rowOf(one), rowOf(two)].sort(),
    );
    await a.remove("one", "two");
    await a.docker("network", "rm", "net1");
    expect(await held()).toEqual([]);
  });

  it("take subnet, range, gateway, auxiliary address and options from the docker command", async () => {
    await a.docker(
      ...["network", "create", "--ipam-driver", nameA, "--subnet", "192.168.77.0/24"],
      ...["--ip-range", "192.168.77.128/25", "--gateway", "192.168.77.254"],
      ...["--aux-address", "router=192.168.77.128", "net2"],
    );
    const one = await a.container("one", "--network", "net2");
    const two = await a.container("two", "--network", "net2", "--ip", "192.168.77.50");
    expect([one.ipv4, two.ipv4]).toEqual(["192.168.77.129/24", "192.168.77.50/24"]);
    const reserved = ["192.168.77.128 reserved", "192.168.77.254 reserved"];
    expect((await held()).sort()).toEqual(["192.168.77.0/24", ...reserved, rowOf(one), rowOf(two)].sort());
    expect(await a.refusal("run", "--network", "net2", "--ip", "192.168.77.50", image, "ip")).toMatch(
      /192\.168\.77\.50 is in use/,
    );
    await a.docker("network", "create", "--ipam-driver", nameA, "--ipam-opt", "prefix-length=28", "net3");
    expect(await held()).toContain("10.77.0.0/28");
    await a.remove("one", "two");
    await a.docker("network", "rm", "net2", "net3");
    expect(await held()).toEqual([]);
  });

  it("have dual-stack networks", async () => {
    await a.docker(
      "network",
      "create",
      "--ipam-driver",
      nameA,
      "--ipv6",
      "--subnet",
      "fd77:0:0:7::/64",
      "net6",
    );
    const one = await a.container("one", "--network", "net6");
    expect(one).toMatchObject({ ipv4: "10.77.0.2/24", ipv6: "fd77:0:0:7::2/64" });
    expect(await held()).toEqual(expect.arrayContaining([rowOf(one), "fd77:0:0:7::2"]));
    await a.remove("one");
    await a.docker("network", "rm", "net6");
    expect(await held()).toEqual([]);
  });

  it("tell the person who typed the command what is wrong", async () => {
    const create = ["network", "create", "--ipam-driver", nameA] as const;
    expect(await a.refusal(...create, "--ipam-opt", "prefix-lenght=28", "wrong")).toMatch(
      /there is no "prefix-lenght".*prefix-length/,
    );
    await a.docker(...create, "--subnet", "192.168.78.0/24", "net4");
    expect(await a.refusal(...create, "--subnet", "192.168.78.0/24", "again")).toMatch(
      /192\.168\.78\.0\/24 is a Docker network of host-a already/,
    );
    await a.docker("network", "rm", "net4");
    expect(await held()).toEqual([]);
  });

  it("leave nothing behind when the network driver refuses what it is asked", async () => {
    await a.docker(
      "network",
      "create",
      "--ipam-driver",
      nameA,
      "-o",
      "com.docker.network.bridge.name=br-same",
      "x1",
    );
    const before = await held();
    const again = ["--ipam-driver", nameA, "-o", "com.docker.network.bridge.name=br-same", "x2"];
    expect(await a.refusal("network", "create", ...again)).toMatch(/br-same/);
    expect(await held()).toEqual(before);
    await a.docker("network", "rm", "x1");
    expect(await held()).toEqual([]);
  });

  it("turn down subnets that they have, and get others", async () => {
    // This network is Docker's own: the grid does not know it.
    await a.docker("network", "create", "--subnet", "10.77.0.0/23", "own");
    await a.docker("network", "create", "--ipam-driver", nameA, "net5");
    expect((await held()).sort()).toEqual(["10.77.2.0/24", "10.77.2.1 reserved"]);
    await a.docker("network", "rm", "own", "net5");
    await a.docker("network", "create", "--subnet", "10.77.0.0/16", "own");
    expect(await a.refusal("network", "create", "--ipam-driver", nameA, "net5")).toMatch(
      /has turned down 16 subnets in a row/,
    );
    await a.docker("network", "rm", "own");
    expect(await held()).toEqual([]);
  });

  it.skipIf(isShort)("go on when the driver is killed and started again", async () => {
    await a.docker("network", "create", "--ipam-driver", nameA, "net7");
    await a.container("one", "--network", "net7");
    await driverOfA.end("SIGKILL");
    driverOfA = await startDriverOfA();
    expect(await a.container("two", "--network", "net7")).toMatchObject({ ipv4: "10.77.0.3/24" });
    await a.remove("one");
    await driverOfA.end("SIGKILL");
    // The driver does not learn that this container has stopped. Its address is released with the network.
    await a.remove("two");
    driverOfA = await startDriverOfA();
    expect(await held()).toHaveLength(3);
    await a.docker("network", "rm", "net7");
    expect(await held()).toEqual([]);
  });

  it.skipIf(isShort)(
    "start a container with --ip again, whose address nobody released when the engine was killed",
    async () => {
      const subnet = ["--subnet", "10.77.30.0/24"] as const;
      await a.docker("network", "create", "--ipam-driver", nameA, ...subnet, "net8");
      await a.container("named", "--network", "net8", "--ip", "10.77.30.9");
      await a.container("kept", "--network", "net8", "--ip", "10.77.30.10");
      const before = await held();
      await driverOfA.end("SIGKILL");
      await a.crash();
      await a.startAgain();
      driverOfA = await startDriverOfA();
      expect(await held()).toEqual(before);
      await a.docker("start", "named", "kept");
      expect(await a.interfaceOf("named")).toMatchObject({ ipv4: "10.77.30.9/24" });
      expect(await held()).toHaveLength(before.length);
      // One that runs keeps its address.
      expect(await a.refusal("run", "--network", "net8", "--ip", "10.77.30.10", image, "ip")).toMatch(
        /in use/,
      );
      await a.remove("named", "kept");
      await a.docker("network", "rm", "net8");
      expect(await held()).toEqual([]);
    },
    240_000,
  );

  it.skipIf(isShort)(
    "forget nothing that was removed while the grid was away",
    async () => {
      await a.docker("network", "create", "--ipam-driver", nameA, "net9");
      await a.container("one", "--network", "net9");
      grid.faults.always({ status: 503 });
      await a.remove("one");
      await a.docker("network", "rm", "net9");
      grid.faults.clear();
      expect(await held()).toHaveLength(3);
      await expect.poll(held, { timeout: 120_000, interval: 1_000 }).toEqual([]);
    },
    240_000,
  );

  it("have macvlan networks, with a router of the grid's for their gateway", async () => {
    await a.addressFor("mac0", "192.0.2.33/24");
    await wapi.create("network", {
      ...{ network: "10.79.0.0/24", network_view: "docker" },
      options: [{ name: "routers", num: 3, value: "10.79.0.254", vendor_class: "DHCP" }],
    });
    const macvlan = ["--driver", "macvlan", "-o", "parent=mac0", "--subnet", "10.79.0.0/24"] as const;
    await a.docker("network", "create", ...macvlan, "--ipam-driver", nameA, "mv");
    const one = await a.container("one", "--network", "mv");
    expect((await held()).sort()).toEqual(["10.79.0.0/24", "10.79.0.254 reserved", rowOf(one)].sort());
    expect(await a.docker("exec", "one", "ip", "route")).toMatch(/default via 10\.79\.0\.254/);
    await a.remove("one");
    await a.docker("network", "rm", "mv");
    expect(await held()).toEqual(["10.79.0.0/24"]);
    const [left] = await wapi.find("network", { where: { network: "10.79.0.0/24" } });
    if (left !== undefined) await wapi.delete(left._ref);
  });

  it.each(documented())("do what docs/docker.md says: %s", async (_first, commands) => {
    await a.addressFor("doc0", "192.0.2.77/24");
    try {
      for (const [program = "", ...args] of commands) {
        const words = args.map((word) =>
          word
            .replace(/^infoblox(?=$|-)/, nameA)
            .replace("eth1", "doc0")
            .replace(/^busybox$/, image),
        );
        if (program === "ip") await run("ip", "-n", a.namespace, ...words);
        else await a.docker(...words);
      }
    } finally {
      await a.clean();
      await run("ip", "-n", a.namespace, "link", "delete", "doc0");
    }
    expect(await held()).toEqual([]);
  });

  it("refuse an ipvlan interface by their kernel, if at all, and not for its MAC", async () => {
    await a.addressFor("flat0", "192.0.2.78/24");
    const ipvlan = ["--driver", "ipvlan", "-o", "parent=flat0", "--ipam-driver", `${nameA}-ipvlan`] as const;
    await a.docker("network", "create", ...ipvlan, "ip1");
    const before = await held();
    const problem = await a.container("flat", "--network", "ip1").then(
      () => undefined,
      (error: { stderr: string }) => error.stderr,
    );
    if (problem !== undefined) expect(problem).toMatch(/ipvlan port: operation not supported/);
    await a.remove("flat");
    expect(await held()).toEqual(before);
    await a.docker("network", "rm", "ip1");
    expect(await held()).toEqual([]);
  });

  it("share one subnet across hosts, with no address twice, and reach each other's containers", async () => {
    const sharing = ["--ipam-opt", "network-name=blue"] as const;
    const bridge = ["-o", "com.docker.network.bridge.name=br-blue"] as const;
    await a.docker("network", "create", "--ipam-driver", nameA, ...sharing, ...bridge, "blue");
    await b.docker("network", "create", "--ipam-driver", nameB, ...sharing, ...bridge, "blue");
    const cable = await machine.cable(a.namespace, b.namespace);
    for (const { namespace } of [a, b]) {
      await run("ip", "-n", namespace, "link", "set", cable, "master", "br-blue", "up");
    }

    const names = Array.from({ length: crowd }, (_, n) => `c${n}`);
    const [ofA, ofB] = await Promise.all([a, b].map((engine) => crowdOf(engine, names)));
    const all = [...(ofA ?? []), ...(ofB ?? [])];
    expect(new Set(all.map(({ ipv4 }) => ipv4)).size).toBe(2 * crowd);
    const onGrid = await held();
    expect(all.map(rowOf).filter((row) => !onGrid.includes(row))).toEqual([]);
    expect(onGrid).toHaveLength(1 + 1 + 2 + 2 * crowd); // subnet, gateway, engines, containers

    const target = ofB?.at(-1)?.ipv4.replace(/\/\d+$/, "") ?? "";
    expect(await a.docker("exec", "c0", "ping", "-c", "1", "-w", "10", target)).toMatch(/ 0% packet loss/);

    await Promise.all([a.remove(...names), b.remove(...names)]);
    await a.docker("network", "rm", "blue");
    expect((await held()).sort()).toEqual([
      "10.77.0.0/24",
      "10.77.0.1 reserved",
      "Docker engine host-b on 10.77.0.0/24",
    ]);
    await b.docker("network", "rm", "blue");
    expect(await held()).toEqual([]);
  });

  const swarmNetworks = [
    ["bridge", []],
    ["macvlan", ["-o", "parent=mac1"]],
  ] as const;
  it.each(isShort ? swarmNetworks.slice(0, 1) : swarmNetworks)(
    "serve the services of a swarm, whose nodes have a %s network on the same shared subnet",
    async (kind, parent) => {
      await a.addressFor(kind === "bridge" ? "swarm" : "mac1", `192.0.2.${kind === "bridge" ? 1 : 2}/24`);
      const address = kind === "bridge" ? "192.0.2.1" : "192.0.2.2";
      await a.docker("swarm", "init", "--advertise-addr", address, "--default-addr-pool", "10.200.0.0/16");
      try {
        const sharing = ["--ipam-driver", nameA, "--ipam-opt", "network-name=green"] as const;
        await a.docker("network", "create", "--config-only", ...sharing, ...parent, "green-here");
        const swarm = ["--scope", "swarm", "--driver", kind, "--config-from", "green-here"] as const;
        await a.docker("network", "create", ...swarm, "green");
        const service = [
          "--detach",
          "--name",
          "web",
          "--replicas",
          "3",
          "--stop-grace-period",
          "1s",
        ] as const;
        await a.docker("service", "create", ...service, "--network", "green", image, "sleep", "1000");
        const containers = await a.tasksOf("web", 3);
        const all = await Promise.all(containers.map((id) => a.interfaceOf(id)));
        expect((await held()).sort()).toEqual(
          [
            "10.77.0.0/24",
            "10.77.0.1 reserved",
            "Docker engine host-a on 10.77.0.0/24",
            ...all.map(rowOf),
          ].sort(),
        );
        await a.docker("service", "rm", "web");
        await a.tasksOf("web", 0);
        await a.docker("network", "rm", "green");
        await a.docker("network", "rm", "green-here");
        await expect.poll(held, { timeout: 30_000 }).toEqual([]);
      } finally {
        await a.docker("swarm", "leave", "--force");
      }
    },
  );

  async function crowdOf(engine: Engine, names: readonly string[]): Promise<Interface[]> {
    const waiting = [...names];
    const started: Interface[] = [];
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        started.push(await engine.container(name, "--network", "blue"));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return started;
  }
});

/** The commands of the docs page that need only one engine, by block. Those for swarms and plugins have other tests. */
function documented(): (readonly [string, readonly (readonly string[])[]])[] {
  const page = readFileSync(join(import.meta.dirname, "../../docs/docker.md"), "utf8");
  const blocks = [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) =>
    block
      .replaceAll(/\\\n/g, " ")
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
      .filter(([program, ...args]) => /^(docker|ip)$/.test(program ?? "") && args.length > 0),
  );
  const isSwarms = (block: readonly (readonly string[])[]) => /service|overlay|plugin/.test(block.join(" "));
  return blocks
    .filter((block) => block.length > 0 && !isSwarms(block))
    .map((block) => [(block[0] ?? []).join(" "), block] as const);
}
