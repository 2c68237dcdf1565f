import { describe, expect, it } from "vitest";
import { renderSvg } from "../../../src/map/svg.js";
import { eight, hostile, office, six, subnet } from "./maps.js";

const width = 1000;

describe("the picture", () => {
  it.each(Object.entries({ subnet, six }))("of %s is as it was looked at", async (name, map) => {
    await expect(renderSvg(map, { width })).toMatchFileSnapshot(`pictures/${name}.svg`);
  });

  it("in the documentation is what is drawn today", async () => {
    await expect(renderSvg(office, { width })).toMatchFileSnapshot("../../../docs/images/address-map.svg");
  });

  it("has a title and a description for those who don't see it", () => {
    const picture = renderSvg(office, { width });
    expect(picture).toMatch(/^<svg [^>]*role="img" aria-labelledby="title description">/);
    expect(picture).toContain('<title id="title">Address map of 10.20.0.0/16</title>');
    expect(picture).toMatch(
      /<desc id="description">12 subnets \(2 of them 90 % full or more\) in 2 containers\./,
    );
  });

  it("stays small enough to open when there are 20,000 subnets", () => {
    expect(renderSvg(eight(), { width }).length).toBeLessThan(1_000_000);
  });

  it("keeps names and comments in their place, whatever they hold", () => {
    const picture = renderSvg(hostile, { width });
    expect(picture).not.toMatch(/<script|<img|<svg onload|<b>/);
    expect(picture).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}/u);
    expect(picture).toContain("&lt;img src=x onerror=&#39;alert(&quot;out&quot;)&#39;&gt;");
    expect(tagsOf(picture)).toEqual([
      "defs",
      "desc",
      "line",
      "pattern",
      "rect",
      "style",
      "svg",
      "text",
      "title",
    ]);
  });
});

function tagsOf(markup: string): string[] {
  return [...new Set([...markup.matchAll(/<(\w+)/g)].map(([, tag = ""]) => tag))].sort();
}
