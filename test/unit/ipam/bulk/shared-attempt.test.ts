import { expect, it } from "vitest";
import { newSharedAttempt, sharersOf } from "../../../../src/ipam/bulk/shared-attempt.js";

it("says how many things share it, also when somebody vouches for one", () => {
  expect(newSharedAttempt(100)).not.toBe(newSharedAttempt(100));
  expect(sharersOf(newSharedAttempt(100))).toBe(100);
  expect(sharersOf(`${newSharedAttempt(100)}+`)).toBe(100);
  expect(sharersOf(newSharedAttempt(1))).toBe(1);
  expect(sharersOf("of a stranger")).toBe(1);
});
