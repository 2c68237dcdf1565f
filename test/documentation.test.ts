import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
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

  const texts = catalogue.slice(catalogue.indexOf("## What the texts of a grid mean"));
  const rows = [...texts.matchAll(/^\| `(.+?)` \| (.+) \|$/gm)].map(([, text = "", meaning = ""]) => ({
    text,
    meaning,
  }));

  it.each(rows)("explains “$text” as the error's hint does", ({ text, meaning }) => {
    expect(meaning).toBe(String(hintForText(text)));
  });

  it("has every code of the library, and no other; those of the Docker driver stand on its page", () => {
    const source = (folder: string) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(resolve(folder, file), "utf8"))
        .join("\n");
    const codes = (text: string) => [...new Set(text.match(/\bERR_INFOBLOX_[A-Z_]+\b/g))].sort();
    const driver = readFileSync(resolve(import.meta.dirname, "../docs/docker.md"), "utf8");
    const src = resolve(import.meta.dirname, "../src");
    expect([...codes(catalogue), ...codes(driver)].sort()).toEqual(codes(source(src)));
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

it("docs/tour.md names files that exist", () => {
  const root = resolve(import.meta.dirname, "..");
  const tour = readFileSync(resolve(root, "docs/tour.md"), "utf8");
  const named = [...tour.matchAll(/`(src\/[^`]+)`/g)].map(([, file = ""]) => file);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !existsSync(resolve(root, file)))).toEqual([]);
});

describe("links to headings", () => {
  const root = resolve(import.meta.dirname, "..");
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    ...readdirSync(resolve(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => `docs/${file}`),
  ];
  const headings = (page: string) =>
    [
      ...readFileSync(resolve(root, page), "utf8")
        .replaceAll(/^```[\s\S]*?^```/gm, "")
        .matchAll(/^#+ (.+)$/gm),
    ].map(([, heading = ""]) => heading.replaceAll("`", ""));
  /** As a repository's web pages make an anchor of a heading. */
  const inRepository = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
  /** As the site does. */
  const onSite = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, "-")
      .replaceAll(/^-|-$/g, "");
  const links = pages.flatMap((page) =>
    [...readFileSync(resolve(root, page), "utf8").matchAll(/\]\((?![a-z]+:)([^)#\s]*)#([^)\s]+)\)/g)].map(
      ([, file = "", anchor = ""]) => ({ page, file, anchor }),
    ),
  );

  it.each(links)(
    "lead somewhere, in the repository and on the site: $page → $file#$anchor",
    ({ page, file, anchor }) => {
      const target = file === "" ? page : relative(root, resolve(root, page, "..", file));
      const found = headings(target);
      expect(found.map(inRepository)).toContain(anchor);
      expect(found.map(onSite)).toContain(anchor);
    },
  );
});

describe("words of the glossary", () => {
  const root = resolve(import.meta.dirname, "..");
  const pages = [
    "README.md",
    ...readdirSync(resolve(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md") && !/^(index|glossary)\.md$/.test(file))
      .map((file) => `docs/${file}`),
  ];
  const words: Readonly<Record<string, RegExp>> = {
    attribute: /extensible attributes?/,
    container: /containers?/,
    description: /descriptions?/,
    "dns-view": /DNS views?/,
    "fixed-address": /fixed address(es)?/,
    "lost-answer": /lost answers?/,
    "network-view": /network views?/,
    owner: /owners?/,
    pool: /pools?/,
    "request-id": /request ids?/,
    reservation: /reservations?/,
    source: /sources?/,
    token: /tokens?/,
  };
  /** Pages on which a word means something else: containers and pools of Docker, source code, sources of facts. */
  const otherSense: Readonly<Record<string, readonly string[]>> = {
    "docs/bundling.md": ["container"],
    "docs/docker.md": ["container", "source"],
    "docs/decisions/facts.md": ["source"],
    "docs/decisions/few-files.md": ["source"],
    "docs/decisions/stateless-docker-driver.md": ["container", "pool"],
    "docs/fakegrid.md": ["source"],
    "docs/schema-facts.md": ["source"],
  };
  const uses = pages.flatMap((page) =>
    Object.entries(words)
      .filter(([word]) => !otherSense[page]?.includes(word))
      .map(([word, pattern]) => ({ page, word, pattern })),
  );
  /** The page with blanks for code, headings, links and what is generated, so that places stay where they are. */
  const prose = (text: string) =>
    text
      .replace(/<!-- generated[\s\S]*/, "")
      .replaceAll(/^ *```[\s\S]*?^ *```$|`[^`\n]*`|\[[^\]]*\]\([^)]*\)|^#.*$/gm, (found) =>
        " ".repeat(found.length),
      );

  it.each(uses)("are linked where a page first uses them: $page, $word", ({ page, word, pattern }) => {
    const text = readFileSync(resolve(root, page), "utf8");
    const spaced = pattern.source.replaceAll(" ", "\\s+");
    const first = prose(text).search(new RegExp(`(?<![\\w/.'"-])(${spaced})(?![\\w/"-])`, "i"));
    const link = text.indexOf(`glossary.md#${word})`);
    expect(first === -1 || (link !== -1 && link < first), text.slice(first, first + 60)).toBe(true);
  });
});
