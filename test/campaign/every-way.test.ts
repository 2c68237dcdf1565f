import { describe, expect, it } from "vitest";
import { everyWay } from "./every-way.js";
import { share } from "./length.js";
import { otherVariants, profileOf, serialVariants, waitingProfileOf } from "./variants.js";

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
      expect(await everyWay({ seed, operations: share(250), assumptions, options })).toMatchObject({
        ...nothing,
        twins: [],
      });
    },
  );

  // Without an id, a late or double delivery may leave a second object on such a grid: a twin.
  it.each(otherVariants.map((variant, index) => [variant.grid, index + 1, variant] as const))(
    "loses and gives twice nothing by the profile of a grid %s",
    async (_, seed, variant) => {
      const { assumptions } = variant;
      const profile = profileOf(variant);
      expect(await everyWay({ seed, operations: share(120), assumptions, profile })).toMatchObject(nothing);
    },
  );

  // Without places, only an id is exact: two requests at once may get one address, or change one host.
  it.each(otherVariants.map((variant, index) => [variant.grid, index + 1, variant] as const))(
    "gives no id twice by waiting on a grid %s",
    async (_, seed, variant) => {
      const { assumptions } = variant;
      const profile = waitingProfileOf(variant);
      const ways = ["subnet with id", "address with id", "plan or single", "description"] as const;
      const settings = { seed, operations: share(60), assumptions, profile, ways };
      const { twice, ...found } = await everyWay(settings);
      expect(found).toMatchObject({ lost: [], leaked: [], untrue: [] });
      const isChosenAlike = (text: string) => /^[\d.]+: /.test(text) && assumptions?.choosesNextSideBySide;
      expect(twice.filter((text) => !isChosenAlike(text))).toEqual([]);
    },
  );

  it("goes the same way again with the same seed", async () => {
    const once = () => everyWay({ seed: 3, operations: 40 });
    expect(await once()).toEqual(await once());
  });
});
