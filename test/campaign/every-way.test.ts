import { describe, expect, it } from "vitest";
import { everyWay } from "./every-way.js";
import { serialVariants } from "./variants.js";

const nothing = { lost: [], twice: [], leaked: [], untrue: [] };

describe("a campaign of every way in", { timeout: 120_000 }, () => {
  it("is clean on a grid and a network without faults", async () => {
    expect(await everyWay({ seed: 1, operations: 150, faults: [] })).toMatchObject({ ...nothing, risen: [] });
  });

  it.each(serialVariants.map((variant, index) => [variant.grid, index + 1, variant] as const))(
    "loses, leaks and gives twice nothing under every fault, %s",
    async (_, seed, { assumptions, options }) => {
      expect(await everyWay({ seed, operations: 250, assumptions, options })).toMatchObject(nothing);
    },
  );

  it("goes the same way again with the same seed", async () => {
    const once = () => everyWay({ seed: 3, operations: 60 });
    expect(await once()).toEqual(await once());
  });
});
