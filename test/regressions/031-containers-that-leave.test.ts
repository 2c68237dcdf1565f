import { Ipam, step, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * In a request of several steps, `remove_subnets: false` was sent as the text "false". FakeGrid took that for no, and deleted the
 * subnets in the container with it: those of others, too, and the one that the same description had just made.
 */
const open = () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/8", "10.1.0.0/23"] } });
  const wapi = new WapiClient(grid.clientOptions);
  const subnets = async () => (await wapi.find("network", {})).map(({ network }) => network);
  return { grid, wapi, subnets };
};

it("leaves the subnets of a container that a batch deletes", async () => {
  const { grid, wapi, subnets } = open();
  await wapi.create("network", { network: "10.1.0.0/24" });
  const [container] = await wapi.find("networkcontainer", { where: { network: "10.1.0.0/23" } });
  await wapi.batch([
    step.delete(container?._ref as NonNullable<typeof container>["_ref"], {
      args: { remove_subnets: false },
    }),
  ]);
  expect(await subnets()).toEqual(["10.1.0.0/24"]);
  expect(grid.requests.find(({ path }) => path.endsWith("/request"))?.body).toMatchObject([
    { method: "DELETE", data: { remove_subnets: false } },
  ]);
});

it("leaves the subnet that takes the place of a container that isn't described any more", async () => {
  const { wapi, subnets } = open();
  const ipam = new Ipam(wapi, { owner: "site" });
  await ipam.setup();
  await ipam.ensure({ containers: [{ cidr: "10.2.0.0/23" }] });
  const description = { containers: [], subnets: [{ cidr: "10.2.0.0/24" }] };
  expect(await ipam.ensure(description, { prune: true })).toMatchObject({ created: 1, deleted: 1 });
  expect(await subnets()).toEqual(["10.2.0.0/24"]);
  expect(await ipam.ensure(description, { prune: true })).toMatchObject({ changed: false });
});
