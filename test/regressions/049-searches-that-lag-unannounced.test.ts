import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

/**
 * On a grid whose searches lag, without `searchDelay`, a request for a named subnet in a container ended in the grid's text about
 * a state: its search for the new subnet found nothing yet.
 */
function lagging() {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16"], networks: ["10.1.0.0/24"] },
    assumptions: { searchSeesWritesAfter: 300 },
  });
  grid.clock.advance(1_000);
  return { grid, ipam: new Ipam(new WapiClient(grid.clientOptions)) };
}

it.each([
  ["a subnet", (ipam) => ipam.requestSubnet({ cidr: "10.0.7.0/24", gateway: "last" })],
  ["a subnet of an id", (ipam) => ipam.requestSubnet({ cidr: "10.0.7.0/24", requestId: "blue" })],
  ["a part of a subnet", (ipam) => ipam.requestSubnet({ cidr: "10.1.0.0/25" })],
  ["a subnet of a plan", (ipam) => ipam.plan().subnet("net", { cidr: "10.0.7.0/24" }).apply()],
  ["a described subnet", (ipam) => ipam.ensure({ subnets: [{ cidr: "10.0.7.0/24" }] })],
] as readonly (readonly [string, (ipam: Ipam) => Promise<unknown>])[])("makes %s", async (_, request) => {
  const { grid, ipam } = lagging();
  await inNoTime(grid, () => request(ipam));
  grid.clock.advance(1_000);
  const found = await ipam.findSubnets({ within: "10.0.0.0/8" });
  expect(found.filter(({ created, cidr }) => !created && cidr !== "10.1.0.0/24")).toHaveLength(1);
});

it.each([
  ["a subnet", (ipam) => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gateway: "last" }), []],
  [
    "a renewal",
    async (ipam) => {
      const subnet = await ipam.requestSubnet({ cidr: "10.0.7.0/24", expiresIn: 60 });
      return ipam.renew(subnet, { expiresIn: 120 });
    },
    ["10.0.7.0/24"],
  ],
] as readonly (readonly [string, (ipam: Ipam) => Promise<unknown>, readonly string[]])[])(
  "says in its own words that %s was not done",
  async (_, request, left) => {
    const { grid, ipam } = lagging();
    const error = await inNoTime(grid, () => request(ipam)).catch((thrown: unknown) => thrown);
    expect(isInfobloxError(error, "ConflictError")).toBe(true);
    expect(String(error)).toMatch(/was not done: a search in its request did not find.* set searchDelay/);
    grid.clock.advance(1_000);
    expect((await ipam.findSubnets({ within: "10.0.0.0/16" })).map(({ cidr }) => cidr)).toEqual(left);
  },
);
