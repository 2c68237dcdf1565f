/**
 * The programs of a user, bundled into one file by each common bundler as its manual says, with nothing done for this
 * package. Not each check waits for others than esbuild.
 */

import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { install } from "./tarball.js";
import { isWhole } from "./whole.js";

const run = promisify(execFile);
const programs = resolve(import.meta.dirname, "consumers");
const expected = { subnet: "10.0.0.0/25", ip: "10.0.0.1", full: true };

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-bundlers-"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "bundled", private: true }));
  const bundlers = [
    "rollup@4",
    "@rollup/plugin-node-resolve@16",
    "@rollup/plugin-commonjs@29",
    "@rollup/plugin-json@6",
    "webpack@5",
    "@vercel/ncc@0.38",
  ];
  await run("npm", [...install, inject("tarball"), ...(isWhole ? bundlers : [])], { cwd: folder });
  for (const name of ["module.mjs", "commonjs.cjs"]) await copyFile(join(programs, name), join(folder, name));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the bundle prints where the packages that it was made of are not beside it. */
async function outputOf(...path: string[]): Promise<unknown> {
  const elsewhere = await mkdtemp(join(tmpdir(), "infoblox-ipam-bundle-"));
  await run("cp", ["-r", `${join(folder, ...path.slice(0, 1))}/.`, elsewhere]);
  const { stdout } = await run(process.execPath, [join(elsewhere, ...path.slice(1))], { cwd: elsewhere });
  await rm(elsewhere, { recursive: true });
  return JSON.parse(stdout);
}

describe("esbuild", () => {
  const made: readonly (readonly [string, string, BuildOptions])[] = [
    ["ES modules", "module.mjs", { format: "esm" }],
    ["ES modules, minified", "module.mjs", { format: "esm", minify: true }],
    ["ES modules in several files", "module.mjs", { format: "esm", splitting: true }],
    ["CommonJS", "commonjs.cjs", { format: "cjs" }],
    ["CommonJS from ES modules", "module.mjs", { format: "cjs" }],
  ];

  it.each(made)("makes %s that run, without a warning", async (title, entry, options) => {
    const outdir = title.replace(/\W+/g, "-");
    const extension = options.format === "esm" ? ".mjs" : ".cjs";
    const { warnings } = await build({
      absWorkingDir: folder,
      entryPoints: { main: entry },
      outdir,
      bundle: true,
      platform: "node",
      external: ["nock"],
      outExtension: { ".js": extension },
      logLevel: "silent",
      ...options,
    });
    expect(warnings).toEqual([]);
    expect(await outputOf(outdir, `main${extension}`)).toEqual(expected);
  });
});

it.runIf(isWhole)("rollup makes ES modules that run", async () => {
  const config = `
    import resolve from "@rollup/plugin-node-resolve";
    import commonjs from "@rollup/plugin-commonjs";
    import json from "@rollup/plugin-json";
    export default {
      input: "module.mjs",
      external: ["nock"],
      output: { dir: "rollup", format: "es", entryFileNames: "[name].mjs", chunkFileNames: "[name].mjs" },
      plugins: [resolve({ exportConditions: ["node"], preferBuiltins: true }), commonjs(), json()],
    };`;
  await writeFile(join(folder, "rollup.config.mjs"), config);
  await run("npx", ["--no-install", "rollup", "-c", "--silent"], { cwd: folder });
  expect(await outputOf("rollup", "module.mjs")).toEqual(expected);
});

const webpackFormats = [
  ["CommonJS, minified", "main.cjs", { externals: { nock: "commonjs nock" } }, {}],
  [
    "ES modules",
    "main.mjs",
    {
      externals: { nock: "module nock" },
      experiments: { outputModule: true },
      optimization: { minimize: false },
    },
    { module: true, chunkFormat: "module" },
  ],
] as const;

it.each(isWhole ? webpackFormats : [])(
  "webpack makes %s that run",
  async (_format, filename, options, output) => {
    const config = {
      mode: "production",
      target: "node20",
      entry: "./module.mjs",
      ...options,
      output: { path: join(folder, `webpack-${filename}`), filename, ...output },
    };
    const script = `
    const webpack = require("webpack");
    webpack(${JSON.stringify(config)}, (error, stats) => {
      if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
    });`;
    await writeFile(join(folder, "webpack.cjs"), script);
    await run(process.execPath, ["webpack.cjs"], { cwd: folder });
    expect(await outputOf(`webpack-${filename}`, filename)).toEqual(expected);
  },
);

const nccFormats = [
  ["ES modules", "module.mjs", "index.mjs"],
  ["CommonJS", "commonjs.cjs", "index.cjs"],
] as const;

it.each(isWhole ? nccFormats : [])("ncc makes %s that run", async (_format, entry, main) => {
  await mkdir(join(folder, `ncc-${main}`), { recursive: true });
  const args = ["--no-install", "ncc", "build", entry, "-o", `ncc-${main}`, "-e", "nock", "--no-cache", "-q"];
  await run("npx", args, { cwd: folder });
  expect(await outputOf(`ncc-${main}`, main)).toEqual(expected);
});
