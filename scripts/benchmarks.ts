/**
 * Runs every benchmark with little work (`--short`) to show that it still runs. Benchmarks without their requirements
 * (Chromium, Flask) say so. Other programs run beside them, so the figures mean nothing.
 */

import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";

const folder = resolve(import.meta.dirname, "../bench");
/** Files that are no benchmarks, and benchmarks that `npm run check` runs in full. */
const others = ["grid-process.ts", "short.ts", "import-time.ts", "type-check.ts"];

const files = (await readdir(folder)).filter((file) => file.endsWith(".ts") && !others.includes(file));
const failed: string[] = [];
for (const file of files) {
  const started = performance.now();
  const { ok, printed } = await run(file);
  if (!ok) failed.push(file);
  const took = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`── ${file}: ${ok ? "ok" : "FAILED"}, ${took} s\n${printed}`);
}
if (failed.length > 0) throw new Error(`these benchmarks fail: ${failed.join(", ")}`);
console.log(`${files.length} benchmarks run`);

async function run(file: string): Promise<{ readonly ok: boolean; readonly printed: string }> {
  const args = ["--import", "tsx", "--expose-gc", resolve(folder, file), "--short"];
  return promisify(execFile)(process.execPath, args, { cwd: resolve(folder, ".."), timeout: 120_000 }).then(
    ({ stdout, stderr }) => ({ ok: true, printed: stdout + stderr }),
    ({ message, stdout, stderr }) => ({ ok: false, printed: `${message}\n${stdout}${stderr}` }),
  );
}
