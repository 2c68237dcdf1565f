import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/** `releaseMany` looks a second time for resized subnets. If that failed, the error did not list what was released before it. */
it("lists in the error what was released before a resized subnet turns out to be in use", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/16"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  const [one, resized] = await ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 24, count: 2 });
  if (one === undefined || resized === undefined) throw new Error("two were requested");
  await ipam.subnets.resize(resized.cidr, { prefixLength: 25 });
  await ipam.requestAddress({ from: "10.0.1.0/25" });

  const error = await ipam.releaseMany([one, resized]).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "SubnetInUseError", partial: [one.ref] });
  expect((await ipam.findSubnets()).map(({ cidr }) => cidr)).toEqual(["10.0.1.0/25"]);
});
