import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * A description replaced a subnet on a grid that keeps parts of refused requests, and the network delivered the create twice. The
 * look for the new subnet found two. Its error said that nothing was changed.
 */
it("a look after the changes doesn't say that nothing was changed", async () => {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16"] },
    assumptions: { requestIsTransactional: false },
  });
  const ipam = new Ipam(new WapiClient(grid.clientOptions), { owner: "me" });
  await ipam.setup();
  const describe = (prefixLength: number) => ({
    requestId: "site",
    subnets: [{ name: "blue", from: "10.0.0.0/16", prefixLength }],
  });
  await ipam.ensure(describe(24));
  // The fourth request creates the new subnet.
  grid.faults.next({ on: "POST", object: "request", after: 3, fail: "twice" });
  await expect(ipam.ensure(describe(25), { replace: true })).rejects.toMatchObject({
    name: "AmbiguousTargetError",
    message: expect.stringMatching(/10\.0\.0\.0\/25.* The changes were made before\.$/),
  });
  // The next call begins with what there is.
  await expect(ipam.ensure(describe(25), { replace: true })).rejects.toThrow(/Nothing was changed/);
});
