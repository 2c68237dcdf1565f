import { type GridProfile, Ipam, isInfobloxError, PoolExhaustedError } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { Chance } from "../campaign/chance.js";
import { otherVariants, profileOf, type Variant, waitingProfileOf } from "../campaign/variants.js";
import { clientIn, inNoTime, type VirtualTime } from "../campaign/virtual-time.js";

/**
 * On a grid that keeps the first steps of a refused request, nothing stopped two changes of one host that it carried out side by
 * side: a change without its place could be stopped for ever. The second one replaced the token of the first, whose answer was
 * lost, and the address of the first stayed without a caller.
 */
const host = { name: "web", addresses: ["192.168.0.9"], dns: false };

async function on(
  { assumptions = {} }: Variant,
  profile: GridProfile,
  seed: number,
  work: (grid: FakeGrid, time: VirtualTime, chance: Chance) => Promise<void>,
): Promise<void> {
  const chance = new Chance(seed);
  const grid: FakeGrid = FakeGrid.inMemory({
    setup: true,
    seed: { networks: ["192.168.0.0/24", "192.168.1.0/30"], hosts: [host] },
    assumptions,
    ...(assumptions.isolation === "none" && {
      transactionTime: () => time?.sleep(1 + 200 * chance.draw()) ?? Promise.resolve(),
    }),
  });
  let time: VirtualTime | undefined;
  await inNoTime(grid, async (virtual) => {
    time = virtual;
    await new Ipam(clientIn(virtual, grid)).setup({ profile });
    await virtual.sleep(60_000);
    await work(grid, virtual, chance);
  });
}

const sideBySide: Variant = {
  grid: "where requests run side by side and refused ones keep their parts",
  assumptions: { isolation: "none", requestIsTransactional: false },
};
const grids = [...otherVariants, sideBySide];

/** Two callers add an address to one host at once; the answer to the first is lost. Returns the addresses that nobody got. */
async function addTwoAtOnce(grid: FakeGrid, time: VirtualTime, chance: Chance) {
  const client = () => new Ipam(clientIn(time, grid, chance.branch()));
  const [one, other] = [client(), client()];
  const { host: web } = await one.hosts.addAddress("web", { from: "192.168.0.0/24" });
  await time.sleep(60_000);
  // So both clients know the profile of the grid.
  await Promise.all([one, other].map((ipam) => ipam.requestAddress({ from: "192.168.1.0/30" })));
  await time.sleep(60_000);
  grid.faults.next({ on: "POST", path: "request", fail: "timeout-after-commit" });
  const added = await Promise.allSettled(
    [one, other].map((ipam) => ipam.hosts.addAddress(web, { from: "192.168.0.0/24" })),
  );
  await time.sleep(60_000);
  const [now] = await one.hosts.find({ name: "web" });
  const given = [
    ...web.addresses,
    ...added.flatMap((one) => (one.status === "fulfilled" ? one.value.address : [])),
  ];
  const failures = added.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  for (const error of failures) if (!isInfobloxError(error, "UncertainWriteError")) throw error;
  const found = now?.addresses.map(({ ip }) => ip) ?? [];
  expect(found).toEqual(expect.arrayContaining(given.map(({ ip }) => ip)));
  return { nobodys: found.filter((ip) => !given.some((one) => one.ip === ip)), uncertain: failures.length };
}

describe.each(grids)("$grid, with places", (variant) => {
  const places = profileOf(variant);

  it.each([1, 2, 3])(
    "the second of two changes at once does not hide the first, whose answer is lost (%i)",
    async (seed) => {
      await on(variant, places, seed, async (grid, time, chance) => {
        expect(await addTwoAtOnce(grid, time, chance)).toEqual({ nobodys: [], uncertain: 0 });
      });
    },
  );

  it("addresses that many add to a host at once are on the host, each for one caller", async () => {
    await on(variant, places, 1, async (grid, time, chance) => {
      grid.faults.seed(1);
      for (const fault of [
        { fail: "reset-after-commit" },
        { fail: "late", lateBy: 400 },
        { fail: "twice", lateBy: 150 },
      ] as const)
        grid.faults.always({ on: ["POST", "PUT"], probability: 0.05, ...fault });
      const uncertain: unknown[] = [];
      const add = async (ipam: Ipam) => {
        await time.sleep(100 * chance.draw());
        try {
          return [(await ipam.hosts.addAddress("web", { from: "192.168.0.0/24" })).address.ip];
        } catch (error) {
          if (!isInfobloxError(error)) throw error;
          if (isInfobloxError(error, "UncertainWriteError")) uncertain.push(error);
          return [];
        }
      };
      const callers = Array.from({ length: 5 }, () => new Ipam(clientIn(time, grid, chance.branch())));
      const added = (await Promise.all([...callers, ...callers].map(add))).flat();
      grid.faults.clear();
      await time.sleep(60_000);
      const [web] = await new Ipam(clientIn(time, grid)).hosts.find({ name: "web" });
      const found = web?.addresses.map(({ ip }) => ip) ?? [];
      expect(found).toEqual(expect.arrayContaining(["192.168.0.9", ...added]));
      expect(new Set(added).size).toBe(added.length);
      expect(found.length - 1 - added.length).toBeLessThanOrEqual(uncertain.length);
      expect(added.length).toBeGreaterThanOrEqual(3);
    });
  });

  it("a change that the grid refuses does not stop the next one", async () => {
    await on(variant, places, 1, async (grid, time) => {
      const ipam = new Ipam(clientIn(time, grid));
      await ipam.requestAddresses({ from: "192.168.1.0/30", count: 2 });
      await ipam.hosts.addAddress("web", { from: "192.168.0.0/24" });
      const full = ipam.hosts.addAddress("web", { from: "192.168.1.0/30" });
      await expect(full).rejects.toThrow(PoolExhaustedError);
      await ipam.hosts.addAddress("web", { from: "192.168.0.0/24" });
      await time.sleep(60_000);
      const [web] = await ipam.hosts.find({ name: "web" });
      expect(web?.addresses).toHaveLength(3);
    });
  });

  it("a change whose caller died does not stop the next one for ever", async () => {
    await on(variant, places, 1, async (grid, time) => {
      const ipam = new Ipam(clientIn(time, grid));
      await ipam.requestAddresses({ from: "192.168.1.0/30", count: 2 });
      await ipam.hosts.addAddress("web", { from: "192.168.0.0/24" });
      // Nobody hears that the grid refuses this one, which keeps its place.
      grid.faults.always({ on: "POST", fail: "reset-after-commit" });
      const stop = new AbortController();
      const dying = new Ipam(clientIn(time, grid)).hosts.addAddress("web", {
        ...{ from: "192.168.1.0/30", signal: stop.signal },
      });
      dying.catch(() => undefined);
      await time.sleep(250);
      stop.abort();
      await dying.catch(() => undefined);
      grid.faults.clear();
      await ipam.hosts.addAddress("web", { from: "192.168.0.0/24" });
      await time.sleep(60_000);
      const [web] = await ipam.hosts.find({ name: "web" });
      expect(web?.addresses).toHaveLength(3);
    });
  });
});

it("with waits, the first of two changes at once says that it cannot know what became of it", async () => {
  let said = 0;
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    await on(sideBySide, waitingProfileOf(sideBySide), seed, async (grid, time, chance) => {
      const { nobodys, uncertain } = await addTwoAtOnce(grid, time, chance);
      expect(nobodys.length).toBeLessThanOrEqual(uncertain);
      said += uncertain;
    });
  }
  expect(said).toBeGreaterThan(0);
});
