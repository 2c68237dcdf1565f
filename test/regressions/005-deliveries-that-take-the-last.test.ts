import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/** Room for one /24. */
const place = { from: "10.0.0.0/23", exclude: "10.0.1.0/24", prefixLength: 24 } as const;

const stories: Readonly<Record<string, (ipam: Ipam) => Promise<unknown>>> = {
  "a plan": (ipam) => ipam.plan().subnet("net", place).apply(),
  "a plan with a request id": (ipam) =>
    ipam
      .plan({ requestId: "deploy-42" })
      .subnet("net", { ...place, gateway: "last" })
      .address("web", { from: { subnet: "net" } })
      .apply(),
  "a subnet with its gateway": (ipam) => ipam.requestSubnet({ ...place, gateway: "first" }),
  "one of many subnets": (ipam) => ipam.requestSubnets({ ...place, count: 1 }),
};

it.each(Object.entries(stories))(
  "a request that arrives twice may take the last of it: %s",
  async (_, take) => {
    for (const after of [0, 1]) {
      const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/23"] } });
      const wapi = new WapiClient(grid.clientOptions);
      grid.faults.next({ on: "POST", object: "request", fail: "duplicate", after });
      await take(new Ipam(wapi));
      expect(await wapi.find("network", { fields: ["network"] })).toMatchObject([{ network: "10.0.0.0/24" }]);
    }
  },
);

it("where there really is nothing left, nothing stays of what was begun", async () => {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16"], networks: ["10.1.0.0/30"] },
    assumptions: { requestIsTransactional: false },
  });
  const wapi = new WapiClient(grid.clientOptions);
  const ipam = new Ipam(wapi);
  await ipam.requestAddresses({ from: "10.1.0.0/30", count: 2 });
  const plan = ipam
    .plan()
    .subnet("net", { from: "10.0.0.0/16", prefixLength: 24 })
    .address("web", { from: "10.1.0.0/30" });
  await expect(plan.apply()).rejects.toMatchObject({ name: "PoolExhaustedError" });
  expect(await wapi.find("network", { fields: ["network"] })).toMatchObject([{ network: "10.1.0.0/30" }]);
});
