import { describe, expect, it } from "vitest";
import { renderSvg } from "../../../src/map/svg.js";
import { eight, hostile, nested, office, six, subnet } from "./maps.js";

const width = 1000;

describe("the picture", () => {
  it.each(Object.entries({ subnet, six }))("of %s is as it was looked at", async (name, map) => {
    await expect(renderSvg(map, { width })).toMatchFileSnapshot(`pictures/${name}.svg`);
  });

  it("in the documentation is what is drawn today", async () => {
    await expect(renderSvg(office, { width })).toMatchFileSnapshot("../../../docs/images/address-map.svg");
  });

  it("prints no label over another", () => {
    for (const map of [office, nested, six, subnet]) {
      const labels = labelsOf(renderSvg(map, { width }));
      const overprinted = labels.flatMap((one, index) =>
        labels
          .slice(index + 1)
          .filter(
            ({ left, right, top, bottom }) =>
              left < one.right && one.left < right && top < one.bottom && one.top < bottom,
          )
          .map(({ text }) => `${one.text} | ${text}`),
      );
      expect([map.title, labels.length > 5, overprinted]).toEqual([map.title, true, []]);
    }
  });

  it("tells what is free by dots, and what nothing uses by an edge, not by colour alone", () => {
    const picture = renderSvg(office, { width });
    expect(picture).toMatch(/<rect class="empty"[^>]*\/>\n<rect class="edge"/);
    expect(picture.match(/<rect class="free"[^>]*\/>\n<rect fill="url\(#dots\)"/g)?.length).toBeGreaterThan(
      5,
    );
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
      "circle",
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

/** What is written, and where; a little too narrow rather than too wide. */
function labelsOf(picture: string) {
  return [...picture.matchAll(/<text class="([^"]*)" x="([\d.]+)" y="([\d.]+)">([^<]*)</g)].map(
    ([, tone = "", x = "", y = "", text = ""]) => {
      const size = / h$/.test(tone) ? 18 : /detail/.test(tone) ? 10 : 11;
      const [left, base] = [Number(x), Number(y)];
      const right = left + text.length * size * 0.5;
      return { text, left, right, top: base - 0.75 * size, bottom: base + 0.15 * size };
    },
  );
}
