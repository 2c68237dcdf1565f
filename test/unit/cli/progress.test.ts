import { expect, it } from "vitest";
import { progressText } from "../../../src/cli/progress.js";

it.each([
  [0, 300, 0, "[░░░░░░░░░░░░░░░░░░░░░░░░]  0 of 300 addresses"],
  [100, 300, 2000, "[████████░░░░░░░░░░░░░░░░]  100 of 300 addresses  50/s  4 s left"],
  [300, 300, 6000, "[████████████████████████]  300 of 300 addresses  50/s"],
])("tells items, rate and time left at %i of %i", (done, total, milliseconds, text) => {
  expect(progressText("addresses", done, total, milliseconds)).toBe(text);
});
