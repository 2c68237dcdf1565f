import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalName,
  canonicalZone,
  dnsNameProblem,
  isSameAlias,
  isSameName,
  namePattern,
  targetNameProblem,
  zoneFqdn,
  zoneNameProblem,
} from "../../../../src/ipam/requests/dns-name.js";

describe("names", () => {
  it.each([
    "web-1.example.com",
    "web.example.com.",
    "_srv.example.com",
    "münchen.example",
    "localhost",
    `${"a".repeat(63)}.example`,
    "*.example.com",
    "5.0/25.2.0.192.in-addr.arpa",
    "-web.example.com",
    "a+b.example.com",
    String.raw`john\.doe.example.com`,
    String.raw`a\032b.example.com`,
    `${"ü".repeat(56)}.example`,
    `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`,
  ])("%s can go into DNS", (name) => expect(dnsNameProblem(name)).toBeUndefined());

  it.each([
    "web..example.com",
    "web 1.example.com",
    "web.example.com..",
    `${"a".repeat(64)}.example`,
    `${"ü".repeat(61)}.example`,
    `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(62)}`,
    `${"abcdefg.".repeat(32)}com`,
    "",
    ".",
    "@",
    "web\u0000.example.com",
    "web\u200b.example.com",
    "\ud800.example.com",
    'we"b.example.com',
    "web\\",
  ])("%j can't", (name) => {
    expect(dnsNameProblem(name)).toBeDefined();
  });

  it("that a record leads to may be the root", () => {
    expect(targetNameProblem(".")).toBeUndefined();
    expect(canonicalName(".")).toBe(".");
  });

  it.each(["Pa.Example.com", "PA.EXAMPLE.COM.", "pa.example.com"])("%s is pa.example.com", (name) => {
    expect(canonicalName(name)).toBe("pa.example.com");
    expect(isSameName(name, "pa.example.com")).toBe(true);
  });

  it("have a form that stays", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        if (dnsNameProblem(name) !== undefined) return;
        expect(canonicalName(canonicalName(name))).toBe(canonicalName(name));
        expect(dnsNameProblem(canonicalName(name))).toBeUndefined();
        expect(new RegExp(`^${namePattern(name)}$`, "u").test(canonicalName(name))).toBe(true);
      }),
    );
  });

  it("come with a valid example where they are wrong", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = dnsNameProblem(text);
        if (found !== undefined) expect(dnsNameProblem(String(found.example))).toBeUndefined();
      }),
    );
  });
});

describe("zones", () => {
  it.each([
    ["10.1.0.0/24", "0.1.10.in-addr.arpa", "10.1.0.0/24"],
    ["0.1.10.IN-ADDR.ARPA.", "0.1.10.in-addr.arpa", "10.1.0.0/24"],
    ["10.0.0.128/25", "128/25.0.0.10.in-addr.arpa", "10.0.0.128/25"],
    ["2001:db8::/32", "8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::/32"],
    ["EXAMPLE.com.", "example.com", "example.com"],
  ])("%s is one, however it is written", (zone, name, fqdn) => {
    expect(zoneNameProblem(zone)).toBeUndefined();
    expect(canonicalZone(zone)).toBe(name);
    expect(zoneFqdn(zone)).toBe(fqdn);
  });
});

describe("aliases", () => {
  it.each([
    ["al", "al.example.com", "example.com", true],
    ["AL.example.com.", "al.example.com", "example.com", true],
    ["a.b", "a.b.example.com", "example.com", true],
    ["al", "al.other.com", "example.com", false],
    ["al", "al.example.com", undefined, false],
    ["Al", "al", undefined, true],
  ])("%s is %s in zone %s: %s", (meant, alias, zone, same) => {
    expect(isSameAlias(meant, alias, zone)).toBe(same);
  });
});
