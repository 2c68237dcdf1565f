import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid, type GridSeed } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/**
 * A plan took for released what its steps named, not what they delete: the subnet of the same CIDR in another network view, and
 * another's subnet that has the place, and so the reference, of an old result. It read twenty of the subnets in a named one, and
 * these could be just those that it released.
 */
describe("what a plan releases before", () => {
  const open = (seed: GridSeed) => {
    const grid = FakeGrid.inMemory({ setup: true, seed });
    const wapi = new WapiClient(grid.clientOptions);
    const subnets = async () => (await wapi.find("network", {})).map(({ network }) => network).sort();
    return { wapi, ipam: new Ipam(wapi), subnets };
  };
  const net = "10.0.0.0/24";
  const inNet = "10.0.0.0/25";
  /** Where the grid chooses before, the request doesn't check the place of what is named. */
  const chosen = { from: "10.9.0.0/16", prefixLength: 24 };

  it("is not what has the same CIDR in another network view", async () => {
    const used = { address: "10.0.0.9", mac: "02:42:0a:00:00:01", networkView: "lab" };
    const { ipam, subnets } = open({
      networkViews: ["lab"],
      containers: ["10.9.0.0/16"],
      networks: [net, { network: net, networkView: "lab" }],
      fixedAddresses: [used],
    });
    const plan = ipam
      .plan()
      .subnet("any", { ...chosen, networkView: "lab" })
      .release("old", net)
      .subnet("part", { cidr: inNet, networkView: "lab" });
    await expect(plan.apply()).rejects.toMatchObject({ name: "SubnetInUseError", subnet: net });
    expect(await subnets()).toEqual([net, net]);
  });

  it("is not the address of another network view", async () => {
    const { wapi, ipam, subnets } = open({
      networkViews: ["lab"],
      networks: [net, { network: net, networkView: "lab" }],
      fixedAddresses: ["default", "lab"].map((networkView) => ({
        ...{ address: "10.0.0.9", mac: "02:42:0a:00:00:01", networkView },
      })),
    });
    const [lab] = await wapi.find("network", { where: { network_view: "lab" } });
    const plan = ipam
      .plan()
      .release("ip", "10.0.0.9")
      .release("subnet", lab?._ref as string);
    await expect(plan.apply()).rejects.toMatchObject({ name: "SubnetInUseError", subnet: net });
    expect(await subnets()).toEqual([net, net]);
  });

  it("is not another's subnet in the place of a result", async () => {
    const { wapi, ipam, subnets } = open({ containers: ["10.9.0.0/16"] });
    const old = await ipam.requestSubnet({ cidr: net });
    await ipam.releaseSubnet(old);
    const { _ref } = await wapi.create("network", { network: net });
    expect(_ref).toBe(old.ref);
    await wapi.create("fixedaddress", { ipv4addr: "10.0.0.9", mac: "02:42:0a:00:00:01" });
    const plan = ipam.plan().subnet("any", chosen).release("old", old).subnet("part", { cidr: inNet });
    await expect(plan.apply()).rejects.toMatchObject({ name: "SubnetInUseError", subnet: net });
    expect(await subnets()).toEqual([net]);
  });

  it("is not all that lies in a named subnet, where that are many", async () => {
    const networks = Array.from({ length: 25 }, (_, index) => `10.0.0.${8 * index}/29`);
    const { ipam, subnets } = open({ containers: ["10.9.0.0/16"], networks });
    const plan = (names: readonly string[]) =>
      names
        .reduce((some, name) => some.release(name, name), ipam.plan() as ReturnType<Ipam["plan"]>)
        .subnet("wide", { cidr: net });
    await expect(plan(networks.slice(0, 22)).apply()).rejects.toMatchObject({
      code: "ERR_INFOBLOX_AROUND_SUBNETS",
    });
    expect(await subnets()).toEqual(networks.toSorted());
    await plan(networks).apply();
    expect(await subnets()).toEqual([net]);
  });
});

/** A subnet that a plan made in its own, or around its own, made a container of it: the plan lost it, and failed with its id. */
describe.each([
  { family: "IPv4", net: "10.0.0.0/24", part: "10.0.0.128/25" },
  { family: "IPv6", net: "2001:db8::/64", part: "2001:db8::/65" },
])("a subnet in another of the same plan, $family", ({ net, part }) => {
  const open = () => {
    const grid = FakeGrid.inMemory({ setup: true });
    return { grid, ipam: new Ipam(grid.clientOptions) };
  };

  it.each([
    [
      "a subnet",
      (ipam: Ipam) => ipam.plan({ requestId: "p" }).subnet("a", { cidr: net }).subnet("b", { cidr: part }),
    ],
    ["a container", (ipam: Ipam) => ipam.plan().subnet("a", { cidr: net }).container("b", { cidr: part })],
    ["a subnet around", (ipam: Ipam) => ipam.plan().subnet("a", { cidr: part }).subnet("b", { cidr: net })],
    [
      "one around a container",
      (ipam: Ipam) => ipam.plan().container("a", { cidr: part }).subnet("b", { cidr: net }),
    ],
  ])("is refused before anything is sent: %s", async (_, planOf) => {
    const { grid, ipam } = open();
    const wrong = { name: "InvalidRequestError", field: "b.cidr" };
    expect(() => planOf(ipam).preview()).toThrow(expect.objectContaining(wrong));
    await expect(planOf(ipam).apply()).rejects.toMatchObject(wrong);
    expect(grid.requests).toEqual([]);
  });

  it("is refused in a description", async () => {
    const { grid, ipam } = open();
    await expect(ipam.ensure({ subnets: [{ cidr: part }, { cidr: net }] })).rejects.toMatchObject({
      name: "InvalidRequestError",
    });
    expect(grid.requests).toEqual([]);
  });

  it("lies in a container, in either order", async () => {
    const { ipam } = open();
    await ipam.plan().container("a", { cidr: net }).subnet("b", { cidr: part }).apply();
    const other = open();
    await other.ipam.plan().subnet("b", { cidr: part }).container("a", { cidr: net }).apply();
  });
});
