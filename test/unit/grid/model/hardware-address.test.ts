import { describe, expect, it } from "vitest";
import { canonicalDuid, canonicalMac } from "../../../../src/grid/model/hardware-address.js";

describe("MAC addresses", () => {
  it.each(["AA:BB:CC:0D:0E:0F", "aa-bb-cc-0d-0e-0f", "aabb.cc0d.0e0f", "aabbcc0d0e0f", "aa:bb:cc:d:e:f"])(
    "reads %s",
    (text) => {
      expect(canonicalMac("mac", text)).toBe("aa:bb:cc:0d:0e:0f");
    },
  );

  it.each(["aa:bb:cc", "aa:bb:cc:0d:0e:0g", "aa:bb:cc:0d:0e:0f:01", "aabbcc0d0e0", " aabbcc0d0e0f", 7])(
    "refuses %j",
    (value) => {
      expect(() => canonicalMac("mac", value)).toThrow(/Invalid value for mac/);
    },
  );

  it("keeps the empty text, which clients send for none", () => {
    expect(canonicalMac("mac", "")).toBe("");
  });
});

describe("DUIDs", () => {
  it.each([
    ["00:01:AB", "00:01:ab"],
    ["0001ab", "00:01:ab"],
    ["00-01-ab", "00:01:ab"],
  ])("reads %s", (text, canonical) => {
    expect(canonicalDuid("duid", text)).toBe(canonical);
  });

  it("refuses more than 130 octets, and what is no hex", () => {
    expect(canonicalDuid("duid", "ab".repeat(130))).toHaveLength(130 * 3 - 1);
    expect(() => canonicalDuid("duid", "ab".repeat(131))).toThrow("Invalid DUID");
    expect(() => canonicalDuid("duid", "xyz")).toThrow("Invalid DUID");
  });
});
