import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { InfobloxError, withPartial } from "../../src/errors.js";

describe("an error that is printed", () => {
  it("says nothing of a hint and a part of the work that it doesn't have", () => {
    const error = new InfobloxError("It failed.");
    expect([error.hint, error.partial]).toEqual([undefined, undefined]);
    expect(inspect(error)).not.toMatch(/hint|partial|undefined/);
  });

  it("says what it has", () => {
    const error = withPartial(new InfobloxError("It failed.", "ERR_INFOBLOX", { hint: "Try again." }), [1]);
    expect(inspect(error)).toMatch(/hint: 'Try again\.'[\s\S]*partial: \[ 1 \]/);
    expect(error.toJSON()).toEqual({
      name: "InfobloxError",
      code: "ERR_INFOBLOX",
      message: "It failed.",
      hint: "Try again.",
      partial: [1],
    });
  });
});
