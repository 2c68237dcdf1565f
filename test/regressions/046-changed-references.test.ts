import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

/**
 * A change of an object's address or name changes its reference, too. After a lost answer the library looked for the object by the
 * old reference, and the call ended though the change was done.
 */
const cidr = "10.0.0.0/24";

interface Story {
  readonly before: (ipam: Ipam) => Promise<unknown>;
  readonly change: (ipam: Ipam) => Promise<unknown>;
  /** What there is in the end. */
  readonly after: readonly string[];
}
const stories: Readonly<Record<string, Story>> = {
  "the gateway of a described subnet": {
    before: (ipam) => ipam.ensure({ subnets: [{ cidr, gateway: "first" }] }),
    change: (ipam) => ipam.ensure({ subnets: [{ cidr, gateway: "last" }] }),
    after: ["10.0.0.254"],
  },
  "a host that a plan renames": {
    before: async (ipam) => {
      await ipam.requestSubnet({ cidr });
      await ipam.requestAddress({ from: cidr, name: "web", dns: false });
    },
    change: async (ipam) => {
      const [host] = await ipam.hosts.find({ name: "web" });
      return (
        host &&
        ipam
          .plan()
          .update("rename", host.ref, { fields: { name: "www" } })
          .apply()
      );
    },
    after: ["www"],
  },
  "an address that a plan moves": {
    before: async (ipam) => {
      await ipam.requestSubnet({ cidr });
      await ipam.requestAddress({ from: cidr });
    },
    change: async (ipam) => {
      const [address] = await ipam.findAddresses();
      return (
        address &&
        ipam
          .plan()
          .update("move", address, { fields: { ipv4addr: "10.0.0.9" } })
          .apply()
      );
    },
    after: ["10.0.0.9"],
  },
};

const faults = ["reset-before-commit", "reset-after-commit", "late", "twice", "duplicate"] as const;

it.each(
  Object.entries(stories).flatMap(([what, story]) => faults.map((fail) => [what, fail, story] as const)),
)("%s is changed once where the request meets %s", async (_, fail, { before, change, after }) => {
  for (const index of [0, 1, 2]) {
    const { grid, ipam } = gridOf(true);
    await before(ipam);
    grid.faults.next({ on: ["POST", "PUT"], fail, after: index });
    await inNoTime(grid, () => change(ipam));
    await grid.faults.deliverLate();
    expect(await namesOf(ipam)).toEqual(after);
  }
});

it.each(faults)(
  "a description moves a gateway on a grid without attributes, too, where it meets %s",
  async (fail) => {
    for (const index of [0, 1]) {
      const { grid, ipam } = gridOf(false);
      await ipam.ensure({ subnets: [{ cidr, gateway: "first" }] });
      grid.faults.next({ on: ["POST", "PUT"], fail, after: index });
      const moved = await inNoTime(grid, () => ipam.ensure({ subnets: [{ cidr, gateway: "last" }] }));
      expect(moved).toMatchObject({ updated: 1, unchanged: 0, changed: true });
      expect(moved.objects[0]).toMatchObject({ action: "update", object: { gateway: "10.0.0.254" } });
      expect(await namesOf(ipam)).toEqual(["10.0.0.254"]);
    }
  },
);

function gridOf(setup: boolean) {
  const grid = FakeGrid.inMemory({ setup, seed: { containers: ["10.0.0.0/16"] } });
  return { grid, ipam: new Ipam(new WapiClient(grid.clientOptions)) };
}

async function namesOf(ipam: Ipam): Promise<string[]> {
  return (await ipam.findAddresses()).map(({ name, ip }) => name ?? ip);
}
