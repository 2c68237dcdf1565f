import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  canonicalAttribute,
  choicesOf,
  hasFlag,
  wholeNumber,
} from "../../../../src/grid/model/attribute-values.js";
import type { Entity, JsonObject } from "../../../../src/grid/store/entity.js";

function definition(values: JsonObject): Entity {
  return { type: "extensibleattributedef", id: 1, key: "k", values: { name: "X", ...values }, links: {} };
}

describe("whole numbers", () => {
  it("are the same from a number and from its text", () => {
    fc.assert(
      fc.property(fc.integer(), (number) => {
        expect(wholeNumber(number)).toBe(number);
        expect(wholeNumber(` ${number} `)).toBe(number);
      }),
    );
  });

  it("are nothing else", () => {
    for (const value of [1.5, Number.NaN, "1.5", "0x10", "", "1e3", true, null, [1]]) {
      expect(wholeNumber(value)).toBeUndefined();
    }
  });
});

describe("attribute values", () => {
  it("fit bounds exactly when they lie between them", () => {
    const bounded = definition({ type: "INTEGER", min: -5, max: 5 });
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 10 }), (number) => {
        if (Math.abs(number) <= 5) expect(canonicalAttribute(bounded, number)).toBe(number);
        else
          expect(() => canonicalAttribute(bounded, number)).toThrow('Bad value for extensible attribute "X"');
      }),
    );
  });

  it("are checked one by one in a list", () => {
    const several = definition({ type: "INTEGER", flags: "V" });
    expect(canonicalAttribute(several, ["1", 2])).toEqual([1, 2]);
    expect(() => canonicalAttribute(several, [1, "two"])).toThrow("Bad value");
    expect(() => canonicalAttribute(several, [])).toThrow("Bad value");
  });

  it("are missing in a request that names none", () => {
    expect(() => canonicalAttribute(definition({ type: "STRING" }), undefined)).toThrow("Bad value");
  });
});

describe("definitions", () => {
  it("tell their flags and choices, none where nothing was set", () => {
    expect(hasFlag(definition({ flags: "IV" }), "I")).toBe(true);
    expect(hasFlag(definition({}), "I")).toBe(false);
    expect(choicesOf({ list_values: [{ value: "a" }, { value: "b" }] })).toEqual(["a", "b"]);
    expect(choicesOf({})).toEqual([]);
  });
});
