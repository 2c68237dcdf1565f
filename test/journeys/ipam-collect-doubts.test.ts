import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

const lag = 20;

it.each([
  { requestIsTransactional: false },
  { searchSeesWritesAfter: lag },
  { requestIsTransactional: false, searchSeesWritesAfter: lag },
])("collecting frees what has expired, and that only, on a grid with %o", async (assumptions) => {
  const seed = { containers: ["10.0.0.0/16"], networks: ["10.1.0.0/24"], attributes: ["Owner"] };
  const grid = FakeGrid.inMemory({ setup: true, seed, assumptions });
  const options = { owner: "ci", searchDelay: assumptions.searchSeesWritesAfter };
  const ipam = new Ipam(new WapiClient(grid.clientOptions), options);
  await inNoTime(grid, () => story(grid, ipam));
});

async function story(grid: FakeGrid, ipam: Ipam): Promise<void> {
  const expiresAt = "2030-01-01T12:00:00Z";
  const blue = await ipam.requestSubnet({
    from: "10.0.0.0/16",
    prefixLength: 24,
    gateway: "last",
    expiresAt,
  });
  const [short, renewed] = await ipam.requestAddresses({ from: "10.1.0.0/24", count: 2, expiresAt });
  const kept = await ipam.requestAddress({ from: "10.1.0.0/24" });
  grid.clock.advance(2 * lag);
  if (short === undefined || renewed === undefined) throw new Error("two were asked for");
  await ipam.renew(renewed, { expiresAt: "2031-01-01T12:00:00Z" });
  grid.faults.next({ on: "POST", object: "request", fail: "reset-after-commit", after: 1 });
  const collected = await ipam.collect({ now: "2030-06-01T00:00:00Z" });
  expect(collected.released.map(({ ref }) => ref).sort()).toEqual([blue.ref, short.ref].sort());
  expect(collected.kept).toEqual([]);
  grid.clock.advance(2 * lag);
  const left = await new WapiClient(grid.clientOptions).find("fixedaddress", { fields: ["ipv4addr"] });
  expect(left.map(({ ipv4addr }) => ipv4addr).sort()).toEqual([renewed.ip, kept.ip].sort());
  expect(await ipam.findSubnets({ within: "10.0.0.0/16" })).toEqual([]);
}
