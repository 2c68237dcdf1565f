import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/**
 * A subnet that nobody used was divided although somebody had taken an address in it since the look: the create only made sure
 * that its place was the same.
 */
describe.each([
  {
    family: "IPv4",
    type: "network" as const,
    net: "10.1.9.0/24",
    halves: ["10.1.9.0/25", "10.1.9.128/25"] as const,
    taken: ["fixedaddress", { ipv4addr: "10.1.9.20", mac: "02:42:0a:00:00:02" }] as const,
  },
  {
    family: "IPv6",
    type: "ipv6network" as const,
    net: "2001:db8:0:9::/64",
    halves: ["2001:db8:0:9::/65", "2001:db8:0:9:8000::/65"] as const,
    taken: [
      "ipv6fixedaddress",
      { ipv6addr: "2001:db8:0:9::20", duid: "00:03:00:01:02:42:0a:00:00:02" },
    ] as const,
  },
])("an unused subnet of $family", ({ type, net, halves: [half, other], taken }) => {
  const prefixLength = Number(half.split("/")[1]);
  const open = async () => {
    const grid = FakeGrid.inMemory({ setup: true, seed: { networks: [net] } });
    const wapi = new WapiClient(grid.clientOptions);
    const subnets = async () => (await wapi.find(type as "network", {})).map(({ network }) => network);
    const [row] = await wapi.find(type as "network", { where: { network: net } });
    return { grid, wapi, subnets, ref: row?._ref as string };
  };

  const calls: readonly (readonly [string, (ipam: Ipam, ref: string) => Promise<unknown>])[] = [
    ["a request", (ipam) => ipam.requestSubnet({ cidr: half })],
    ["a request with an id", (ipam) => ipam.requestSubnet({ cidr: half, requestId: "deploy-1" })],
    ["a plan", (ipam) => ipam.plan().subnet("half", { cidr: half }).subnet("other", { cidr: other }).apply()],
    ["a plan's container", (ipam) => ipam.plan({ requestId: "p" }).container("half", { cidr: half }).apply()],
    ["a description", (ipam) => ipam.ensure({ subnets: [{ cidr: half }, { cidr: other }] })],
    ["a request that takes from it", (ipam) => ipam.requestSubnet({ from: net, prefixLength })],
    ["a request by its reference", (ipam, ref) => ipam.requestSubnet({ from: ref, prefixLength })],
    ["a plan that takes from it", (ipam, from) => ipam.plan().subnet("p", { from, prefixLength }).apply()],
  ];

  it.each(calls)("is divided by %s", async (_, call) => {
    const { grid, subnets, ref } = await open();
    await call(new Ipam(grid.clientOptions), ref);
    expect(await subnets()).not.toContain(net);
  });

  it.each(calls)("is not divided by %s where somebody takes an address since the look", async (_, call) => {
    const { grid, wapi, subnets, ref } = await open();
    const own = new WapiClient(grid.clientOptions);
    const { batch } = own;
    let isTaken = false;
    own.batch = (async (...args: Parameters<typeof batch>) => {
      const before = grid.requests.length;
      const answer = await batch.apply(own, args);
      if (!isTaken && JSON.stringify(grid.requests.slice(before)).includes("USED")) {
        isTaken = true;
        await wapi.create(taken[0], taken[1] as never);
      }
      return answer;
    }) as typeof batch;
    await expect(call(new Ipam(own), ref)).rejects.toMatchObject({ name: "SubnetInUseError", subnet: net });
    expect(isTaken).toBe(true);
    expect(await subnets()).toEqual([net]);
  });
});
