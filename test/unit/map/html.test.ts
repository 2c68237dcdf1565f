import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../src/map/html.js";
import { eight, hostile, office } from "./maps.js";

function elementsOf(page: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}>`, "gs");
  return [...page.matchAll(pattern)].map(([, text = ""]) => text);
}

function policyOf(page: string): string {
  return /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
}

describe("the page", () => {
  it("names nothing of the network, and forbids itself to ask for it", () => {
    const page = renderHtml(office);
    const [style = ""] = elementsOf(page, "style");
    expect(style).not.toMatch(/@import|url\(/);
    const links = [
      ...page
        .replace(/<script.*?<\/script>/gs, "")
        .matchAll(/<[a-z][^>]*\b(?:src|href|action|data)="([^"]*)"/g),
    ].map(([, link]) => link);
    expect(links).toEqual(["#table"]);
    expect(policyOf(page)).toMatch(/^default-src 'none'; script-src 'sha256-/);
  });

  it("runs its own script and style, and no other", () => {
    const page = renderHtml(office);
    const policy = policyOf(page);
    const script = elementsOf(page, "script").at(-1) ?? "";
    const [style = ""] = elementsOf(page, "style");
    for (const text of [script, style]) {
      expect(policy).toContain(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
    }
  });

  it("keeps names and comments in their place, whatever they hold", () => {
    const page = renderHtml(hostile);
    expect(elementsOf(page, "script")).toHaveLength(2);
    expect(page).not.toMatch(/<img|onload=alert\(1\)>|<b>/);
    const [data = ""] = elementsOf(page, "script");
    expect(JSON.stringify(JSON.parse(data))).toContain("</script>");
  });

  it("is the same for the same map", () => {
    expect(renderHtml(office)).toBe(renderHtml(office));
  });

  it("of 20,000 subnets takes little more than a megabyte", () => {
    expect(renderHtml(eight()).length).toBeLessThan(1_200_000);
  });
});
