import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: [{ name: "Tags", flags: "V" }, "Site", "Request ID", "Request Attempt"],
  containers: [
    { network: "10.0.0.0/16", extattrs: { Tags: ["a", "b", "c"] } },
    { network: "10.1.0.0/16", extattrs: { Tags: ["a"] } },
  ],
} as const;

behindEveryDoor("several values of an attribute", (visit) => {
  it("are all asked for: in searches, batches, pools, and requests of one's own", async () => {
    const { wapi, ipam } = await visit({ seed } as never);
    const where = { extattrs: { Tags: ["a", "b"] } };
    expect(await wapi.find("networkcontainer", { where })).toHaveLength(1);
    expect(await wapi.find("networkcontainer", { where: { extattrs: { Tags: ["a"] } } })).toHaveLength(2);
    for (const prefixLength of [24, 25]) {
      const subnet = await ipam.requestSubnet({ from: where, prefixLength, extattrs: { Tags: ["b", "a"] } });
      expect(subnet.container).toBe("10.0.0.0/16");
    }
    expect(await ipam.findSubnets(where)).toHaveLength(2);
    const long = { ...where, network: { matches: `(${"x".repeat(4000)}|10.0)` } };
    expect(await wapi.find("networkcontainer", { where: long })).toHaveLength(1);
    const { data } = await wapi
      .request({
        path: "networkcontainer",
        query: { "*Tags": ["a", "b"] },
      })
      .withResponse();
    expect(data).toHaveLength(1);
    const address = await ipam.requestAddress({ from: where });
    expect(address.cidr).toMatch(/^10\.0\./);
  });

  it("are the same in a description in any order", async () => {
    const { ipam } = await visit({ seed } as never);
    const subnet = (Tags: readonly string[]) => ({ cidr: "10.0.1.0/24", extattrs: { Tags } });
    await ipam.ensureSubnet(subnet(["a", "b"]));
    expect(await ipam.ensureSubnet(subnet(["b", "a"]))).toMatchObject({ changed: false });
    expect(await ipam.ensureSubnet(subnet(["b"]))).toMatchObject({ changed: true });
  });
});
