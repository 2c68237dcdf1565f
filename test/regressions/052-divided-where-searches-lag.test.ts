import { Ipam, type Subnet } from "infoblox-ipam";
import { FakeGrid, type Fault } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { profileOf, waitingProfileOf } from "../campaign/variants.js";
import { clientIn, inNoTime } from "../campaign/virtual-time.js";

/**
 * The request that divides, joins or resizes a subnet also searches for the result. On a grid whose searches lag it finds nothing:
 * a split gave no parts, and the others threw a TypeError, after they had changed the subnet.
 */
const assumptions = { searchSeesWritesAfter: 300, searchFindsGoneFor: 300 };
const changes: Readonly<Record<string, (ipam: Ipam, one: Subnet, other: Subnet) => Promise<unknown>>> = {
  split: async (ipam, one) => (await ipam.subnets.split(one, { prefixLength: 26 })).map(({ cidr }) => cidr),
  join: async (ipam, one, other) => (await ipam.subnets.join([one, other])).cidr,
  expand: async (ipam, one) => (await ipam.subnets.expand(one, { prefixLength: 23 })).cidr,
  resize: async (ipam, one) => (await ipam.subnets.resize(one, { prefixLength: 25 })).cidr,
};
const results: Readonly<Record<string, unknown>> = {
  split: ["10.0.8.0/26", "10.0.8.64/26", "10.0.8.128/26", "10.0.8.192/26"],
  join: "10.0.8.0/23",
  expand: "10.0.8.0/23",
  resize: "10.0.8.0/25",
};
const faults: readonly (Fault | undefined)[] = [
  undefined,
  { fail: "reset-after-commit" },
  { fail: "twice", answer: "second" },
];
const grids = {
  places: { profile: profileOf({ assumptions }) },
  wait: { profile: waitingProfileOf({ assumptions }) },
  searchDelay: { options: { searchDelay: 300 } },
  "no hint of the lag": {},
};

it.each(
  Object.entries(grids).flatMap(([grid, kept]) =>
    Object.keys(changes).flatMap((change) =>
      // Lost answers need to be told of the lag.
      (Object.keys(kept).length === 0 ? [undefined] : faults).map(
        (fault) => [change, grid, fault?.fail ?? "no fault", fault, kept] as const,
      ),
    ),
  ),
)("%s gives its result where searches lag, with %s and %s", async (change, _, __, fault, kept) => {
  const { profile, options } = { profile: undefined, options: undefined, ...kept };
  const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/16"] }, assumptions });
  await inNoTime(grid, async (time) => {
    const ipam = new Ipam(clientIn(time, grid), options);
    if (profile !== undefined) await ipam.setup({ profile });
    await time.sleep(60_000);
    const one = await ipam.requestSubnet({ cidr: "10.0.8.0/24" });
    const other = await ipam.requestSubnet({ cidr: "10.0.9.0/24" });
    await time.sleep(60_000);
    if (fault !== undefined) grid.faults.next({ on: "POST", object: "request", ...fault });
    await expect(changes[change]?.(ipam, one, other)).resolves.toEqual(results[change]);
  });
});
