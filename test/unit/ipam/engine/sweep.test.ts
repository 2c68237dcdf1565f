import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { placesView } from "../../../../src/ipam/engine/places.js";

const day = 24 * 60 * 60 * 1000;

it("collect sweeps the places of ids whose objects were deleted more than a day ago, and no others", async () => {
  const grid = FakeGrid.inMemory({ seed: { containers: ["10.0.0.0/8"], networks: ["192.168.0.0/24"] } });
  const wapi = new WapiClient(grid.clientOptions);
  const ipam = new Ipam(wapi, { owner: "team", profile: "places" });
  await ipam.setup({ profile: "places" });
  const places = async () =>
    (await wapi.find("ipv6network", { where: { network_view: placesView }, fields: ["comment"] })).length;
  const take = (requestId: string) => ipam.requestSubnet({ from: "10.0.0.0/8", prefixLength: 24, requestId });
  const [gone, kept, again] = [await take("gone"), await take("kept"), await take("again")];
  await ipam.releaseSubnet(gone);
  await ipam.releaseSubnet(again);
  await take("again");
  // A place each, a second one for what was taken again, and two marks.
  expect(await places()).toBe(6);
  await ipam.collect();
  expect(await places()).toBe(6);
  const { now } = Date;
  Date.now = () => now() + 2 * day;
  try {
    await ipam.collect();
  } finally {
    Date.now = now;
  }
  // What stays: the place of `kept`, both of `again`, and the mark that the first of these is used up.
  expect(await places()).toBe(4);
  expect(await take("kept")).toMatchObject({ ref: kept.ref, created: false });
  expect(await take("again")).toMatchObject({ created: false });
  expect(await take("gone")).toMatchObject({ created: true });
});

it("places are no part of an inventory, unless they are asked for", async () => {
  const grid = FakeGrid.inMemory({ seed: { containers: ["10.0.0.0/8"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  await ipam.setup({ profile: "places" });
  await ipam.requestSubnet({ from: "10.0.0.0/8", prefixLength: 24, requestId: "blue" });
  const views = async (networkViews?: string) =>
    new Set(
      (await ipam.inventory({ ...(networkViews && { networkViews }) }).toArray()).map(
        ({ networkView }) => networkView,
      ),
    );
  expect(await views()).toEqual(new Set(["default"]));
  expect(await views(placesView)).toEqual(new Set([placesView]));
});
