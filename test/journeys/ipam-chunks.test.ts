import { type Address, Ipam, isInfobloxError, type Subnet } from "infoblox-ipam";
import type { Assumptions } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor } from "./doors.js";

shortenPauses();

const seed = {
  attributes: ["Owner"],
  containers: ["10.0.0.0/16", "2001:db8::/32"],
  networks: ["10.8.0.0/22", "10.9.0.0/25", "2001:db9::/64"],
  zones: ["example.com"],
};

behindEveryDoor("many things in a loop", (visit) => {
  it("are taken as they are used, a hundred to a request", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup: true });
    const run = ipam.requestAddressesInChunks({ from: "10.8.0.0/22", count: 250 });
    const ips: string[] = [];
    const first = await requestsOf(async () => {
      for await (const { ip } of run) if (ips.push(ip) === 100) break;
    });
    expect(first).toBe(1);
    expect(run.unread).toEqual([]);
    const rest = await requestsOf(async () => {
      for await (const { ip } of run) ips.push(ip);
    });
    expect(rest).toBe(2);
    expect(new Set(ips).size).toBe(250);
    expect(await ipam.utilization("10.8.0.0/22")).toMatchObject({ used: 250 });
  });

  it("stop before the next request where the loop is left, and lose nothing", async () => {
    const { ipam } = await visit({ seed });
    const run = ipam.requestSubnetsInChunks({ from: "10.0.0.0/16", prefixLength: 26, count: 300 });
    const seen: Subnet[] = [];
    for await (const subnet of run) if (seen.push(subnet) === 30) break;
    const found = await ipam.findSubnets({ within: "10.0.0.0/16" });
    expect(found.map(({ cidr }) => cidr).sort()).toEqual(
      [...seen, ...run.unread].map(({ cidr }) => cidr).sort(),
    );
    expect(found).toHaveLength(100);
    const sizes: number[] = [];
    for await (const chunk of run.chunks()) sizes.push(chunk.length);
    expect(sizes).toEqual([70, 100, 100]);
    for await (const _none of run) expect.unreachable();
  });

  it("keep what was had where one request fails, and go on from there", async () => {
    const { ipam, grid } = await visit({ seed, setup: true });
    const progress: number[] = [];
    const name = (index: number) => `worker-${index}.example.com`;
    const onProgress = ({ done }: { done: number }) => progress.push(done);
    const run = ipam.requestAddressesInChunks({ from: "2001:db9::/64", count: 250, name, onProgress });
    const names: string[] = [];
    const loop = async () => {
      for await (const host of run) {
        if (names.push(host.name ?? "") === 1)
          grid.faults.next({ on: "POST", path: /request$/, status: 403 });
      }
    };
    const error = await loop().catch((thrown: unknown) => thrown);
    expect(names).toHaveLength(100);
    expect(isInfobloxError(error, "PermissionDeniedError") && error.partial).toHaveLength(100);
    await loop().catch(() => {});
    await loop();
    expect(names).toEqual(Array.from({ length: 250 }, (_, index) => name(index)));
    expect(progress).toEqual([100, 200, 250]);
  });

  it("end at an abort after all that was done, and nothing more is", async () => {
    const { ipam } = await visit({ seed });
    const stop = new AbortController();
    const run = ipam.requestAddressesInChunks({ from: "10.8.0.0/22", count: 500, signal: stop.signal });
    let seen = 0;
    const loop = async () => {
      for await (const _address of run) {
        seen += 1;
        if (seen === 150) stop.abort();
      }
    };
    await expect(loop()).rejects.toMatchObject({ name: "AbortedError", partial: { length: 200 } });
    expect(seen).toBe(200);
    expect(await ipam.utilization("10.8.0.0/22")).toMatchObject({ used: 200 });
  });

  it("are what there is, where there isn't enough", async () => {
    const { ipam } = await visit({ seed });
    const run = ipam.requestAddressesInChunks({ from: "10.9.0.0/25", count: 200 });
    const seen: Address[] = [];
    const loop = async () => {
      for await (const address of run) seen.push(address);
    };
    const error = await loop().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "PoolExhaustedError", partial: seen.map(({ ref }) => ref) });
    expect(seen).toHaveLength(126);
    await ipam.releaseMany((isInfobloxError(error) ? error.partial : []) as string[]);
    expect(await ipam.utilization("10.9.0.0/25")).toMatchObject({ used: 0 });
  });

  it("are given back as the loop goes, and each is told of", async () => {
    const { ipam, grid, requestsOf } = await visit({ seed, setup: true });
    const addresses = await ipam.requestAddresses({ from: "10.8.0.0/22", count: 250 });
    await ipam.releaseMany(addresses.slice(7, 8));
    const run = ipam.releaseManyInChunks(addresses);
    const reasons: string[] = [];
    for await (const { reason } of run) if (reasons.push(reason) === 50) break;
    expect(await ipam.utilization("10.8.0.0/22")).toMatchObject({ used: 150 });
    expect(run.unread).toHaveLength(50);
    grid.faults.next({ on: "POST", status: 403 });
    const loop = async () => {
      for await (const { ref, reason } of run) {
        expect(ref).toBe(addresses[reasons.length]?.ref);
        reasons.push(reason);
      }
    };
    await expect(loop()).rejects.toMatchObject({ partial: { length: 100 } });
    expect(await requestsOf(loop)).toBe(2);
    expect(reasons).toHaveLength(250);
    expect(reasons.filter((reason) => reason === "gone")).toHaveLength(1);
    expect(await ipam.utilization("10.8.0.0/22")).toMatchObject({ used: 0 });
  });

  it("are checked before anything is sent", async () => {
    const { ipam, requestsOf } = await visit();
    const wrong = [
      [() => ipam.requestAddressesInChunks({ from: "10.0.0.0/22", count: 0 }), "count"],
      [
        () => ipam.requestAddressesInChunks({ from: "10.0.0.0/22", count: 1, allOrNothing: true } as never),
        "allOrNothing",
      ],
      [
        () => ipam.requestSubnetsInChunks({ from: "10.0.0.0/22", prefixLength: 22, count: 1 }),
        "prefixLength",
      ],
      [
        () => ipam.requestAddressesInChunks({ from: "10.0.0.0/22", count: 1, requestId: "x".repeat(241) }),
        "requestId",
      ],
      [() => ipam.releaseManyInChunks(["10.0.0.1"]), "targets"],
    ] as const;
    const work = async () => {
      for (const [begin, field] of wrong) {
        const loop = async () => {
          for await (const _one of begin()) expect.unreachable();
        };
        await expect(loop()).rejects.toMatchObject({ name: "InvalidRequestError", field });
      }
    };
    expect(await requestsOf(work)).toBe(0);
  });
});

