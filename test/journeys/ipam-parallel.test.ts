import fc from "fast-check";
import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor } from "./doors.js";

shortenPauses();

behindEveryDoor("many callers at once", (visit) => {
  it("never get the same subnet, until none is left", async () => {
    const { grid } = await visit({ seed: { containers: ["10.0.0.0/24"] } });
    const callers = Array.from({ length: 5 }, () => new Ipam(grid.clientOptions));
    const work = Array.from({ length: 40 }, (_, n) =>
      callers[n % callers.length]?.requestSubnet({
        from: "10.0.0.0/24",
        prefixLength: 29,
        gateway: n % 2 ? "first" : false,
      }),
    );
    const done = await Promise.allSettled(work);
    const taken = done.flatMap((one) => (one.status === "fulfilled" ? (one.value?.cidr ?? []) : []));
    expect(new Set(taken).size).toBe(32);
    expect(taken).toHaveLength(32);
    for (const one of done) {
      if (one.status === "rejected") expect(isInfobloxError(one.reason, "PoolExhaustedError")).toBe(true);
    }
    for (const caller of callers) await caller.close();
  });

  it("never get the same address, whatever they make of it", async () => {
    const { grid } = await visit({ seed: { networks: ["10.0.0.0/25"] } });
    const callers = Array.from({ length: 5 }, () => new Ipam(grid.clientOptions));
    const requests = [
      (n: number) => ({ name: `host ${n}`, dns: false }),
      (n: number) => ({ mac: `02:00:00:00:00:${n.toString(16).padStart(2, "0")}` }),
      () => ({}),
    ];
    const work = Array.from({ length: 126 }, (_, n) =>
      callers[n % callers.length]?.requestAddress({ from: "10.0.0.0/25", ...requests[n % 3]?.(n + 1) }),
    );
    const ips = (await Promise.all(work)).map((address) => address?.ip);
    expect(new Set(ips).size).toBe(126);
    for (const caller of callers) await caller.close();
  });

  it("share a named address only once", async () => {
    const { ipam } = await visit({ seed: { networks: ["10.0.0.0/25"] } });
    const work = Array.from({ length: 10 }, (_, n) =>
      ipam.requestAddress({ ip: "10.0.0.9", name: `host ${n}`, dns: false }),
    );
    const done = await Promise.allSettled(work);
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

it("any sequence of requests and releases leaves the grid with exactly what is still held", async () => {
  const grid = await FakeGrid.listen({
    setup: true,
    tls: false,
    seed: { containers: ["10.0.0.0/24"], networks: ["10.1.0.0/28"] },
  });
  const wapi = new WapiClient(grid.clientOptions);
  const ipam = new Ipam(wapi);
  const fresh = grid.snapshot();
  const step = fc.oneof(
    fc.record({ act: fc.constant("subnet" as const), prefixLength: fc.integer({ min: 25, max: 28 }) }),
    fc.record({ act: fc.constant("address" as const), exclude: fc.integer({ min: 1, max: 14 }) }),
    fc.record({ act: fc.constant("release" as const), which: fc.nat() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      grid.restore(fresh);
      const subnets = new Map<string, () => Promise<unknown>>();
      const addresses = new Map<string, () => Promise<unknown>>();
      for (const one of steps) {
        try {
          if (one.act === "subnet") {
            const subnet = await ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: one.prefixLength });
            expect(subnets.has(subnet.cidr)).toBe(false);
            subnets.set(subnet.cidr, () => ipam.releaseSubnet(subnet.ref));
          } else if (one.act === "address") {
            const exclude = `10.1.0.${one.exclude}`;
            const { ip } = await ipam.requestAddress({ from: "10.1.0.0/28", exclude });
            expect(ip).not.toBe(exclude);
            expect(addresses.has(ip)).toBe(false);
            addresses.set(ip, () => ipam.releaseAddress(ip));
          } else {
            const held = [...subnets, ...addresses];
            const [key, release] = held[one.which % Math.max(held.length, 1)] ?? [];
            if (key === undefined) continue;
            expect(await release?.()).toEqual({ released: true, reason: "deleted" });
            subnets.delete(key);
            addresses.delete(key);
          }
        } catch (error) {
          if (!isInfobloxError(error, "PoolExhaustedError")) throw error;
        }
      }
      const found = await ipam.findSubnets({ within: "10.0.0.0/24" });
      expect(found.map(({ cidr }) => cidr).sort()).toEqual([...subnets.keys()].sort());
      expect(await ipam.utilization("10.1.0.0/28")).toMatchObject({ used: addresses.size });
    }),
    { numRuns: 30 },
  );
  await wapi.close();
  await grid.close();
});
