import { describe, expect, it } from "vitest";
import { everyWay } from "./every-way.js";
import { share } from "./length.js";
import { otherVariants, profileOf, serialVariants } from "./variants.js";

const nothing = { lost: [], twice: [], leaked: [], untrue: [] };

describe("a campaign of every way in", () => {
  it("is clean on a grid and a network without faults", async () => {
    expect(await everyWay({ seed: 1, operations: share(150), faults: [] })).toMatchObject({
      ...nothing,
      risen: [],
    });
  });

  it.each(serialVariants.map((variant, index) => [variant.grid, index + 1, variant] as const))(
    "loses, leaks and gives twice nothing under every fault, %s",
    async (_, seed, { assumptions, options }) => {
      expect(await everyWay({ seed, operations: share(250), assumptions, options })).toMatchObject(nothing);
    },
  );

  // Without an id, a late or double delivery may leave a second object on such a grid.
  it.each(otherVariants.map((variant, index) => [variant.grid, index + 1, variant] as const))(
    "loses and gives twice nothing by the profile of a grid %s",
    async (_, seed, variant) => {
      const { leaked, twice, ...found } = await everyWay({
        ...{ seed, operations: share(120), assumptions: variant.assumptions },
        profile: profileOf(variant),
      });
      expect(found).toMatchObject({ lost: [], untrue: [] });
      // An id always has one object. A grid that makes equal choices has given one address in a thousand twice.
      const isOfAddress = (text: string) => /^[\d.]+(: | was added)/.test(text);
      expect(twice.filter((text) => !isOfAddress(text))).toEqual([]);
      expect(twice.length).toBeLessThan(variant.assumptions?.choosesNextSideBySide ? 3 : 1);
      expect(leaked.length).toBeLessThan(12);
    },
  );

  it("goes the same way again with the same seed", async () => {
    const once = () => everyWay({ seed: 3, operations: 40 });
    expect(await once()).toEqual(await once());
  });
});
