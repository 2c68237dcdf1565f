import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { renderText } from "../../../src/map/text.js";
import { eight, hostile, office, six, subnet } from "./maps.js";

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

  it("lets no name reach the terminal as a command", () => {
    const text = renderText(hostile, { ...plain, width: 200 });
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}/u);
    expect(text).toContain("--> ��[31m");
  });
});
