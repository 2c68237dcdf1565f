import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { AddressMap, MapAddress, MapSubnet } from "../../../src/ipam/map/map-results.js";
import { renderText } from "../../../src/map/text.js";
import { eight, hostile, mapOf, office, six, subnet } from "./maps.js";

const plain = { width: 100, colour: false, ascii: false };

describe("the map for a terminal", () => {
  it.each(Object.entries({ office, subnet, six }))("of %s is as it was looked at", async (name, map) => {
    await expect(renderText(map, plain)).toMatchFileSnapshot(`pictures/${name}.txt`);
  });

  it("has only ASCII where that is asked for", () => {
    expect(renderText(office, { ...plain, ascii: true })).not.toMatch(/[^\n -~]/);
  });

  it.each([40, 60, 80, 132])("stays within %i columns", (width) => {
    for (const map of [office, subnet, six, eight(300)]) {
      const lines = renderText(map, { ...plain, width }).split("\n");
      const picture = lines.filter((line) => /^[\d.:a-f]+\/\d+ {2,}/.test(line));
      expect(picture.length).toBeGreaterThan(0);
      expect(Math.max(...picture.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  it("has colours only where they are asked for, and none left on at the end", () => {
    expect(renderText(subnet, plain)).not.toContain("\u001b");
    const coloured = renderText(subnet, { ...plain, colour: true });
    expect(coloured).toContain("\u001b[32mH\u001b[0m");
    expect(stripVTControlCharacters(coloured)).toBe(renderText(subnet, plain));
  });

  it("names the fullest of many subnets", () => {
    const text = renderText(eight(300), plain);
    expect(text).toContain("The 20 fullest subnets:");
    expect(text.split("\n").filter((line) => line.includes("subnet, net-"))).toHaveLength(20);
  });

  const hostAt = (ip: string): MapAddress => ({
    ip,
    kind: "host",
    names: [`host-${ip.at(-1)}.example.com`],
    client: undefined,
    conflict: false,
  });

  /** A subnet alone, too large to show every address, and what uses some of them. */
  const large = (cidr: string, ips: readonly string[] | undefined): AddressMap => {
    const map = mapOf(cidr, { subnets: [{ network: cidr, utilization: 300 }] });
    const [block] = map.blocks as readonly [MapSubnet];
    return { ...map, blocks: [{ ...block, ...(ips && { percent: 0, addresses: ips.map(hostAt) }) }] };
  };

  it("of an IPv6 subnet shows the rows that something is in, and lists its addresses", () => {
    const text = renderText(
      large("2001:db8::/64", ["2001:db8::5", "2001:db8::6", "2001:db8:0:0:ff::1"]),
      plain,
    );
    expect(text).toContain("2001:db8::/64, subnet, under 0.1 % used, 2^64 addresses.");
    expect(text).toContain("2001:db8::/124         ░░░░░HH░░░░░░░░░\n");
    expect(text).toContain("2001:db8:0:0:ff::/124  ░H░░░░░░░░░░░░░░\n");
    expect(text).toContain("\nH host record   ░ not in use\n");
    expect(text).toContain("\n2001:db8::5, host record, host-5.example.com\n");
  });

  it("of a large IPv4 subnet shows a sign for several addresses, and lists the first twenty", () => {
    const ips = Array.from({ length: 22 }, (_, index) => `10.0.0.${2 * index + 1}`);
    const text = renderText(large("10.0.0.0/20", ips), plain);
    expect(text).toMatch(/^10\.0\.0\.0\/25 +H{22}░{42}$/m);
    expect(text).toContain("\nand 2 more\n");
  });

  it("of a subnet whose addresses weren't read shows how full it is, and says so", () => {
    const text = renderText(large("10.0.0.0/20", undefined), plain);
    expect(text).toMatch(/^10\.0\.0\.0\/22 +▒{64}$/m);
    expect(text).toMatch(/\n\n▒ 25–49 %\n$/);
  });

  it("of an empty container explains no more than what is free", () => {
    const text = renderText(mapOf("10.0.0.0/16", { containers: [{ network: "10.0.0.0/16" }] }), plain);
    expect(text).toMatch(/\n\n· free\n$/);
  });

  it("counts one address as one, and no containers where there are none", () => {
    const text = renderText(
      mapOf("here", { subnets: [{ network: "10.0.0.0/31" }, { network: "10.0.0.4/32" }] }),
      plain,
    );
    expect(text).toContain("2 subnets.\n");
    expect(text).toContain("10.0.0.4/32, subnet, use not known, 1 address\n");
  });

  it("lets no name reach the terminal as a command", () => {
    const text = renderText(hostile, { ...plain, width: 200 });
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}/u);
    expect(text).toContain("--> ��[31m");
  });
});
