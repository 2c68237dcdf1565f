import { describe, expect, it } from "vitest";
import { InvalidRequestError } from "../../../../src/errors.js";
import { parseTarget, parseTargets, type Source } from "../../../../src/ipam/requests/targets.js";

const containerRef = "networkcontainer/ZG5zLm5ldHdvcmtfY29udGFpbmVyJDEwLjAuMC4wLzgvMA:10.0.0.0/8/default";
const network6Ref = "ipv6network/ZG5zLm5ldHdvcmskMjAwMTpkYjg6Oi82NC8w:2001%3Adb8%3A%3A/64/default";
const forSubnets = ["container", "network"] as const;
const forAddresses = ["network", "range"] as const;

describe("parseTarget", () => {
  it("takes a CIDR of either family", () => {
    expect(parseTarget("10.0.0.0/16", forSubnets)).toMatchObject({ kind: "block", family: 4 });
    expect(parseTarget("2001:db8::/32", forSubnets)).toMatchObject({ kind: "block", family: 6 });
  });

  it("takes an IPv6 CIDR that is written out as such, not as a reference", () => {
    expect(parseTarget("fd00:1:2:3:4:5:6:7/128", forSubnets)).toMatchObject({ kind: "block", family: 6 });
  });

  it("takes a range where addresses are asked for, and only there", () => {
    expect(parseTarget("10.0.0.5-10.0.0.9", forAddresses)).toMatchObject({ kind: "range", family: 4 });
    expect(() => parseTarget("10.0.0.5-10.0.0.9", forSubnets)).toThrow(/^from: not a CIDR/);
  });

  it("knows from a reference's type what it is, and its family", () => {
    expect(parseTarget(containerRef, forSubnets)).toMatchObject({
      kind: "ref",
      holds: "container",
      family: 4,
    });
    expect(parseTarget({ _ref: network6Ref }, forAddresses)).toMatchObject({ holds: "network", family: 6 });
  });

  it("shows a reference as the CIDR in it, and never relies on that", () => {
    expect(parseTarget(network6Ref, forAddresses)).toMatchObject({ text: "2001:db8::/64", block: undefined });
  });

  it("takes the CIDR of a result, which says it itself", () => {
    const subnet = { ref: network6Ref, cidr: "2001:db8::/64" };
    expect(parseTarget(subnet, forAddresses)).toMatchObject({ kind: "ref", block: { prefixLength: 64 } });
  });

  it("takes a query by attributes or comment", () => {
    expect(parseTarget({ extattrs: { Site: "Paris" }, family: 6 }, forSubnets)).toMatchObject({
      kind: "query",
      family: 6,
    });
    expect(parseTarget({ comment: "pool" }, forSubnets)).toMatchObject({ kind: "query", family: 4 });
  });

  it.each<[string, Source, RegExp]>([
    [
      "host bits",
      "10.0.0.5/16",
      /^from: not the first address of its block \(host bits set\) .*valid: "10.0.0.0\/16"/,
    ],
    ["no prefix length", "10.0.0.0", /^from: an address without a prefix length .*valid: "10.0.0.0\/24"/],
    ["a prefix too long", "10.0.0.0/33", /^from: not a CIDR/],
    ["words", "the office", /^from: not a CIDR/],
    [
      "a reference of another kind",
      "record:host/ZG5z:web",
      /refers to a record:host, but a container or network is needed/,
    ],
    [
      "a query for everything",
      { extattrs: {} },
      /a query without extattrs and comment would match everything/,
    ],
    ["something else", 7 as never, /^from: not a source/],
    [
      "a result whose CIDR is of another family",
      { ref: containerRef, cidr: "2001:db8::/32" },
      /the reference is that of an IPv4 object/,
    ],
  ])("refuses %s", (_, source, message) => {
    const parse = () => parseTarget(source, forSubnets);
    expect(parse).toThrow(InvalidRequestError);
    expect(parse).toThrow(message);
  });
});

describe("parseTargets", () => {
  it("keeps the order", () => {
    expect(parseTargets(["10.1.0.0/16", "10.0.0.0/16"], forSubnets).map(({ text }) => text)).toEqual([
      "10.1.0.0/16",
      "10.0.0.0/16",
    ]);
  });

  it("names the one that is wrong", () => {
    expect(() => parseTargets(["10.0.0.0/16", "10.1.0.0"], forSubnets)).toThrow(/^from\[1\]: /);
  });

  it("refuses two families in one request", () => {
    expect(() => parseTargets(["10.0.0.0/16", "2001:db8::/32"], forSubnets)).toThrow(
      /^from\[1\]: is IPv6, but from\[0\] is IPv4/,
    );
  });

  it("refuses an empty list", () => {
    expect(() => parseTargets([], forSubnets)).toThrow(/^from: names no source/);
  });
});
