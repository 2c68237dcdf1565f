import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/** A grid deletes a subnet with the ranges in it. A release that was to spare what others use took theirs along. */
const releases: Readonly<Record<string, (ipam: Ipam, cidr: string) => Promise<unknown>>> = {
  "releaseSubnet by CIDR": (ipam, cidr) => ipam.releaseSubnet(cidr),
  "releaseSubnet by result": async (ipam, cidr) => {
    const [subnet] = await ipam.findSubnets({ cidr });
    return ipam.releaseSubnet(subnet ?? cidr);
  },
  releaseMany: async (ipam, cidr) => ipam.releaseMany(await ipam.findSubnets({ cidr })),
  "a plan": (ipam, cidr) => ipam.plan().release("old", cidr).apply(),
};

describe.each([
  ["10.0.7.0/24", "10.0.7.100", "10.0.7.110"],
  ["2001:db8:7::/64", "2001:db8:7::100", "2001:db8:7::110"],
])("of %s", (cidr, first, last) => {
  async function begin() {
    const grid = FakeGrid.inMemory({
      setup: true,
      seed: { containers: ["10.0.0.0/16", "2001:db8::/32"], attributes: ["Owner"] },
    });
    const [mine, theirs] = ["mine", "theirs"].map(
      (owner) => new Ipam(new WapiClient(grid.clientOptions), { owner }),
    ) as [Ipam, Ipam];
    await mine.requestSubnet({ cidr, expiresAt: "2026-01-01T00:00:00Z" });
    const stands = async () => (await mine.findSubnets({ cidr })).length === 1;
    return { mine, theirs, stands };
  }

  it.each(Object.entries(releases))("stay when their subnet is to be released: %s", async (_, release) => {
    const { mine, theirs, stands } = await begin();
    await theirs.ranges.request({ in: cidr, first, last });
    await expect(release(mine, cidr)).rejects.toThrow(`${first}-${last} (range of theirs)`);
    expect(await stands()).toBe(true);
  });

  it.each(Object.entries(releases))("hold nothing up where they are one's own: %s", async (_, release) => {
    const { mine, stands } = await begin();
    await mine.ranges.request({ in: cidr, first, last });
    await release(mine, cidr);
    expect(await stands()).toBe(false);
  });

  it("stay when what has expired is collected", async () => {
    const { mine, theirs, stands } = await begin();
    await theirs.ranges.request({ in: cidr, first, last });
    const { kept } = await mine.collect();
    expect(kept).toMatchObject([{ reason: "in-use", inUse: [`${first}-${last} (range of theirs)`] }]);
    expect(await stands()).toBe(true);
  });
});
