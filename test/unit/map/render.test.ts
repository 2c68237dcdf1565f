import { type MapFormat, renderMap } from "infoblox-ipam";
import { expect, it } from "vitest";
import { office } from "./maps.js";

it.each<[MapFormat, RegExp]>([
  [{ format: "html" }, /^<!doctype html>/],
  [{ format: "svg" }, /^<svg .* width="1000" /],
  [{ format: "svg", width: 700 }, /^<svg .* width="700" /],
  [{ format: "text" }, /^10\.20\.0\.0\/16\n/],
])("draws as %j", async (format, beginning) => {
  expect(await renderMap(office, format)).toMatch(beginning);
});

it("draws a map that went through JSON", async () => {
  const copy = JSON.parse(JSON.stringify(office));
  expect(await renderMap(copy, { format: "svg" })).toBe(await renderMap(office, { format: "svg" }));
});

it("names a block that is none", async () => {
  const broken = { ...office, blocks: [{ ...office.blocks[0], cidr: "10.0.0.1/8" }] } as typeof office;
  await expect(renderMap(broken, { format: "text" })).rejects.toThrow(/"10\.0\.0\.1\/8", which is no CIDR/);
});
