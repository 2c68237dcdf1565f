import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../../../src/grid/model/answers.js";
import { compilePattern } from "../../../../src/grid/model/pattern.js";
import { processorTime } from "../../../processor-time.js";

describe("compilePattern", () => {
  it.each([
    ["b", "abc", true],
    ["^b", "abc", false],
    ["(?P<x>b)", "abc", true],
    ["\\Aab", "abc", true],
    ["\\Abc", "abc", false],
    ["c\\Z", "abc", true],
    ["b\\Z", "abc", false],
    ["(?i)ABC", "abc", true],
    ["(a|b)+c", "abc", true],
    ["^web-\\d{1,3}\\.", "web-12.example.com", true],
    ["[[:alpha:]]", "1", false],
    ["\\bprod\\b", "eu prod 1", true],
    ["a\\.b\\/c\\-d", "a.b/c-d", true],
    ["(?:x|y)?z$", "xyz", true],
    ["^(?!web)", "db-1", true],
    ["^(?!web)", "web-1", false],
    ["(?<=eu-)web", "eu-web", true],
    ["(?P<x>a)(?P=x)", "aa", true],
    ["(a)\\1", "ab", false],
    ["(?i)^(?=W)", "web", true],
    ["ü.$", "zürich ü1", true],
  ])("reads %s as Python does", (pattern, text, fits) => {
    expect(compilePattern(pattern, false)(text)).toBe(fits);
  });

  it("ignores case where it should", () => {
    expect(compilePattern("ABC", true)("abc")).toBe(true);
    expect(compilePattern("A(?=B)", true)("ab")).toBe(true);
  });

  it.each(["(", "[z-a]", "*", "a{3,1}", "(?=", "(?P=no)", "\\2(", "(?:a{1000}){1000}", "x".repeat(70_000)])(
    "refuses what is no pattern: %.20s",
    (pattern) => expect(() => compilePattern(pattern, false)).toThrow(/^Invalid regular expression/),
  );

  /** Each takes exponential or quadratic time where an engine tries one way after the other. */
  const hard = [
    "^(a+)+$",
    "^(a|aa)+$",
    "^(a*)*$",
    "((a+))+$",
    "(?:(a+))+$",
    "(a|(a))+$",
    "(.*)*x",
    ".*.*.*.*=",
    "(a?){50}a{50}$",
  ];

  it.each(hard)("answers to %s at once", async (pattern) => {
    const fits = compilePattern(pattern, false);
    const took = await processorTime(() => {
      for (const text of [`${"a".repeat(64)}!`, `${"a".repeat(5_000)}!`]) expect(fits(text)).toBe(false);
    });
    expect(took).toBeLessThan(10_000);
  });

  it.each(["(?=a)(a+)+$", "^(a+)+\\1$", "(?!b)(a|aa)+$"])(
    "gives up on %s rather than hang",
    async (pattern) => {
      const fits = compilePattern(pattern, false);
      const took = await processorTime(() => expect(() => fits(`${"a".repeat(64)}!`)).toThrow("too complex"));
      expect(took).toBeLessThan(10_000);
    },
  );

  it("has one time limit for all the values of a search", async () => {
    const fits = compilePattern("(?=a)(a+)+$", false);
    const took = await processorTime(() =>
      expect(() => {
        for (let count = 0; count < 10_000; count++) fits(`${"a".repeat(22)}!`);
      }).toThrow("too complex"),
    );
    expect(took).toBeLessThan(10_000);
  });

  it("takes or refuses any pattern", () => {
    const part = fc.constantFrom(
      "a",
      "(",
      ")",
      "[",
      "]",
      "*",
      "+",
      "?",
      "{2,}",
      "|",
      "\\",
      "^",
      "$",
      "\\1",
      "(?=",
      "(?P<x>",
      "é",
      "\ud800",
      ".",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.string(), (parts, text) => {
        try {
          expect(compilePattern(parts.join(""), true)(text)).toBeTypeOf("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
