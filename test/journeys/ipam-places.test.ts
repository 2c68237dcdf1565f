/** What an id promises on grids where searches aren't enough: those that keep a profile with the way `places`. */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { afterEach, describe, expect, it } from "vitest";
import { Chance } from "../campaign/chance.js";
import { otherVariants, profileOf } from "../campaign/variants.js";
import { VirtualTime } from "../campaign/virtual-time.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const seed = {
  containers: ["10.0.0.0/16"],
  networks: ["192.168.0.0/24", "192.168.1.0/30"],
  zones: ["example.com"],
  attributes: ["Site"],
  hosts: [{ name: "busy.example.com", addresses: ["192.168.0.1"] }],
};

/** Does the work with processes of its own, on a grid of this kind that keeps the profile of that. No time passes. */
async function onGrid(
  assumptions: FakeGridOptions["assumptions"] = {},
  work: (process: () => Ipam, grid: FakeGrid) => Promise<void>,
): Promise<void> {
  const grid = FakeGrid.inMemory({ seed, assumptions });
  grid.clock.freeze(0);
  const process = () => {
    const wapi = new WapiClient(grid.clientOptions);
    closing.push(() => wapi.close());
    return new Ipam(wapi);
  };
  await process().setup({ profile: profileOf({ assumptions }) });
  grid.clock.advance(60_000);
  const time = new VirtualTime((milliseconds) => grid.clock.advance(milliseconds));
  await time.during(new Chance(1), () => work(process, grid));
}

const eight = <T>(make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 8 }, (_, i) => make(i)));

/** Eight that change one host may each time be second, where it takes a while until a change shows. */
function expectFought(error: unknown): [] {
  expect(String(error)).toMatch(/other calls changed the object each time/);
  return [];
}

describe.each(otherVariants)("an id on a grid $grid", ({ assumptions }) => {
  it("stands for one object, whoever asks at once, and after its release for the next one", async () => {
    await onGrid(assumptions, async (process) => {
      const request = { from: "10.0.0.0/16", prefixLength: 24, requestId: "blue" };
      const refs = new Set<string>();
      for (const _round of [1, 2, 3]) {
        const taken = await eight(() => process().requestSubnet(request));
        expect(new Set(taken.map(({ ref }) => ref)).size).toBe(1);
        expect(taken.filter(({ created }) => created)).toHaveLength(1);
        const [first] = taken;
        if (first === undefined) throw new Error("nothing was taken");
        refs.add(first.extattrs["Request Attempt"] as string);
        expect(await process().releaseSubnet(first)).toMatchObject({ released: true });
      }
      expect(refs.size).toBe(3);
    });
  });

  it("stands for one address, of a host and of a description", async () => {
    await onGrid(assumptions, async (process) => {
      const taken = await eight(() =>
        process().requestAddress({ from: "192.168.0.0/24", name: "web.example.com", requestId: "web" }),
      );
      expect(new Set(taken.map(({ ip }) => ip)).size).toBe(1);
      const described = await eight(() =>
        process().ensure({ name: "site", subnets: [{ name: "a", from: "10.0.0.0/16", prefixLength: 26 }] }),
      );
      expect(new Set(described.map(({ objects }) => objects[0]?.object?.ref)).size).toBe(1);
      const shared = await eight(() =>
        process().subnets.ensureShared({
          sharedBy: { Site: "Paris" },
          from: "10.0.0.0/16",
          prefixLength: 26,
        }),
      );
      expect(new Set(shared.map(({ ref }) => ref)).size).toBe(1);
    });
  });

  it("isn't needed for an address to be given once", async () => {
    await onGrid(assumptions, async (process) => {
      const from = "192.168.0.0/24";
      const hosts = await eight((index) => process().requestAddress({ from, name: `h${index}.example.com` }));
      const added = (
        await Promise.allSettled(
          Array.from({ length: 8 }, () => process().hosts.addAddress("busy.example.com", { from })),
        )
      ).flatMap((one) => (one.status === "fulfilled" ? [one.value] : [expectFought(one.reason)]).flat());
      const records = await eight((index) =>
        process().dns.add({ type: "A", name: `a${index}.example.com`, from }),
      );
      const many = await eight(() => process().requestAddresses({ from, count: 3 }));
      const ips = [
        ...hosts.map(({ ip }) => ip),
        ...added.map(({ address }) => address.ip),
        ...records.map(({ ip }) => ip),
        ...many.flat().map(({ ip }) => ip),
      ];
      expect(new Set(ips).size).toBe(ips.length);
      const named = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          process().requestAddress({ ip: "192.168.0.200", name: `n${index}.example.com` }),
        ),
      );
      expect(named.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const one of named)
        if (one.status === "rejected") expect(one.reason.message).toMatch(/^192\.168\.0\.200 is in use/);
    });
  });

  it("doesn't keep a small subnet from being used again and again", async () => {
    await onGrid(assumptions, async (process) => {
      const ipam = process();
      for (const _round of [1, 2, 3, 4]) {
        const taken = [await ipam.requestAddress({ from: "192.168.1.0/30" })];
        taken.push(await ipam.requestAddress({ from: "192.168.1.0/30" }));
        for (const one of taken) expect(await ipam.releaseAddress(one)).toMatchObject({ released: true });
      }
    });
  });
});
