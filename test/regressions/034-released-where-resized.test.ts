import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/**
 * The reference of a subnet contains its CIDR. A release by result looked there only: once somebody had resized the subnet, it
 * said that the subnet was gone, and left it.
 */
describe.each(["2.12", "2.14"])("a subnet that was resized since, at WAPI %s", (wapiVersion) => {
  const open = () => {
    const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/16"] }, wapiVersion });
    const process = () => new Ipam(new WapiClient(grid.clientOptions));
    const standing = async () =>
      (await process().findSubnets({ within: "10.0.0.0/16" })).map(({ cidr }) => cidr);
    return { grid, process, standing };
  };
  const request = { from: "10.0.0.0/16", prefixLength: 24 } as const;

  it.each([
    ["alone", async (ipam: Ipam, subnet) => (await ipam.releaseSubnet(subnet)).released],
    ["in bulk", async (ipam: Ipam, subnet) => (await ipam.releaseMany([subnet])).released === 1],
    [
      "in a plan",
      async (ipam: Ipam, subnet) => (await ipam.plan().release("it", subnet).apply()).it.released,
    ],
  ] as readonly (readonly [
    string,
    (ipam: Ipam, subnet: Awaited<ReturnType<Ipam["requestSubnet"]>>) => Promise<boolean>,
  ])[])("is released by its result, %s", async (_, release) => {
    const { process, standing } = open();
    for (const prefixLength of [23, 25]) {
      const mine = await process().requestSubnet(request);
      await process().subnets.resize(mine.cidr, { prefixLength });
      expect(await release(process(), mine)).toBe(true);
      expect(await standing()).toEqual([]);
    }
  });

  it.each([
    ["that made it with a gateway", (ipam: Ipam) => ipam.requestSubnet({ ...request, gateway: "first" })],
    [
      "of a search",
      async (ipam: Ipam) => {
        const { cidr } = await ipam.requestSubnet(request);
        return (await ipam.findSubnets({ cidr }))[0];
      },
    ],
    [
      "of a lookup",
      async (ipam: Ipam) => {
        await ipam.requestSubnet(request);
        return (await ipam.lookup("10.0.0.5")).subnet;
      },
    ],
  ])("is known by the grid's own identity, if it shows that, to the result %s", async (_, subnetOf) => {
    const grid = FakeGrid.inMemory({ seed: { containers: ["10.0.0.0/16"] }, wapiVersion });
    const ipam = new Ipam(new WapiClient(grid.clientOptions));
    const mine = await subnetOf(ipam);
    if (mine === undefined) throw new Error("the subnet was made");
    await ipam.subnets.resize(mine.cidr, { prefixLength: 25 });
    expect((await ipam.releaseSubnet(mine)).released).toBe(wapiVersion === "2.14");
  });

  it("is released where it is resized between the look and the delete of a plan", async () => {
    const { grid, process, standing } = open();
    const mine = await process().requestSubnet(request);
    const { transport, ...options } = grid.clientOptions;
    if (transport === undefined) throw new Error("a grid in memory has a transport");
    const wapi = new WapiClient({
      ...options,
      transport: async (sent) => {
        if (String(sent.data ?? "").includes('"DELETE"'))
          await process()
            .subnets.resize(mine.cidr, { prefixLength: 25 })
            .catch(() => undefined);
        return transport(sent);
      },
    });
    const { it } = await new Ipam(wapi).plan().release("it", mine).apply();
    expect(it).toEqual({ released: true, reason: "deleted" });
    expect(await standing()).toEqual([]);
  });

  it("is not mistaken for the other part of a divided subnet", async () => {
    const { process, standing } = open();
    const mine = await process().requestSubnet({ ...request, requestId: "divided" });
    const [first, last] = await process().subnets.split(mine, { prefixLength: 25, keepSettings: true });
    if (first === undefined || last === undefined) throw new Error("a split has parts");
    expect(await process().releaseSubnet(first)).toHaveProperty("released", true);
    expect(await process().releaseSubnet(first)).toHaveProperty("released", false);
    expect((await process().releaseMany([first])).gone).toBe(1);
    expect(await standing()).toEqual([last.cidr]);
  });
});
