import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as errors from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { hintForText } from "../src/transport/hints.js";

const catalogue = readFileSync(resolve(import.meta.dirname, "../docs/error-catalogue.md"), "utf8");

describe("docs/error-catalogue.md", () => {
  it("has a heading for every error that the package exports, and for no other", () => {
    const headings = [...catalogue.matchAll(/^## (\w+Error)$/gm)].map(([, name]) => name);
    expect(headings.toSorted()).toEqual(
      Object.keys(errors)
        .filter((name) => name.endsWith("Error") && name !== "isInfobloxError")
        .sort(),
    );
  });

  const rows = [...catalogue.matchAll(/^\| `(.+?)` \| (.+) \|$/gm)].map(([, text = "", meaning = ""]) => ({
    text,
    meaning,
  }));

  it.each(rows)("explains “$text” as the error's hint does", ({ text, meaning }) => {
    expect(meaning).toBe(hintForText(text));
  });

  it("explains texts at all", () => expect(rows.length).toBeGreaterThan(20));
});

describe("docs/reliability.md", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../docs/reliability.md"), "utf8");
  const pins = [...page.matchAll(/\| `(test\/[\w./-]+)`: (.+?) \|$/gm)].map(([, file = "", title = ""]) => ({
    file,
    title,
  }));

  it.each(pins)("names a test that is there: $file: $title", ({ file, title }) => {
    expect(readFileSync(resolve(import.meta.dirname, "..", file), "utf8")).toContain(title);
  });

  it("names a test for every fault", () =>
    expect(pins).toHaveLength(page.match(/^\| .+ \| `?.*test\//gm)?.length ?? -1));
});
