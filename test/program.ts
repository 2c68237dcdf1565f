/** Programs of the project, run as a user would run them. */

import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";

const root = resolve(import.meta.dirname, "..");

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a TypeScript file to its end.
 *
 * @param env - in place of what this shell has for a grid of its own
 */
export async function runProgram(
  file: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Record<string, string> } = {},
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("INFOBLOX_"));
  const child = spawn(process.execPath, [resolve(root, "node_modules/tsx/dist/cli.mjs"), file, ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const exitCode = new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => done(code));
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exitCode, stdout, stderr };
}