behindEveryDoor("many things with a request id", (visit) => {
  it("cost one request for each hundred, and none is taken twice", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed, setup: true }, { owner: "us" });
    const request = { from: "10.8.0.0/22", count: 250, requestId: "deploy-42/workers (blue)" };
    expect(await requestsOf(() => ipam.requestAddresses(request))).toBe(3);
    const [first, second] = [
      await ipam.requestAddresses(request),
      await new Ipam(wapi).requestAddresses(request),
    ];
    expect(second.map(({ ip }) => ip)).toEqual(first.map(({ ip }) => ip));
    expect(first.every(({ created }) => !created)).toBe(true);
    expect(await ipam.utilization("10.8.0.0/22")).toMatchObject({ used: 250 });
    const audit = await ipam.audit();
    expect(audit.withoutRequestId).toEqual([]);
    expect(audit.duplicates).toEqual([]);
    await ipam.releaseAddress({ requestId: "deploy-42/workers (blue)/17" });
    const again = await ipam.requestAddresses({ ...request, count: 251 });
    expect(again.filter(({ created }) => created).length).toBe(2);
    expect(again[17]?.created && again[250]?.created).toBe(true);
    expect(again[18]?.ip).toBe(first[18]?.ip);
  });

  it.each([
    ["10.0.0.0/16", 26],
    ["2001:db8::/32", 64],
  ])("go on where a crash has ended them (%s)", async (from, prefixLength) => {
    const { ipam, wapi, requestsOf } = await visit({ seed, setup: true });
    const request = { from, prefixLength, count: 220, requestId: "deploy-42/racks" };
    for await (const _subnet of ipam.requestSubnetsInChunks(request)) break;
    const later = new Ipam(wapi);
    let subnets: Subnet[] = [];
    // The first hundred are refused and looked for; then it looks first, and twenty of the last are new.
    const cost = await requestsOf(async () => {
      subnets = await later.requestSubnets(request);
    });
    expect(cost).toBe(5);
    expect(subnets.map(({ created }) => created)).toEqual(
      Array.from({ length: 220 }, (_, index) => index >= 100),
    );
    expect(await ipam.findSubnets({ within: from })).toHaveLength(220);
    await expect(later.requestSubnets({ ...request, prefixLength: prefixLength + 1 })).rejects.toMatchObject({
      name: "RequestMismatchError",
      requestId: "deploy-42/racks/0",
    });
  });

  it("give what they have, where their source is full by now", async () => {
    const { ipam } = await visit({ seed, setup: true });
    const request = { from: "10.9.0.0/25", count: 126, requestId: "all of it" };
    const first = await ipam.requestAddresses(request);
    const again = await ipam.requestAddresses(request);
    expect(again.map(({ ip }) => ip)).toEqual(first.map(({ ip }) => ip));
    await expect(ipam.requestAddresses({ ...request, count: 127 })).rejects.toMatchObject({
      name: "PoolExhaustedError",
      partial: { length: 126 },
    });
    const undone = ipam.requestAddresses({ ...request, count: 127, allOrNothing: true });
    await expect(undone).rejects.toMatchObject({ partial: { length: 126 } });
  });

  it("refuse an id that stands for something else", async () => {
    const { ipam } = await visit({ seed, setup: true });
    const request = { from: "10.8.0.0/22", count: 3, requestId: "deploy-42" };
    const name = (index: number) => `worker-${index}.example.com`;
    await ipam.requestAddresses({ ...request, name });
    for (const other of [{}, { name: (index: number) => `other-${index}.example.com` }]) {
      await expect(ipam.requestAddresses({ ...request, ...other })).rejects.toMatchObject({
        name: "RequestMismatchError",
      });
    }
    expect(await ipam.utilization("10.8.0.0/22")).toMatchObject({ used: 3 });
  });

  it.each(["reset-before-commit", "reset-after-commit", "truncate", "duplicate"] as const)(
    "are each there once where a request meets %s",
    async (fail) => {
      const { ipam, wapi, grid } = await visit({ seed, setup: true });
      const name = (index: number) => `worker-${index}.example.com`;
      const request = { from: "10.8.0.0/22", count: 150, name, requestId: "deploy-42/workers" };
      grid.faults.next({ on: "POST", after: 1, fail });
      const hosts = await ipam.requestAddresses(request);
      expect(hosts.map((host) => host.name)).toEqual(Array.from({ length: 150 }, (_, index) => name(index)));
      expect(hosts.every(({ created }) => created)).toBe(true);
      expect(await wapi.find("record:host")).toHaveLength(150);
      grid.faults.next({ on: "POST", fail });
      const subnets = { from: "10.0.0.0/16", prefixLength: 24, count: 110, requestId: "deploy-42/racks" };
      expect(await ipam.requestSubnets(subnets)).toHaveLength(110);
      expect(await ipam.findSubnets({ within: "10.0.0.0/16" })).toHaveLength(110);
    },
  );

  it("need no attribute, where comments keep the ids", async () => {
    const { ipam, wapi } = await visit({ seed }, { requestIdMarker: "comment" });
    const request = { from: "10.8.0.0/22", count: 120, comment: "worker", requestId: "deploy-42" };
    const first = await ipam.requestAddresses(request);
    expect(first[119]?.comment).toBe("worker [request: deploy-42/119]");
    const again = await ipam.requestAddresses(request);
    expect(again.map(({ ref }) => ref)).toEqual(first.map(({ ref }) => ref));
    expect(await wapi.find("fixedaddress")).toHaveLength(120);
  });

  it("need setup where attributes do, and say so", async () => {
    const { ipam } = await visit({ seed });
    const work = ipam.requestAddresses({ from: "10.8.0.0/22", count: 2, requestId: "deploy-42" });
    await expect(work).rejects.toMatchObject({ name: "InvalidRequestError", hint: /Call setup\(\) once/ });
  });
});

