import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/**
 * A plan did not look at what lies around the subnets and containers that it names. It divided a subnet that was in use, and
 * so made a container of it for good. A description looked, but nothing held what it had seen until its request.
 */
describe.each([
  {
    family: "IPv4",
    site: "10.1.0.0/16",
    net: "10.1.0.0/24",
    empty: "10.1.9.0/24",
    inNet: "10.1.0.0/25",
    inEmpty: "10.1.9.0/25",
    used: { fixedAddresses: [{ address: "10.1.0.20", mac: "02:42:0a:00:00:01" }] },
    add: ["fixedaddress", { ipv4addr: "10.1.9.20", mac: "02:42:0a:00:00:02" }] as const,
    around: "10.1.8.0/22",
    free: "10.1.7.0/24",
    type: "networkcontainer" as const,
  },
  {
    family: "IPv6",
    site: "2001:db8::/32",
    net: "2001:db8:0:1::/64",
    empty: "2001:db8:0:9::/64",
    inNet: "2001:db8:0:1::/65",
    inEmpty: "2001:db8:0:9::/65",
    used: { fixedAddresses: [{ address: "2001:db8:0:1::f", duid: "00:03:00:01:02:42:0a:00:00:01" }] },
    add: [
      "ipv6fixedaddress",
      { ipv6addr: "2001:db8:0:9::f", duid: "00:03:00:01:02:42:0a:00:00:02" },
    ] as const,
    around: "2001:db8:0:8::/62",
    free: "2001:db8:0:7::/64",
    type: "ipv6networkcontainer" as const,
  },
])("what a plan names, $family", ({ site, net, empty, inNet, inEmpty, used, add, around, free, type }) => {
  const open = () => {
    const seed = { containers: [site], networks: [net, empty], ...used };
    const grid = FakeGrid.inMemory({ setup: true, seed });
    const wapi = new WapiClient(grid.clientOptions);
    const containers = async () => (await wapi.find(type, { fields: ["network"] })).map((row) => row.network);
    return { grid, wapi, ipam: new Ipam(wapi), containers };
  };

  /** Somebody else acts between the last look of a call and its request. */
  const afterLooks = (grid: FakeGrid, looks: number, act: () => Promise<unknown>) => {
    const wapi = new WapiClient(grid.clientOptions);
    const { batch } = wapi;
    let sent = 0;
    wapi.batch = (async (...args: Parameters<typeof batch>) => {
      const answer = await batch.apply(wapi, args);
      sent += 1;
      if (sent === looks) await act();
      return answer;
    }) as typeof batch;
    return new Ipam(wapi);
  };

  it.each(["subnet", "container"] as const)("is refused: a %s in a subnet that is in use", async (kind) => {
    const { ipam, containers } = open();
    for (const requestId of [undefined, "deploy-1"]) {
      const plan = ipam.plan({ requestId });
      const named = plan[kind]("part", { cidr: inNet });
      await expect(named.apply()).rejects.toMatchObject({ name: "SubnetInUseError", subnet: net });
    }
    expect(await containers()).toEqual([site]);
  });

  it("is refused: a subnet around others, and in a subnet that it must not divide", async () => {
    const { ipam, containers } = open();
    await expect(ipam.plan().subnet("wide", { cidr: around }).apply()).rejects.toMatchObject({
      code: "ERR_INFOBLOX_AROUND_SUBNETS",
    });
    const never = ipam.plan().subnet("part", { cidr: inEmpty, insideSubnet: "never" });
    await expect(never.apply()).rejects.toMatchObject({ name: "SubnetInUseError" });
    await expect(ipam.plan().container("same", { cidr: net }).apply()).rejects.toMatchObject({
      code: "ERR_INFOBLOX_IS_SUBNET",
    });
    expect(await containers()).toEqual([site]);
  });

  it("may divide a subnet that nobody uses, and one in use where the plan says so", async () => {
    const { ipam, containers } = open();
    await ipam
      .plan()
      .subnet("part", { cidr: inEmpty })
      .subnet("anyway", { cidr: inNet, insideSubnet: "always" })
      .apply();
    expect((await containers()).toSorted()).toEqual([site, net, empty].toSorted());
  });

  it("costs one look for all, and none where the grid chooses", async () => {
    const { grid, ipam } = open();
    await ipam
      .plan()
      .subnet("first", { from: site, prefixLength: net.startsWith("10") ? 24 : 64 })
      .apply();
    const requests = async (act: () => Promise<unknown>) => {
      const before = grid.requests.length;
      await act();
      return grid.requests.length - before;
    };
    const named = ipam
      .plan({ requestId: "deploy-1" })
      .container("around", { cidr: around })
      .subnet("free", { cidr: free, gateway: "first" });
    // No search for an earlier call: the guard finds what that made.
    const looks = [around, free].map((cidr) => `what lies around ${cidr}, and in it`);
    expect(named.preview().looks).toEqual(looks);
    expect(await requests(() => named.apply())).toBe(2);
    expect(await named.apply()).toMatchObject({ free: { cidr: free, created: false, container: site } });
  });

  it("lies where the plan's own container is made before it", async () => {
    const { ipam } = open();
    const { part } = await ipam
      .plan()
      .release("old", empty)
      .container("around", { cidr: around })
      .subnet("part", { cidr: empty })
      .apply();
    expect(part).toMatchObject({ cidr: empty, container: around });
  });

  it.each([
    ["a plan", 1, (ipam: Ipam) => ipam.plan().subnet("part", { cidr: inEmpty }).apply()],
    ["a description", 2, (ipam: Ipam) => ipam.ensure({ subnets: [{ cidr: inEmpty }] })],
  ])("is refused where somebody makes a subnet around it after the look of %s", async (_, looks, name) => {
    const { grid, wapi, containers } = open();
    const [row] = await wapi.find(type.replace("container", "") as "network", { where: { network: empty } });
    await wapi.delete(row?._ref as NonNullable<typeof row>["_ref"]);
    const ipam = afterLooks(grid, looks, async () => {
      await wapi.create(type.replace("container", "") as "network", { network: empty });
      await wapi.create(add[0], add[1] as never);
    });
    const error = await name(ipam).catch((cause: unknown) => cause);
    expect(isInfobloxError(error, "SubnetInUseError")).toBe(true);
    expect(await containers()).toEqual([site]);
  });
});
