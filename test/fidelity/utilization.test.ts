import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const quarter = 15 * 60 * 1000;
const seed = {
  containers: ["10.0.0.0/16"],
  networks: ["10.0.0.0/24"],
  ranges: [{ start: "10.0.0.100", end: "10.0.0.226" }],
  fixedAddresses: [{ address: "10.0.0.100", mac: "02:00:00:00:00:01" }],
};
const figure = (grid: Asked, type = "network", field = "utilization") =>
  grid.get(`${type}?_return_fields=${field}`).json[0][field];

describe("utilization", () => {
  it("counts every address of a network's ranges, or only those in use where that is assumed", () => {
    expect(figure(new Asked({ seed }))).toBe(500);
    expect(figure(new Asked({ seed, assumptions: { utilizationCountsRanges: false } }))).toBe(3);
  });

  it.each(["network", "networkcontainer"])("of a %s is as old as the grid's last count", (type) => {
    const grid = new Asked({ seed });
    const [before, counted] = [figure(grid, type), figure(grid, "network", "utilization_update")];
    for (let host = 1; host <= 50; host += 1) {
      grid.create("fixedaddress", { ipv4addr: `10.0.0.${host}`, match_client: "RESERVED" });
      grid.create("network", { network: `10.0.${host}.0/24` });
    }
    expect(figure(grid, type)).toBe(before);
    grid.clock.advance(quarter - 60_000);
    expect(figure(grid, type)).toBe(before);
    grid.clock.advance(60_000);
    expect(figure(grid, type)).toBeGreaterThan(before);
    expect(figure(grid, "network", "utilization_update")).toBeGreaterThanOrEqual(counted + quarter / 1000);
  });

  it("of a new network is nothing until then, and of a seeded one is known", () => {
    const grid = new Asked({ seed });
    grid.get("network");
    grid.create("network", { network: "10.0.9.0/30" });
    grid.create("fixedaddress", { ipv4addr: "10.0.9.1", match_client: "RESERVED" });
    const row = () =>
      grid.get("network?network=10.0.9.0/30&_return_fields=utilization,utilization_update").json[0];
    expect(row()).toMatchObject({ utilization: 0 });
    expect(row()).not.toHaveProperty("utilization_update");
    grid.clock.advance(quarter);
    expect(row()).toMatchObject({ utilization: 500 });
  });

  it("is of this moment where that is assumed", () => {
    const grid = new Asked({ seed, assumptions: { utilizationUpdatesEvery: 0 } });
    grid.create("fixedaddress", { ipv4addr: "10.0.0.1", match_client: "RESERVED" });
    expect(figure(grid)).toBe(503);
  });

  it("of containers comes without what only networks have", () => {
    const grid = new Asked({ seed });
    const rows = grid.get(
      "ipam:statistics?_return_fields=network,conflict_count,unmanaged_count,utilization",
    ).json;
    const [container, network] = rows.toSorted(
      (one: { utilization: number }, other: { utilization: number }) => one.utilization - other.utilization,
    );
    expect(network).toMatchObject({ conflict_count: 0, unmanaged_count: 0, utilization: 500 });
    expect(Object.keys(container).toSorted()).toEqual(["_ref", "network", "utilization"]);
  });
});
