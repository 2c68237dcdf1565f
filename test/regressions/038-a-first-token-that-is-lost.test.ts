import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * A change of an object that other software made first writes a token to compare with. If the answer of that write was lost before
 * the grid did it, the change compared with nothing.
 */
it.each(["reset-before-commit", "late"] as const)(
  "changes a host once that has no token yet, if the write of the first one meets %s",
  async (fail) => {
    const grid = FakeGrid.inMemory({
      setup: true,
      seed: { networks: ["10.0.0.0/24"], hosts: [{ name: "web", addresses: ["10.0.0.9"], dns: false }] },
    });
    const ipam = new Ipam(new WapiClient(grid.clientOptions));
    grid.faults.next({ on: "POST", fail });
    grid.faults.always({ on: ["POST", "PUT"], fail: "twice" });
    await ipam.hosts.addAddress("web", { from: "10.0.0.0/24" });
    await grid.faults.deliverLate();
    grid.faults.clear();
    const [host] = await ipam.hosts.find({ name: "web" });
    expect(host?.addresses.map(({ ip }) => ip)).toEqual(["10.0.0.9", "10.0.0.1"]);
  },
);
