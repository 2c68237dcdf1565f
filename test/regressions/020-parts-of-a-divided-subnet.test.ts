import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/**
 * A grid gives the parts of a subnet that is split its attributes, so all of them have one creation token. What was to be done
 * to one of them was done to another: a release of the last part deleted the first, with the addresses in it.
 */
describe.each([
  { family: 4, whole: "10.0.7.0/24", prefixLength: 25, address: "10.0.7.9" },
  { family: 6, whole: "2001:db8:7::/64", prefixLength: 65, address: "2001:db8:7::9" },
])("of two parts of a subnet of IPv$family", ({ whole, prefixLength, address }) => {
  async function split() {
    const grid = FakeGrid.inMemory({
      setup: true,
      seed: { containers: ["10.0.0.0/16", "2001:db8::/32"], attributes: ["Owner"] },
    });
    const ipam = new Ipam(new WapiClient(grid.clientOptions), { owner: "mine" });
    const theirs = new Ipam(new WapiClient(grid.clientOptions), { owner: "theirs" });
    const subnet = await ipam.requestSubnet({ cidr: whole, expiresIn: 60 });
    const [first, last] = await ipam.subnets.split(subnet, { prefixLength });
    if (first === undefined || last === undefined) throw new Error("a split has parts");
    await theirs.requestAddress({ ip: address });
    const standing = async () => (await ipam.findSubnets({ within: whole })).map(({ cidr }) => cidr);
    return { ipam, theirs, first, last, standing };
  }

  it.each(["by result", "by CIDR", "in bulk", "in a plan"])("the last is released %s", async (way) => {
    const { ipam, theirs, first, last, standing } = await split();
    if (way === "by result") await ipam.releaseSubnet(last);
    if (way === "by CIDR") await ipam.releaseSubnet(last.cidr, { cascade: true });
    if (way === "in bulk") await ipam.releaseMany([last]);
    if (way === "in a plan") await ipam.plan().release("last", last).apply();
    expect(await standing()).toEqual([first.cidr]);
    expect(await theirs.findAddresses({ extattrs: { Owner: "theirs" } })).toMatchObject([{ ip: address }]);
  });

  it("the last is renewed", async () => {
    const { ipam, first, last } = await split();
    await ipam.renew(last, { expiresAt: "2040-01-01T00:00:00Z" });
    const [untouched] = await ipam.findSubnets({ cidr: first.cidr });
    const [renewed] = await ipam.findSubnets({ cidr: last.cidr });
    expect(untouched?.expiresAt).toEqual(first.expiresAt);
    expect(renewed?.expiresAt?.getFullYear()).toBe(2040);
  });
});

it("a subnet that is split after the look is not released by its part", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/16"] } });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const other = new Ipam(new WapiClient(grid.clientOptions));
  await other.requestSubnet({ cidr: "10.0.7.0/24" });
  let requests = 0;
  const ipam = new Ipam(
    new WapiClient({
      ...options,
      transport: async (request) => {
        const answer = await transport(request);
        requests += 1;
        if (requests === 1) await other.subnets.split("10.0.7.0/24", { prefixLength: 25 });
        return answer;
      },
    }),
  );
  await ipam.releaseSubnet("10.0.7.0/24", { cascade: true }).catch((error) => error);
  const parts = await other.findSubnets({ within: "10.0.7.0/24" });
  expect(parts.map(({ cidr }) => cidr)).toEqual(["10.0.7.0/25", "10.0.7.128/25"]);
});
