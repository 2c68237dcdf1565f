/** Checks links to headings: VitePress refuses only links to missing pages. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** @throws Error that names the broken links of the built site, each with a page that has it */
export function checkLinks(site: string): number {
  const pages = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".html"),
  );
  const anchors = new Map<string, ReadonlySet<string>>();
  const broken = new Map<string, string>();
  let count = 0;
  for (const page of pages) {
    for (const link of attributesOf(readFileSync(resolve(site, page), "utf8"), "href")) {
      if (!/^[/#.]/.test(link)) continue;
      count += 1;
      const [path = "", anchor = ""] = link.split("#");
      const target = path === "" ? resolve(site, page) : fileOf(site, page, path);
      if (target === undefined || !has(target, decodeURIComponent(anchor))) broken.set(link, page);
    }
  }
  if (broken.size === 0) return count;
  throw new Error(
    ["Links lead nowhere:", ...[...broken].map(([link, page]) => `${link} in ${page}`)].join("\n"),
  );

  function has(file: string, anchor: string): boolean {
    if (anchor === "" || !file.endsWith(".html")) return true;
    const known = anchors.get(file) ?? new Set(attributesOf(readFileSync(file, "utf8"), "id"));
    anchors.set(file, known);
    return known.has(anchor);
  }
}

function attributesOf(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`<[^>]* ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value);
}

/** The file of a path, as a static web server finds it. */
function fileOf(site: string, page: string, path: string): string | undefined {
  const file = path.startsWith("/") ? resolve(site, `.${path}`) : resolve(site, page, "..", path);
  return [file, `${file}.html`, resolve(file, "index.html")].find(
    (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
  );
}
