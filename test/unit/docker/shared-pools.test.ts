import type { Ipam } from "infoblox-ipam";
import { afterEach, describe, expect, it } from "vitest";
import { createNetwork, type Drive, drive, mac, removeNetwork, startContainer } from "./driving.js";

let open: Drive | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});
const start = async (...args: Parameters<typeof drive>) => (open = await drive(...args));
const blue = { opt: { "network-name": "blue" } };
const tagged = (network: string, name = "blue") => ({
  ...{ network, networkView: "docker" },
  extattrs: { "Network Name": name },
});

describe("engines that share a subnet by name", () => {
  it.each([false, true])("have one subnet, one gateway, and no address twice (IPv6: %s)", async (v6) => {
    const { another, holds } = await start();
    const engines = ["host-a", "host-b", "host-c"].map((engineId) => another({ engineId }));
    const networks = [];
    for (const engine of engines) networks.push(await createNetwork(engine, { ...blue, v6 }));
    expect(new Set(networks.map(({ subnet, gateway }) => `${subnet} ${gateway}`)).size).toBe(1);
    const given: string[] = [];
    for (const [index, engine] of engines.entries()) {
      for (let n = 0; n < 5; n += 1) {
        given.push(await startContainer(engine, networks[index]?.id ?? "", mac(100 * index + n)));
      }
    }
    expect(new Set(given).size).toBe(15);
    expect(await holds()).toHaveLength(1 + 1 + 15);
  });

  it("have one subnet also when all of them ask at once", async () => {
    const { another, holds } = await start();
    const engines = Array.from({ length: 8 }, (_, n) => another({ engineId: `host-${n}` }));
    const networks = await Promise.all(engines.map((engine) => createNetwork(engine, blue)));
    expect(new Set(networks.map(({ subnet, gateway }) => `${subnet} ${gateway}`)).size).toBe(1);
    expect(await holds()).toEqual(["10.1.0.0/24", "10.1.0.1 RESERVED"]);
  });

  it("find a subnet that somebody tagged, whoever made it, and leave it as it was", async () => {
    const { driver, holds } = await start(
      { releaseShared: true },
      { grid: { seed: { networkViews: ["docker"], networks: [tagged("10.77.0.0/25")] } } },
    );
    const network = await createNetwork(driver, blue);
    expect(network).toMatchObject({ subnet: "10.77.0.0/25", gateway: "10.77.0.1/25" });
    await removeNetwork(driver, network);
    expect(await holds()).toEqual(["10.77.0.0/25", "10.77.0.1 RESERVED"]);
  });

  it("take a router that the grid knows for their gateway", async () => {
    const { driver, another, holds } = await start(
      {},
      {
        grid: {
          seed: {
            networkViews: ["docker"],
            networks: [tagged("10.77.0.0/25")],
            fixedAddresses: [{ address: "10.77.0.126", mac: mac(1), networkView: "docker" }],
          },
        },
      },
    );
    const before = await holds();
    for (const engine of [driver, another({ engineId: "host-b" })]) {
      const network = await createNetwork(engine, { ...blue, gateway: "10.77.0.126" });
      expect(network.gateway).toBe("10.77.0.126/25");
      await removeNetwork(engine, network);
    }
    expect(await holds()).toEqual(before);
  });

  it("are told where they ask for another subnet, size or gateway than the others have", async () => {
    const { driver, another } = await start();
    await createNetwork(driver, { ...blue, gateway: "10.1.0.254" });
    const other = another({ engineId: "host-b" });
    const size = { opt: { ...blue.opt, "prefix-length": "26" } };
    await expect(createNetwork(other, { ...blue, subnet: "10.1.9.0/24" })).rejects.toThrow(
      /^--subnet: the engines of network-name=blue share another subnet \(got "10.1.9.0\/24"; valid: "10.1.0.0\/24"/,
    );
    await expect(createNetwork(other, size)).rejects.toThrow(
      /^--ipam-opt prefix-length: .* share another subnet \(got 26; valid: 24\)/,
    );
    await expect(createNetwork(other, { ...blue, gateway: "10.1.0.1" })).rejects.toThrow(
      /^--gateway: .*share another \(got "10.1.0.1"; valid: "10.1.0.254"\)/,
    );
  });

  it("are told where several subnets have the name", async () => {
    const { driver } = await start(
      {},
      {
        grid: {
          seed: { networkViews: ["docker"], networks: [tagged("10.77.0.0/25"), tagged("10.78.0.0/25")] },
        },
      },
    );
    await expect(createNetwork(driver, blue)).rejects.toThrow(
      /^Several subnets.*10.77.0.0\/25, 10.78.0.0\/25/,
    );
  });

  it("can have ranges of their own in it, and auxiliary addresses that they all name", async () => {
    const { another } = await start();
    const low = await createNetwork(another(), { ...blue, subnet: "10.1.3.0/24", ipRange: "10.1.3.0/25" });
    const b = another({ engineId: "host-b" });
    const high = await createNetwork(b, { ...blue, subnet: "10.1.3.0/24", ipRange: "10.1.3.128/25" });
    expect(await startContainer(another(), low.id, mac(1))).toBe("10.1.3.2/24");
    expect(await startContainer(b, high.id, mac(2))).toBe("10.1.3.128/24");
    for (const { id } of [low, high]) {
      expect(await b.requestAddress({ PoolID: id, Address: "10.1.3.200" })).toMatchObject({
        Address: "10.1.3.200/24",
      });
    }
  });

  it("find it also on a grid that doesn't know the attribute Network Name", async () => {
    const { driver, another, wapi } = await start();
    const where = { name: "Network Name" };
    const definition = await wapi.findOne("extensibleattributedef", { where, fields: ["name"] });
    if (definition) await wapi.delete(definition._ref);
    const one = await createNetwork(driver, blue);
    const other = await createNetwork(another({ engineId: "host-b" }), blue);
    expect([other.subnet, other.gateway]).toEqual([one.subnet, one.gateway]);
  });
});

describe("the end of a shared subnet", () => {
  it("doesn't come with the networks, unless it is asked for", async () => {
    const { driver, holds } = await start();
    await removeNetwork(driver, await createNetwork(driver, blue));
    expect(await holds()).toEqual(["10.1.0.0/24", "10.1.0.1 RESERVED"]);
  });

  it("comes with the last engine, where it is asked for", async () => {
    const { another, holds } = await start({ releaseShared: true });
    const [a, b] = [another(), another({ engineId: "host-b" })];
    const [one, other] = [await createNetwork(a, blue), await createNetwork(b, blue)];
    expect(await holds()).toContain("Docker engine host-b on 10.1.0.0/24 HOST");
    await startContainer(b, other.id, mac(1));
    await removeNetwork(a, one);
    expect(await startContainer(b, other.id, mac(2))).toBe("10.1.0.3/24");
    await b.releaseAddress({ PoolID: other.id, Address: "10.1.0.2" });
    await b.releaseAddress({ PoolID: other.id, Address: "10.1.0.3" });
    await removeNetwork(b, other);
    expect(await holds()).toEqual([]);
  });

  it("waits for the containers of an engine that left no mark", async () => {
    const { another, holds } = await start();
    const [a, b] = [another({ releaseShared: true }), another({ engineId: "host-b" })];
    const [one, other] = [await createNetwork(a, blue), await createNetwork(b, blue)];
    await startContainer(b, other.id, mac(1));
    await removeNetwork(a, one);
    expect(await holds()).toEqual(["10.1.0.0/24", "10.1.0.1 RESERVED", "10.1.0.2 MAC_ADDRESS"]);
  });
});

describe("an engine that joins a shared subnet", () => {
  /** An `Ipam` of which one function does something else before one of its calls. */
  function actingFirst(
    ipam: Ipam,
    call: "findSubnets" | "requestAddress",
    act: () => Promise<unknown>,
    at = 1,
  ): Ipam {
    let calls = 0;
    return new Proxy(ipam, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        return async (...args: unknown[]) => {
          if (name === call) calls += 1;
          if (name === call && calls === at) await act();
          return value.apply(target, args);
        };
      },
    });
  }

  it("gets a new one where the last engine has just left it and another network has its place", async () => {
    const { driver, another, ipam, holds } = await start({ releaseShared: true });
    const shared = await createNetwork(driver, blue);
    let own = { id: "", subnet: "", gateway: "" };
    const late = actingFirst(ipam, "requestAddress", async () => {
      await removeNetwork(driver, shared);
      own = await createNetwork(another({ engineId: "host-c" }));
    });
    const joined = await createNetwork(another({ engineId: "host-b", ipam: late }), blue);
    expect([own.subnet, joined.subnet]).toEqual(["10.1.0.0/24", "10.1.1.0/24"]);
    await removeNetwork(another({ engineId: "host-c" }), own);
    await removeNetwork(another({ engineId: "host-b" }), joined);
    expect(await holds()).toEqual([]);
  });

  it("leaves no mark where the look after it fails", async () => {
    const { another, ipam, holds } = await start({ releaseShared: true });
    const failing = actingFirst(ipam, "findSubnets", () => Promise.reject(new Error("not now")), 2);
    const driver = another({ ipam: failing });
    await expect(createNetwork(driver, blue)).rejects.toThrow("not now");
    expect(driver.pendingReleases).toBe(1);
    await removeNetwork(driver, await createNetwork(driver));
    expect([driver.pendingReleases, await holds()]).toEqual([0, []]);
  });
});
