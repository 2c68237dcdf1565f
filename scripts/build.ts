/** `npm run build`: src → dist/esm and dist/cjs, JavaScript by tsup, declarations by tsc. */

import { execFile } from "node:child_process";
import { chmod, cp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "tsup";

const root = resolve(import.meta.dirname, "..");
const esm = resolve(root, "dist/esm");
const cjs = resolve(root, "dist/cjs");

await rm(resolve(root, "dist"), { recursive: true, force: true });
await Promise.all([build({ config: resolve(root, "tsup.config.ts") }), writeDeclarations()]);
await pairDeclarations();
await writeFile(resolve(cjs, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
await chmod(resolve(esm, "cli/main.js"), 0o755);

async function writeDeclarations(): Promise<void> {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  try {
    await promisify(execFile)(process.execPath, [tsc, "-p", resolve(root, "tsconfig.build.json")]);
  } catch (error) {
    const { stdout = "" } = error as { stdout?: string };
    throw new Error(`tsc found errors:\n${stdout}`, { cause: error });
  }
}

/** The same text serves both trees: the nearest package.json tells TypeScript which format it describes. */
async function pairDeclarations(): Promise<void> {
  const commandLine = resolve(esm, "cli");
  await cp(esm, cjs, {
    recursive: true,
    filter: (source) =>
      source !== commandLine && dirname(source) !== commandLine && !/\.js(\.map)?$/.test(source),
  });
}
