import fc from "fast-check";
import { type DesiredState, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

const comment = fc.option(fc.constantFrom("blue", "kept: for later", "größer"), { nil: undefined });
const extattrs = fc.option(
  fc.record(
    {
      Site: fc.constantFrom("Paris", "100", "True"),
      VLAN: fc.integer({ min: 1, max: 4094 }),
      Managed: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);
const described = { comment, extattrs };
const place = fc.integer({ min: 10, max: 60 });
const mac = place.map((number) => `02:42:ac:11:00:${number}`);

function unique<T>(entry: fc.Arbitrary<T>, key: (one: T) => unknown) {
  return fc.uniqueArray(entry, { maxLength: 4, selector: key });
}

/** Descriptions without contradictions: every address and every name is described once. */
const descriptions: fc.Arbitrary<DesiredState> = fc
  .record({
    subnets: unique(
      fc.record({
        ...described,
        third: fc.integer({ min: 0, max: 9 }),
        gateway: fc.option(fc.constantFrom("first", "last"), { nil: undefined }),
      }),
      ({ third }) => third,
    ),
    chosen: unique(
      fc.record({ ...described, prefixLength: fc.integer({ min: 24, max: 28 }) }),
      (one) => one.prefixLength,
    ),
    hosts: unique(
      fc.record({ ...described, place, mac: fc.option(mac, { nil: undefined }), dns: fc.boolean() }),
      (one) => one.place,
    ),
    fixed: unique(fc.record({ ...described, place, mac }), (one) => one.mac),
    reservations: unique(fc.record({ ...described, place }), (one) => one.place),
    records: unique(
      fc.record({ ...described, place, ttl: fc.option(place, { nil: undefined }) }),
      (one) => one.place,
    ),
  })
  .map(({ subnets, chosen, hosts, fixed, reservations, records }) => ({
    name: "site",
    containers: [{ cidr: "10.8.0.0/16" }, { cidr: "10.9.0.0/16" }],
    subnets: [
      ...subnets.map(({ third, ...rest }) => ({ ...rest, cidr: `10.9.${third}.0/24` })),
      ...chosen.map((one) => ({ ...one, name: `chosen-${one.prefixLength}`, from: "10.8.0.0/16" })),
    ],
    hosts: hosts.map(({ place: last, ...rest }) => ({
      ...rest,
      name: `host-${last}.example.com`,
      ips: [`10.0.0.${last}`, `2001:db8::${last}`],
    })),
    fixedAddresses: fixed.map(({ place: last, ...rest }, index) => ({
      ...rest,
      ip: `10.0.1.${last + index * 51}`,
    })),
    reservations: reservations.map(({ place: last, ...rest }) => ({ ...rest, ip: `10.0.2.${last}` })),
    records: records.map(({ place: last, ...rest }) => ({
      ...rest,
      type: "A" as const,
      name: "round.example.com",
      ip: `10.0.3.${last}`,
    })),
  }));

async function onGrid(story: (ipam: Ipam) => Promise<void>): Promise<void> {
  const grid = FakeGrid.inMemory({ setup: true });
  grid.seed({
    networks: ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "2001:db8::/64"],
    zones: ["example.com"],
    attributes: ["Site", "Managed", "Owner", { name: "VLAN", type: "INTEGER" }],
  });
  await using wapi = new WapiClient(grid.clientOptions);
  await story(new Ipam(wapi, { owner: "tests" }));
  await grid.close();
}

describe("a description that is ensured twice", () => {
  it("has no differences the second time", async () => {
    await fc.assert(
      fc.asyncProperty(descriptions, (desired) =>
        onGrid(async (ipam) => {
          await ipam.ensure(desired);
          const { objects } = await ipam.ensure(desired);
          expect(objects.filter(({ action }) => action !== "none")).toEqual([]);
        }),
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it("comes to the same from whatever was described before", async () => {
    await fc.assert(
      fc.asyncProperty(descriptions, descriptions, (before, after) =>
        onGrid(async (ipam) => {
          await ipam.ensure(before);
          await ipam.ensure(after, { prune: true });
          const { changed, objects } = await ipam.ensure(after, { prune: true });
          expect(objects.filter(({ action }) => action !== "none")).toEqual([]);
          expect(changed).toBe(false);
        }),
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
