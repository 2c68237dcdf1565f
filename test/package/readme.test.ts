/** The first minute of a new user, from README.md alone: its programs as they stand, beside the installed tarball. */

import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { programsUnder, readme, steps } from "./readme-programs.js";

const run = promisify(execFile);
const folder = join(inject("consumer"), "readme");

/** FakeGrid's password, plain and as basic authentication sends it, and the fields that it could be in. */
const secrets = /password|authorization|cookie|\binfoblox\b(?!-ipam)|YWRtaW46aW5mb2Jsb3/i;

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
