import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

/**
 * A request for many met a lost answer, and its first source had too little left. The grid's refusal then ended the call, though
 * the second source had room.
 */
interface Call {
  readonly take: (ipam: Ipam, from: readonly string[], count: number, requestId?: string) => Promise<Taken>;
  /** A source with room for 14 and a large one. */
  readonly sources: readonly [string, string];
  /** In the references of what comes from the second one. */
  readonly second: string;
}
type Taken = readonly { readonly ref: string }[];

const addresses: Call = {
  take: (ipam, from, count, requestId) => ipam.requestAddresses({ from, count, requestId }),
  sources: ["10.2.0.0/28", "10.2.1.0/24"],
  second: ":10.2.1.",
};
const subnets: Call = {
  take: (ipam, from, count, requestId) =>
    ipam.requestSubnets({ from, exclude: "10.0.14.0/23", prefixLength: 24, count, requestId }),
  sources: ["10.0.0.0/20", "10.1.0.0/16"],
  second: ":10.1.",
};
const calls = Object.entries({ addresses, subnets });
const faults = ["reset-before-commit", "reset-after-commit", "late"] as const;

it.each(
  calls.flatMap(([what, call]) =>
    faults.flatMap((fail) => [
      [`${what} of an id`, fail, call, "racks"] as const,
      [`${what} without an id`, fail, call, undefined] as const,
    ]),
  ),
)("%s come from the second source, after %s", async (_, fail, { take, sources, second }, requestId) => {
  for (const after of [0, 1, 2, 3]) {
    const { grid, wapi, ipam } = gridOf();
    const others = await take(ipam, sources.slice(0, 1), 10);
    grid.faults.next({ on: "POST", object: "request", fail, after });
    const made = await inNoTime(grid, () => take(ipam, sources, 6, requestId));
    expect(made.filter(({ ref }) => ref.includes(second))).toHaveLength(2);
    // Now there is room for what comes late.
    await ipam.releaseMany(others.map(({ ref }) => ref));
    await grid.faults.deliverLate();
    expect((await standing(wapi)).sort()).toEqual(made.map(({ ref }) => ref).sort());
  }
});

it.each(calls)("%s may still be made where all sources are exhausted", async (_, { take, sources }) => {
  const { grid, wapi, ipam } = gridOf();
  const others = await take(ipam, sources.slice(0, 1), 14);
  grid.faults.next({ on: "POST", object: "request", fail: "late" });
  await expect(inNoTime(grid, () => take(ipam, sources.slice(0, 1), 2))).rejects.toMatchObject({
    name: "UncertainWriteError",
    cause: { name: "PoolExhaustedError" },
  });
  await ipam.releaseMany(others.map(({ ref }) => ref));
  await grid.faults.deliverLate();
  expect(await standing(wapi)).toHaveLength(2);
});

function gridOf() {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: [subnets.sources[0], subnets.sources[1]], networks: [...addresses.sources] },
  });
  const wapi = new WapiClient(grid.clientOptions);
  return { grid, wapi, ipam: new Ipam(wapi) };
}

async function standing(wapi: WapiClient): Promise<string[]> {
  const inBlocks = { network: { matches: "^10\\.[01]\\." } };
  const found = [...(await wapi.find("fixedaddress")), ...(await wapi.find("network", { where: inBlocks }))];
  return found.map(({ _ref }) => _ref);
}
