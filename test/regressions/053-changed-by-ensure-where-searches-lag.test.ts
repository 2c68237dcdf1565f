import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { profileOf, waitingProfileOf } from "../campaign/variants.js";
import { clientIn, inNoTime } from "../campaign/virtual-time.js";

/** `ensure` reads what it has changed by a search. Where searches lag, its result showed the object as it was before. */
const assumptions = { searchSeesWritesAfter: 300, searchFindsGoneFor: 300 };
const grids = {
  places: { profile: profileOf({ assumptions }) },
  wait: { profile: waitingProfileOf({ assumptions }) },
  searchDelay: { options: { searchDelay: 300 } },
};
const changes: Readonly<Record<string, (ipam: Ipam, comment: string) => Promise<{ object?: unknown }>>> = {
  "a host": (ipam, comment) => ipam.ensureHost({ name: "a.example.com", ips: ["2001:db8::7"], comment }),
  "a reservation": (ipam, comment) => ipam.ensureAddress({ ip: "2001:db8::8", comment }),
  "a subnet": (ipam, comment) => ipam.ensureSubnet({ cidr: "10.0.8.0/24", comment }),
};

it.each(
  Object.keys(grids).flatMap((grid) =>
    Object.entries(changes).map(([what, ensure]) => [what, grid, ensure] as const),
  ),
)("the result shows the change of %s, with %s", async (_, kept, ensure) => {
  const { profile, options } = {
    profile: undefined,
    options: undefined,
    ...grids[kept as keyof typeof grids],
  };
  const seed = { containers: ["10.0.0.0/16"], networks: ["2001:db8::/64"], zones: ["example.com"] };
  const grid = FakeGrid.inMemory({ setup: true, seed, assumptions });
  await inNoTime(grid, async (time) => {
    const ipam = new Ipam(clientIn(time, grid), options);
    if (profile !== undefined) await ipam.setup({ profile });
    await time.sleep(60_000);
    await ensure(ipam, "before");
    await time.sleep(60_000);
    expect(await ensure(ipam, "after")).toMatchObject({ changed: true, object: { comment: "after" } });
  });
});
