import { describe, expect, it } from "vitest";
import { compilePattern } from "../../../src/grid/pattern.js";

describe("compilePattern", () => {
  it.each([
    ["b", "abc", true],
    ["^b", "abc", false],
    ["(?P<x>b)", "abc", true],
    ["\\Aab", "abc", true],
    ["c\\Z", "abc", true],
    ["(?i)ABC", "abc", true],
    ["(a|b)+c", "abc", true],
  ])("reads %s as Python does", (pattern, text, fits) => {
    expect(compilePattern(pattern, false)(text)).toBe(fits);
  });

  it("ignores case where it should", () => {
    expect(compilePattern("ABC", true)("abc")).toBe(true);
  });

  it("refuses what is no pattern", () => {
    expect(() => compilePattern("(", false)).toThrow(/^Invalid regular expression/);
  });

  it.each(["^(a+)+$", "^(a|aa)+$", "^(a*)*$"])("gives up on %s rather than hang", (pattern) => {
    expect(() => compilePattern(pattern, false)(`${"a".repeat(64)}!`)).toThrow("too complex");
  });
});
