import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * A plan that releases something by its place, and makes something else there, released its own when it was applied again with
 * its id: it gave the object as its result, and the grid had it no more.
 */
const plans = {
  "a subnet": (ipam: Ipam) =>
    ipam
      .plan({ requestId: "p" })
      .release("old", "10.0.7.0/24")
      .subnet("new", { cidr: "10.0.7.0/24", gateway: "first" }),
  "a container": (ipam: Ipam) =>
    ipam.plan({ requestId: "p" }).release("old", "10.0.7.0/24").container("new", { cidr: "10.0.7.0/24" }),
  "an address": (ipam: Ipam) =>
    ipam
      .plan({ requestId: "p" })
      .release("old", "10.0.8.9")
      .address("new", { ip: "10.0.8.9", mac: "02:42:0a:00:00:02" }),
};

it.each(Object.entries(plans))("leaves its own when it is applied again: %s", async (_, planOf) => {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: {
      networks: ["10.0.7.0/24", "10.0.8.0/24"],
      fixedAddresses: [{ address: "10.0.8.9", mac: "02:42:0a:00:00:01" }],
    },
  });
  const ipam = new Ipam(grid.clientOptions);
  const first = await planOf(ipam).apply();
  expect(first.old).toEqual({ released: true, reason: "deleted" });
  const again = await planOf(ipam).apply();
  expect(again).toMatchObject({
    old: { released: false, reason: "gone" },
    new: { ref: first.new.ref, created: false },
  });
  const third = await planOf(ipam).apply();
  expect(third.new).toMatchObject({ ref: first.new.ref, created: false });
});

it("releases what another plan of the same id has made, by a step of that name", async () => {
  const grid = FakeGrid.inMemory({ setup: true });
  const ipam = new Ipam(grid.clientOptions);
  const { blue } = await ipam.plan({ requestId: "p" }).subnet("blue", { cidr: "10.0.7.0/24" }).apply();
  const released = await ipam.plan({ requestId: "p" }).release("blue", blue).apply();
  expect(released.blue).toEqual({ released: true, reason: "deleted" });
});
