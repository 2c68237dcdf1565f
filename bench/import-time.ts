/**
 * Measures how long a cold import takes without the start of Node: each in a fresh process, in turn, median of several
 * rounds. The budget is the time of axios alone, since machines differ: the root entry should not take longer.
 *
 *   npm run build && npx tsx bench/import-time.ts [--check]      --check fails where the root entry takes longer than axios
 */

import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const isCheck = process.argv.includes("--check");
const rounds = 15;
const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const built = (file: string) => pathToFileURL(resolve(root, "dist", file)).href;

interface Load {
  readonly name: string;
  readonly format: "module" | "commonjs";
  readonly code: string;
}

const ours: Load = {
  name: "infoblox-ipam (import)",
  format: "module",
  code: `await import(${JSON.stringify(built("esm/index.js"))})`,
};
const axios: Load = { name: "axios alone (import)", format: "module", code: `await import("axios")` };
const loads: readonly Load[] = [
  ours,
  axios,
  {
    name: "infoblox-ipam (CommonJS tree)",
    format: "commonjs",
    code: `require(${JSON.stringify(resolve(root, "dist/cjs/index.js"))})`,
  },
  {
    name: "infoblox-ipam/testing (import)",
    format: "module",
    code: `await import(${JSON.stringify(built("esm/grid/index.js"))})`,
  },
];

/** Measured inside the fresh process, so that the start of Node itself does not count. */
async function coldStart({ format, code }: Load): Promise<number> {
  const timed = `const started = performance.now(); ${code}; console.log(performance.now() - started);`;
  const { stdout } = await run(process.execPath, [`--input-type=${format}`, "-e", timed], { cwd: root });
  return Number(stdout);
}

// The check compares two of them.
const measuredLoads = isCheck ? [ours, axios] : loads;
const times = new Map<Load, number[]>(measuredLoads.map((load) => [load, []]));
for (let round = 0; round < rounds; round++) {
  for (const [load, measured] of times) measured.push(await coldStart(load));
}
const medianOf = (load: Load) =>
  times.get(load)?.sort((one, other) => one - other)[Math.floor(rounds / 2)] ?? Number.NaN;

for (const load of measuredLoads)
  console.log(`${load.name.padEnd(32)}${medianOf(load).toFixed(0).padStart(5)} ms`);
if (isCheck && !(medianOf(ours) <= medianOf(axios))) {
  console.error("The root entry takes longer to import than axios alone.");
  process.exitCode = 1;
}
