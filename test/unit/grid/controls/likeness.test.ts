import fc from "fast-check";
import { expect, it } from "vitest";
import { withLikeness } from "../../../../src/grid/controls/likeness.js";
import { type Assumptions, defaultAssumptions } from "../../../../src/grid/model/assumptions.js";

it("takes the facts that are switches, and leaves others", () => {
  const facts = {
    isolation: "none",
    requestIsTransactional: false,
    takesHostNetworks: true,
    dateForm: "iso",
  };
  const { assumptions, wapiVersion } = withLikeness({ like: { wapiVersion: "2.12", facts } });
  expect(assumptions).toEqual({ isolation: "none", requestIsTransactional: false });
  expect(wapiVersion).toBe("2.12");
});

it("lets what is set beside it go before", () => {
  const like = { wapiVersion: "2.12", facts: { isolation: "none", requestIsTransactional: false } };
  const options = withLikeness({ like, wapiVersion: "2.13", assumptions: { isolation: "serial" } });
  expect(options.assumptions).toEqual({ isolation: "serial", requestIsTransactional: false });
  expect(options.wapiVersion).toBe("2.13");
});

it.each([
  ["2.12.3", "2.12.3"],
  ["99.1", "2.14"],
  ["v2.11", "2.11"],
  ["latest", undefined],
  [undefined, undefined],
])("speaks the newest version that it knows below %s: %s", (wanted, spoken) => {
  const { wapiVersion } = withLikeness({ like: { wapiVersion: wanted, facts: {} } });
  expect(wapiVersion).toBe(spoken);
});

it("never takes a fact of another type", () => {
  const facts = fc.dictionary(
    fc.constantFrom(...Object.keys(defaultAssumptions)),
    fc.oneof(fc.boolean(), fc.nat(), fc.string()),
  );
  fc.assert(
    fc.property(facts, (some) => {
      const { assumptions = {} } = withLikeness({ like: { facts: some } });
      for (const [name, value] of Object.entries(assumptions))
        expect(typeof value).toBe(typeof defaultAssumptions[name as keyof Assumptions]);
    }),
  );
});

it("leaves words that it doesn't know", () => {
  const { assumptions } = withLikeness({ like: { facts: { listOrder: "random", isolation: "none" } } });
  expect(assumptions).toEqual({ isolation: "none" });
});

it.each([[null], ["profile.json"], [{}], [{ facts: null }]])("refuses %j", (like) => {
  expect(() => withLikeness({ like: like as never })).toThrow("like: must be a grid profile");
});
