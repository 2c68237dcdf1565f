/**
 * How long a cold import of the root entry takes, beyond starting Node: median of several fresh processes.
 *
 *   npm run build && npx tsx bench/import-time.ts [--check] [--short]      --check fails above the budget
 */

import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { sized } from "./short.js";

const budget = 150;
const rounds = sized(15, 1);
const run = promisify(execFile);
const dist = resolve(import.meta.dirname, "../dist");

/** Measured inside the fresh process, so that the start of Node itself isn't counted. */
async function coldImport(entry: string, format: "module" | "commonjs"): Promise<number> {
  const load =
    format === "module"
      ? `await import(${JSON.stringify(pathToFileURL(entry).href)})`
      : `require(${JSON.stringify(entry)})`;
  const code = `const started = performance.now(); ${load}; console.log(performance.now() - started);`;
  const { stdout } = await run(process.execPath, [`--input-type=${format}`, "-e", code]);
  return Number(stdout);
}

async function medianOf(entry: string, format: "module" | "commonjs"): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await coldImport(resolve(dist, entry), format));
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

const root = await medianOf("esm/index.js", "module");
console.log(`infoblox-ipam (import):          ${root.toFixed(0)} ms   budget ${budget} ms`);
console.log(`infoblox-ipam (require, cjs):    ${(await medianOf("cjs/index.js", "commonjs")).toFixed(0)} ms`);
console.log(
  `infoblox-ipam/testing (import):  ${(await medianOf("esm/grid/index.js", "module")).toFixed(0)} ms`,
);

if (process.argv.includes("--check") && !(root < budget)) {
  console.error(`The root entry takes longer than ${budget} ms to import.`);
  process.exitCode = 1;
}
