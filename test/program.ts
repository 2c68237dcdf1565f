/** Programs of the project, run as a user would run them. */

import { spawn } from "node:child_process";
import { basename, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A TypeScript file and what it needs of this project as one file of JavaScript, which starts in half the time. What asks
 * where it stands (`import.meta`) must be run as it is.
 */
export async function bundled(file: string): Promise<string> {
  const outfile = resolve(root, ".tmp/programs", `${basename(file, ".ts")}.mjs`);
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    target: "node20",
    tsconfig: resolve(root, "tsconfig.json"),
    logLevel: "warning",
  });
  return outfile;
}

/**
 * Runs a TypeScript file, or one of JavaScript, to its end.
 *
 * @param env - in place of what this shell has for a grid of its own
 */
export async function runProgram(
  file: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Record<string, string> } = {},
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("INFOBLOX_"));
  const runner = file.endsWith(".ts") ? [resolve(root, "node_modules/tsx/dist/cli.mjs")] : [];
  const child = spawn(process.execPath, [...runner, file, ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 300_000,
  });
  const exitCode = new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => done(code));
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exitCode, stdout, stderr };
}
