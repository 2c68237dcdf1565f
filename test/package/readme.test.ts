/** The first minute of a new user, from README.md alone: its programs as they stand, beside the installed tarball. */

import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";

const run = promisify(execFile);
const readme = await readFile(resolve(import.meta.dirname, "../../README.md"), "utf8");
const folder = join(inject("consumer"), "readme");

/** Each step of the list, by the heading that its program stands under, and what the program prints. */
const steps = [
  { heading: "infoblox-ipam", does: "imports in ES modules", prints: "web-1.example.com has 10.0.0.1" },
  { heading: "Import it", does: "imports in CommonJS", prints: "10.0.0.1" },
  { heading: "Connect to your grid", does: "connects with a private CA", prints: "network: '10.0.0.0/24'" },
  { heading: "Take an address, once", does: "repeats a request id", prints: "true true false" },
  { heading: "Read more than a thousand objects", does: "iterates", prints: "2500" },
  { heading: "Catch what goes wrong", does: "catches PoolExhaustedError", prints: "all full:" },
  { heading: "Test your own code", does: "tests with FakeGrid", prints: "all is well" },
  { heading: "See what it does", does: "logs", prints: "POST /wapi/v2.14/record:host: 201" },
];

/** FakeGrid's password, plain and as basic authentication sends it, and the fields that it could be in. */
const secrets = /password|authorization|cookie|\binfoblox\b(?!-ipam)|YWRtaW46aW5mb2Jsb3/i;

/** The programs under a heading, with the ending of file that Node runs them by. */
function programsUnder(heading: string) {
  const section = readme.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```(ts|js) run\n([\s\S]*?)^```$/gm)].map(([, language, code = ""]) => ({
    code,
    ending: language === "js" ? "cjs" : "mjs",
  }));
}

describe("README.md", () => {
  it.each(steps)("$does: the program under “$heading”, as plain JavaScript", async ({ heading, prints }) => {
    const [program, ...others] = programsUnder(heading);
    if (program === undefined) throw new Error(`No program stands under “${heading}”.`);
    expect(others).toEqual([]);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${heading.replaceAll(/\W+/g, "-")}.${program.ending}`);
    await writeFile(file, program.code);
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
    expect(stdout).toContain(prints);
    expect(stdout + stderr).not.toMatch(secrets);
  });

  it("has no program that this list doesn't name", () => {
    const all = readme.match(/^```(ts|js) run$/gm) ?? [];
    expect(all).toHaveLength(steps.length);
  });
});
