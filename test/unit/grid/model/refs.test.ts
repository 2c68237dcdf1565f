import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePercent, formatRef, parseRef } from "../../../../src/grid/model/refs.js";

/** Control characters, and halves of characters that no encoding can carry. */
const unprintable = /[\p{Cc}\p{Cs}\ufffd]/u;

describe("formatRef and parseRef", () => {
  it("give back type and key, however a client encodes the reference", () => {
    const key = fc.string({ unit: "grapheme" }).map((name) => `dns.thing$${name}`);
    const encodings = [
      (ref: string) => ref,
      (ref: string) => encodeURIComponent(ref),
      (ref: string) => encodeURIComponent(encodeURIComponent(ref)),
    ];
    fc.assert(
      fc.property(key, fc.array(fc.string()), fc.constantFrom(...encodings), (text, name, encode) => {
        fc.pre(![text, ...name].some((part) => unprintable.test(part)));
        const ref = formatRef("record:host", text, name);
        expect(parseRef(encode(ref))).toEqual({ type: "record:host", key: text });
      }),
    );
  });

  it("make ids of word characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        fc.pre(!unprintable.test(name));
        expect(formatRef("view", `dns.view$${name}`, [])).toMatch(/^view\/\w+$/);
      }),
    );
  });

  it("tell a reference whose id is none from what is no reference at all", () => {
    expect(parseRef("network/abc")).toEqual({ type: "network", key: undefined });
    expect(parseRef("10.0.0.0/24")).toBeUndefined();
    expect(parseRef("asm.com")).toBeUndefined();
  });
});

describe("decodePercent", () => {
  it("leaves alone what isn't valid", () => {
    expect(decodePercent("100%")).toBe("100%");
    expect(decodePercent("%zz %41 %ff")).toBe("%zz A %ff");
  });
});
