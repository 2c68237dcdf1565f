/** The programs of README.md, as they stand. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

export const readme = await readFile(resolve(import.meta.dirname, "../../README.md"), "utf8");

/** Each step of the list, by the heading that its program stands under, and what the program prints. */
export const steps = [
  { heading: "infoblox-ipam", does: "imports in ES modules", prints: "web-1.example.com has 10.0.0.1" },
  { heading: "Import it", does: "imports in CommonJS", prints: "10.0.0.1" },
  { heading: "Connect to your grid", does: "connects with a private CA", prints: "network: '10.0.0.0/24'" },
  { heading: "Take an address, once", does: "repeats a request id", prints: "true true false" },
  { heading: "Read more than a thousand objects", does: "iterates", prints: "2500" },
  { heading: "Catch what goes wrong", does: "catches PoolExhaustedError", prints: "all full:" },
  { heading: "Test your own code", does: "tests with FakeGrid", prints: "all is well" },
  { heading: "See what it does", does: "logs", prints: "POST /wapi/v2.14/request: 201" },
];

/** The programs under a heading, with the ending of file that Node runs them by. */
export function programsUnder(heading: string) {
  const section = readme.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```(ts|js) run\n([\s\S]*?)^```$/gm)].map(([, language, code = ""]) => ({
    code,
    ending: language === "js" ? "cjs" : "mjs",
  }));
}
