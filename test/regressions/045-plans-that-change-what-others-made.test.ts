import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * A plan or description changed an object of other software without comparing it with anything. A request that came late undid
 * what was changed since.
 */
const label: Readonly<Record<string, (ipam: Ipam, comment: string) => Promise<unknown>>> = {
  "a description": (ipam, comment) => ipam.ensure({ subnets: [{ cidr: "10.0.1.0/24", comment }] }),
  "a plan by result": async (ipam, comment) => {
    const [subnet] = await ipam.findSubnets({ within: "10.0.1.0/24" });
    return subnet && ipam.plan().update("label", subnet, { comment }).apply();
  },
  "a plan by reference": async (ipam, comment) => {
    const [subnet] = await ipam.findSubnets({ within: "10.0.1.0/24" });
    return subnet && ipam.plan().update("label", subnet.ref, { comment }).apply();
  },
};

it.each(Object.entries(label))(
  "%s changes an object of other software once, if its request is late",
  async (_, change) => {
    for (const after of [0, 1, 2]) {
      const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.1.0/24"] } });
      const ipam = new Ipam(new WapiClient(grid.clientOptions));
      grid.faults.next({ fail: "late", on: ["POST", "PUT"], object: "request", after });
      await change(ipam, "second");
      await change(ipam, "third");
      expect(await grid.faults.deliverLate()).toBe(1);
      expect(await ipam.findSubnets({ within: "10.0.1.0/24" })).toMatchObject([{ comment: "third" }]);
    }
  },
);

it("a plan of many such changes costs two requests more", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.1.0/24", "10.0.2.0/24"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  const change = async () => {
    const [one, two] = await ipam.findSubnets({ within: "10.0.0.0/16" });
    if (one === undefined || two === undefined) throw new Error("the grid has two subnets");
    const before = grid.requests.length;
    await ipam.plan().update("one", one, { comment: "blue" }).update("two", two, { comment: "red" }).apply();
    return grid.requests.length - before;
  };
  expect(await change()).toBe(3);
  expect(await change()).toBe(1);
});

it("a plan gives the other objects a token, too, if one was released", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.1.0/24", "10.0.2.0/24"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  const [one, two] = await ipam.findSubnets({ within: "10.0.0.0/16" });
  if (one === undefined || two === undefined) throw new Error("the grid has two subnets");
  await ipam.releaseSubnet(two);
  const plan = ipam.plan().update("one", one, { comment: "blue" }).update("two", two, { comment: "red" });
  await expect(plan.apply()).rejects.toMatchObject({ name: "NotFoundError" });
  const [left] = await ipam.findSubnets({ within: "10.0.0.0/16" });
  expect(left?.comment).toBe(undefined);
  expect(left?.extattrs["Last Change"]).toBeDefined();
});

it("a dry run gives no object a token", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.1.0/24"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  const desired = { subnets: [{ cidr: "10.0.1.0/24", comment: "blue" }] };
  expect(await ipam.ensure(desired, { dryRun: true })).toMatchObject({ updated: 1 });
  const [subnet] = await ipam.findSubnets({ within: "10.0.1.0/24" });
  expect(subnet?.extattrs).toEqual({});
});

it("a plan whose first tokens may have been written looks before it writes others", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.1.0/24", "10.0.2.0/24"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  const [one, two] = await ipam.findSubnets({ within: "10.0.0.0/16" });
  if (one === undefined || two === undefined) throw new Error("the grid has two subnets");
  grid.clearRequests();
  grid.faults.next({ fail: "reset-after-commit", on: "POST", object: "request" });
  await ipam.plan().update("one", one, { comment: "blue" }).update("two", two, { comment: "red" }).apply();
  const isFirst = /"value":"[0-9a-f-]+:first"/;
  expect(grid.requests.filter(({ body }) => isFirst.test(JSON.stringify(body ?? ""))).length).toBe(1);
});
