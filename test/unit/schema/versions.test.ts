import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions, factsVersion, knownVersions } from "../../../src/schema/versions.js";

describe("WAPI versions", () => {
  it("compare by number, not by letter", () => {
    expect(compareVersions("2.9", "2.12")).toBeLessThan(0);
    expect(compareVersions("2.12.1", "2.12")).toBeGreaterThan(0);
    expect(compareVersions("2.12", "2.12.0")).toBe(0);
    expect(compareVersions("3.0", "2.99")).toBeGreaterThan(0);
  });

  it("are listed oldest first, each once, up to that of the facts", () => {
    const ordered = [...new Set(knownVersions)].sort(compareVersions);
    expect(knownVersions).toEqual(ordered);
    expect(knownVersions.at(-1)).toBe(factsVersion);
  });

  it("have one order, whichever two are compared", () => {
    const version = fc.constantFrom(...knownVersions);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareVersions(a, b))).toBe(
          Math.sign(knownVersions.indexOf(a) - knownVersions.indexOf(b)),
        );
      }),
    );
  });
});
