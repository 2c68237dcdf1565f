import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainTxt, wireTxt } from "../../../../src/ipam/requests/txt.js";

describe("the text of a TXT record", () => {
  it.each([
    ["plain", "plain"],
    ["v=spf1 -all", '"v=spf1 -all"'],
    ['say "hi"', String.raw`"say \"hi\""`],
    ['"x"', String.raw`"\"x\""`],
    ["a\\b", String.raw`"a\\b"`],
    ["v=DKIM1;k=rsa", '"v=DKIM1;k=rsa"'],
    [" ends ", '" ends "'],
    ["two\nlines", String.raw`"two\010lines"`],
    ["ä".repeat(128), `"${"ä".repeat(127)}" "ä"`],
    ["x".repeat(256), `"${"x".repeat(255)}" "x"`],
  ])("%j goes over the wire as it has to", (text, wire) => {
    expect(wireTxt(text)).toBe(wire);
    expect(plainTxt(wire)).toBe(text);
  });

  it.each([
    ['"x"', "x"],
    ["x", "x"],
    ['"two" "words"', "twowords"],
    ["two words", "twowords"],
    [String.raw`"\195\164"`, "ä"],
    ['"half', "half"],
    ['""', ""],
  ])("%s of whoever wrote it means %j", (wire, text) => {
    expect(plainTxt(wire)).toBe(text);
  });

  it("comes back whatever it is, in strings of at most 255 bytes", () => {
    const texts = fc.string({ unit: "grapheme", maxLength: 600 });
    const tricky = fc.string({ unit: fc.constantFrom('"', "\\", " ", "0", "1", "ä", "😀", "\n", "a", ";") });
    fc.assert(
      fc.property(fc.oneof(texts, tricky), (text) => {
        const wire = wireTxt(text);
        expect(plainTxt(wire)).toBe(text);
        for (const [one] of wire.matchAll(/"(?:\\.|[^"\\])*"/gsu)) {
          expect(Buffer.byteLength(plainTxt(one))).toBeLessThanOrEqual(255);
        }
      }),
    );
  });
});
