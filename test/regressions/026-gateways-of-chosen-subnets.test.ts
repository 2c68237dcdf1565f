import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/** The gateway of a described subnet that the grid has chosen was told when it was made, and never again. */
describe.each([
  ["IPv4", "10.0.0.0/16", 24, "10.0.0.1", "10.0.0.254", "fixedaddress"],
  ["IPv6", "2001:db8::/48", 64, "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", "ipv6fixedaddress"],
] as const)("the gateway of a chosen subnet, %s", (_, from, prefixLength, first, last, type) => {
  const described = (gateway: "first" | "last") => ({
    name: "site",
    subnets: [{ name: "web", from, prefixLength, gateway }],
  });
  const open = () => {
    const grid = FakeGrid.inMemory({ setup: true, seed: { containers: [from] } });
    return { grid, ipam: new Ipam(grid.clientOptions), wapi: new WapiClient(grid.clientOptions) };
  };
  const gateways = async (ipam: Ipam) => (await ipam.findAddresses()).map(({ ip, comment }) => [ip, comment]);

  it("is told each time, for one request more", async () => {
    const { grid, ipam } = open();
    await ipam.ensure(described("first"));
    const before = grid.requests.length;
    const { changed, objects } = await ipam.ensure(described("first"));
    expect(changed).toBe(false);
    expect(objects[0]?.object).toMatchObject({ gateway: first, created: false });
    expect(grid.requests.length - before).toBe(2);
  });

  it("is reserved again where somebody deleted it", async () => {
    const { ipam, wapi } = open();
    await ipam.ensure(described("first"));
    for (const { _ref } of await wapi.find(type)) await wapi.delete(_ref);
    const { updated, objects } = await ipam.ensure(described("first"));
    expect([updated, objects[0]?.differences.map(({ field }) => field)]).toEqual([1, ["gateway"]]);
    expect(await gateways(ipam)).toEqual([[first, "Gateway (infoblox-ipam)"]]);
    expect((await ipam.ensure(described("first"))).changed).toBe(false);
  });

  it("moves where it is described elsewhere", async () => {
    const { ipam } = open();
    await ipam.ensure(described("first"));
    await ipam.ensure(described("last"));
    expect(await gateways(ipam)).toEqual([[last, "Gateway (infoblox-ipam)"]]);
    const { changed, objects } = await ipam.ensure(described("last"));
    expect([changed, objects[0]?.object]).toEqual([false, expect.objectContaining({ gateway: last })]);
  });
});
