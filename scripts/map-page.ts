/**
 * Writes `src/map/page.gen.ts` from `src/map/browser`: the script and the style of the map's page, each as one text.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type BuildOptions, build } from "esbuild";

const folder = resolve(import.meta.dirname, "../src/map");
const file = resolve(folder, "page.gen.ts");

const options: BuildOptions = {
  absWorkingDir: folder,
  bundle: true,
  minify: true,
  write: false,
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "ascii",
  legalComments: "none",
};

async function bundled(entry: string, format?: "iife"): Promise<string> {
  const { outputFiles = [] } = await build({ ...options, ...(format && { format }), entryPoints: [entry] });
  const text = outputFiles[0]?.text.trim() ?? "";
  // The text is inside an element, so it must not contain the element's end.
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${entry} can't stand in a page as it is`);
  return text;
}

async function pageText(): Promise<string> {
  const [script, style] = await Promise.all([
    bundled("browser/main.ts", "iife"),
    bundled("browser/page.css"),
  ]);
  return [
    "/** Written by `npm run generate` from src/map/browser: don't edit. */",
    "",
    `export const script = ${JSON.stringify(script)};`,
    "",
    `export const style = ${JSON.stringify(style)};`,
    "",
  ].join("\n");
}

export async function writeMapPage(): Promise<void> {
  writeFileSync(file, await pageText());
}

export async function isMapPageCurrent(): Promise<boolean> {
  return readFileSync(file, "utf8") === (await pageText());
}
