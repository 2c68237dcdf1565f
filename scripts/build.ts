/** `npm run build`: src → dist/esm and dist/cjs, JavaScript by tsup, declarations by tsc. */

import { execFile } from "node:child_process";
import { chmod, cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "tsup";

const root = resolve(import.meta.dirname, "..");
const esm = resolve(root, "dist/esm");
const cjs = resolve(root, "dist/cjs");

await rm(resolve(root, "dist"), { recursive: true, force: true });
await Promise.all([build({ config: resolve(root, "tsup.config.ts") }), writeDeclarations()]);
await Promise.all([leaveOutUnreached(esm, ".d.ts"), leaveOutUnreached(cjs, ".js")]);
await pairDeclarations();
await writeFile(resolve(cjs, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
await chmod(resolve(esm, "cli/main.js"), 0o755);

async function writeDeclarations(): Promise<void> {
  // It writes what the older compiler writes, in a third of the time.
  const tsc = resolve(root, "node_modules/typescript-7.0/bin/tsc");
  try {
    // `npm run typecheck` checks them, in less time.
    await promisify(execFile)(process.execPath, [
      tsc,
      "--noCheck",
      "-p",
      resolve(root, "tsconfig.build.json"),
    ]);
  } catch (error) {
    const { stdout = "" } = error as { stdout?: string };
    throw new Error(`tsc found errors:\n${stdout}`, { cause: error });
  }
}

/** Removes declarations that no entry reaches, which are two of three, and modules without code. */
async function leaveOutUnreached(tree: string, ending: ".js" | ".d.ts"): Promise<void> {
  const queue = ["", "grid", "docker", "opentelemetry"].map((folder) =>
    resolve(tree, folder, `index${ending}`),
  );
  const reached = new Set<string>();
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const text = await readFile(file, "utf8");
    for (const [, name = ""] of text.matchAll(/(?:\bfrom |\b(?:import|require)\()"(\.[^"]+)\.js"/g))
      queue.push(resolve(dirname(file), name + ending));
  }
  for (const file of await readdir(tree, { recursive: true })) {
    const path = resolve(tree, file);
    if (path.endsWith(ending) && !reached.has(path)) await rm(path);
  }
}

/** Copies the declarations to both trees: the nearest package.json tells TypeScript their format. */
async function pairDeclarations(): Promise<void> {
  const commandLine = resolve(esm, "cli");
  await cp(esm, cjs, {
    recursive: true,
    filter: (source) =>
      source !== commandLine && dirname(source) !== commandLine && !/\.js(\.map)?$/.test(source),
  });
}
