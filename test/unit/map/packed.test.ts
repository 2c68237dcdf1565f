import { expect, it } from "vitest";
import { outlineOf } from "../../../src/map/outline.js";
import { packOutline, unpackOutline } from "../../../src/map/packed.js";
import { eight, hostile, office, six, subnet } from "./maps.js";

it.each(Object.entries({ office, subnet, six, hostile, eight: eight(500) }))(
  "gives back of %s what was packed",
  (_name, map) => {
    const outline = outlineOf(map);
    const packed = JSON.parse(JSON.stringify(packOutline(outline)));
    expect(unpackOutline(packed)).toEqual(outline);
  },
);

it("takes less than 60 bytes for a subnet", () => {
  const text = JSON.stringify(packOutline(outlineOf(eight(2_000))));
  expect(text.length / 2_000).toBeLessThan(60);
});
