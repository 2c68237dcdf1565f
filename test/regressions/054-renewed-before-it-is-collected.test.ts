import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { profileOf } from "../campaign/variants.js";
import { clientIn, inNoTime } from "../campaign/virtual-time.js";

/**
 * `collect` deletes what it finds with the expiry that it has read. Where searches still find the old expiry, or requests run side
 * by side, it deleted what had just been renewed, and both calls said that they had done their work.
 */
const grids = {
  "searches lag": { searchSeesWritesAfter: 300, searchFindsGoneFor: 300 },
  "requests run side by side": { isolation: "none" },
} as const;
const given = { requestId: "a", expiresAt: "2030-01-01T00:00:00Z" };
const things: Readonly<Record<string, (ipam: Ipam) => Promise<{ readonly ref: string }>>> = {
  "a host": (ipam) => ipam.requestAddress({ ...given, from: "2001:db8::/64", name: "a.example.com" }),
  "a fixed address": (ipam) =>
    ipam.requestAddress({ ...given, from: "10.1.0.0/24", mac: "02:42:ac:11:00:02" }),
  "a subnet": (ipam) => ipam.requestSubnet({ ...given, from: "10.0.0.0/16", prefixLength: 24 }),
};

it.each(
  (Object.keys(grids) as (keyof typeof grids)[]).flatMap((grid) =>
    Object.entries(things).map(([what, make]) => [what, grid, make] as const),
  ),
)("%s is either renewed or collected where %s", async (_, kind, make) => {
  const assumptions = grids[kind];
  const seed = {
    ...{ containers: ["10.0.0.0/16"], networks: ["10.1.0.0/24", "2001:db8::/64"] },
    ...{ zones: ["example.com"], attributes: ["Owner"] },
  };
  for (const later of [0, 60, 120]) {
    let pause = async () => {};
    const transactionTime = () => pause();
    const grid = FakeGrid.inMemory({ setup: true, seed, assumptions, transactionTime });
    await inNoTime(grid, async (time) => {
      pause = () => time.sleep(50);
      const ipamOf = () => new Ipam(clientIn(time, grid), { owner: "ci" });
      await ipamOf().setup({ profile: profileOf({ assumptions }) });
      await time.sleep(60_000);
      const thing = await make(ipamOf());
      await time.sleep(60_000);
      const [renewed, collected] = await Promise.allSettled([
        ipamOf().renew({ requestId: "a" }, { expiresAt: "2060-01-01T00:00:00Z" }),
        time.sleep(later).then(() => ipamOf().collect({ now: new Date("2040-01-01") })),
      ]);
      await time.sleep(60_000);
      const isThere = await isHeld(ipamOf(), thing.ref);
      expect(renewed.status).toBe(isThere ? "fulfilled" : "rejected");
      expect(collected).toMatchObject({ value: { released: isThere ? [] : [{ ref: thing.ref }] } });
    });
  }
});

async function isHeld(ipam: Ipam, ref: string): Promise<boolean> {
  const { subnets, addresses } = await ipam.audit();
  return [...subnets, ...addresses].some((one) => one.ref === ref);
}
