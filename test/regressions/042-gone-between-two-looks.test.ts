import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/** Another caller does something before the second request of the call that is tested. */
async function between(meanwhile: (other: Ipam) => Promise<unknown>) {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16"], networks: ["10.0.4.0/24", "10.2.0.0/24"] },
  });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const other = new Ipam(new WapiClient(grid.clientOptions));
  await other.requestAddress({ name: "web", dns: false, addresses: [{ ip: "10.2.0.5" }] });
  let requests = 0;
  const wapi = new WapiClient({
    ...options,
    transport: async (request) => {
      requests += 1;
      if (requests === 2) await meanwhile(other);
      return transport(request);
    },
  });
  return { ipam: new Ipam(wapi), other };
}

/**
 * A request that names a CIDR reads the subnet around it, and then that subnet's addresses. If the subnet was gone by then, it threw
 * the grid's text about addresses outside of networks.
 */
it.each([
  ["releases", (other: Ipam) => other.releaseSubnet("10.0.4.0/24"), "10.0.0.0/16"],
  ["splits", (other: Ipam) => other.subnets.split("10.0.4.0/24", { prefixLength: 25 }), "10.0.4.0/25"],
] as const)("makes a subnet in one that another caller %s meanwhile", async (_, meanwhile, container) => {
  const { ipam } = await between(meanwhile);
  expect(await ipam.requestSubnet({ cidr: "10.0.4.64/26" })).toMatchObject({ created: true, container });
});

/** A description was compared again if another caller made one of its objects, but not if another caller released one. */
it.each([
  [
    "a host",
    (other: Ipam) => other.releaseAddress({ name: "web" }),
    { hosts: [{ name: "web", dns: false, ips: ["10.2.0.5", "10.2.0.6"] }] },
  ],
  [
    "the subnet of a new host",
    (other: Ipam) => other.releaseSubnet("10.0.4.0/24"),
    { subnets: [{ cidr: "10.0.4.0/24" }], hosts: [{ name: "db", dns: false, ips: "10.0.4.9" }] },
  ],
] as const)(
  "makes %s of a description that another caller releases meanwhile",
  async (_, meanwhile, desired) => {
    const { ipam } = await between(meanwhile);
    await ipam.ensure(desired);
    expect(await ipam.ensure(desired)).toMatchObject({ changed: false });
  },
);