describe.each([
  ["a grid that keeps its word", {}],
  ["a grid that keeps parts of what it refused", { requestIsTransactional: false }],
  ["a grid whose searches are slow", { searchSeesWritesAfter: 20 }],
] as const)("many callers of one request id, on %s", (_title, assumptions: Partial<Assumptions>) => {
  it("get the same, each once", async () => {
    const { FakeGrid } = await import("infoblox-ipam/testing");
    await using grid = FakeGrid.inMemory({ seed, setup: true, assumptions });
    // Longer than a request takes on its way: what is sent by then shows to everybody who looks.
    const searchDelay = 20 * (assumptions.searchSeesWritesAfter ?? 0);
    const callers = Array.from({ length: 3 }, () => new Ipam({ ...grid.clientOptions, searchDelay }));
    const request = { from: "10.8.0.0/22", count: 24, requestId: "deploy-42/workers" };
    const results = await inNoTime(grid, () =>
      Promise.all(callers.map((ipam) => ipam.requestAddresses(request))),
    );
    for (const result of results) {
      expect(result.map(({ ref }) => ref)).toEqual(results[0]?.map(({ ref }) => ref));
    }
    grid.clock.advance(50);
    const [one] = callers;
    expect(await one?.utilization("10.8.0.0/22")).toMatchObject({ used: 24 });
    for (const ipam of callers) await ipam.close();
  });
});
