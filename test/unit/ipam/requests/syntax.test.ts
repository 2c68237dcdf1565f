import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressProblem,
  checkedAddress,
  checkedBlock,
  cidrProblem,
  commentProblem,
  duidProblem,
  exclusionProblem,
  formatMac,
  macProblem,
  plainNameProblem,
  requestIdProblem,
} from "../../../../src/ipam/requests/syntax.js";

describe("every example of a valid text", () => {
  const checks = { cidrProblem, addressProblem, exclusionProblem, macProblem, duidProblem };
  it.each(Object.entries(checks))("would pass %s itself", (_, check) => {
    const texts = fc.oneof(
      fc.string(),
      fc.constantFrom("10.0.0.5/24", "10.0.0.5", "a.b.", "::1", "2001:db8::1/64"),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = check(text);
        if (found !== undefined) expect(check(String(found.example))).toBeUndefined();
      }),
    );
  });
});

describe("cidrProblem", () => {
  it.each([
    ["10.0.0.5/24", "not the first address of its block (host bits set)", "10.0.0.0/24"],
    ["2001:db8::5/64", "not the first address of its block (host bits set)", "2001:db8::/64"],
    ["10.0.0.0/33", "not a CIDR", "10.0.0.0/24"],
    ["2001:db8::/129", "not a CIDR", "2001:db8::/64"],
    ["10.0.0.0", "an address without a prefix length", "10.0.0.0/24"],
  ])("says of %s what is wrong, and what would be right", (text, problem, example) => {
    expect(cidrProblem(text)).toEqual({ problem, example });
  });
});

describe("MACs", () => {
  it.each(["02:42:AC:11:00:02", "02-42-ac-11-00-02", "0242.ac11.0002", "0242AC110002"])(
    "%s is written as a grid does",
    (mac) => {
      expect(macProblem(mac)).toBeUndefined();
      expect(formatMac(mac)).toBe("02:42:ac:11:00:02");
    },
  );

  it.each(["02:42:ac:11:00", "02:42:ac:11:00:0g", "02:42-ac:11:00:02:99", "0242.ac11", ""])(
    "%j is none",
    (mac) => {
      expect(macProblem(mac)?.problem).toBe("not a MAC address");
    },
  );

  it("are not all zero, which would reserve the address for nobody", () => {
    expect(macProblem("0000.0000.0000")?.problem).toMatch(/stands for a reservation/);
  });
});

describe("names", () => {
  it("outside DNS are any text that can be read", () => {
    expect(plainNameProblem("lamp in the hall/2")).toBeUndefined();
    for (const name of ["", " lamp", "lamp\n", "lamp\u0007", "x".repeat(256)])
      expect(plainNameProblem(name)).toBeDefined();
    expect(requestIdProblem(" ")?.problem).toMatch(/printable/);
  });
});

describe("comments", () => {
  it("have at most 256 characters, and no blanks at their ends", () => {
    expect(commentProblem("x".repeat(256))).toBeUndefined();
    expect(commentProblem("x".repeat(257))?.problem).toMatch(/longer than 256/);
    expect(commentProblem("blue ")).toEqual({ problem: "has blanks at its ends", example: "blue" });
  });
});

describe("checked", () => {
  it("texts become what they say", () => {
    expect(checkedAddress("ip", "10.0.0.5")).toMatchObject({ family: 4 });
    expect(checkedBlock("cidr", "10.0.0.0/24")).toMatchObject({ prefixLength: 24 });
  });

  it("and anything else an error that names the field", () => {
    expect(() => checkedAddress("ip", 7)).toThrow(/^ip: not a text/);
    expect(() => checkedBlock("within", undefined)).toThrow(/^within: not a text/);
  });
});
