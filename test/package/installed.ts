/** The command as a user has it: installed from the tarball, and a grid of its own to work with. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";

export const run = promisify(execFile);
/** The folder that it is installed in, and runs in. */
export const consumer = inject("consumer");
export const executable = join(consumer, "node_modules/.bin/infoblox-ipam");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a command that keeps running, and waits until it has printed this. The caller ends it. */
export async function started(
  args: readonly string[],
  pattern: RegExp,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ running: ChildProcess; found: RegExpExecArray }> {
  const running = spawn(executable, args, { cwd: consumer, env, stdio: "pipe" });
  let printed = "";
  let told = "";
  running.stderr.on("data", (chunk: Buffer) => (told += chunk));
  const found = await new Promise<RegExpExecArray>((done, failed) => {
    running.once("exit", (code) => failed(new Error(`${args[0]} ended with ${code}: ${printed}${told}`)));
    running.stdout.on("data", (chunk: Buffer) => {
      printed += chunk;
      const found = pattern.exec(printed);
      if (found) done(found);
    });
  });
  return { running, found };
}

/** The installed command's grid, and where it listens. */
export async function startGrid(...args: string[]): Promise<{ grid: ChildProcess; url: string }> {
  const { running, found } = await started(
    ["grid", "--port", "0", "--http", ...args],
    /http:\/\/127\.0\.0\.1:\d+/,
  );
  return { grid: running, url: found[0] };
}

/** Runs to the end, as the administrator of the grid at `url`. */
export function commandFor(url: string, more: NodeJS.ProcessEnv = {}) {
  const env = {
    ...process.env,
    INFOBLOX_URL: url,
    INFOBLOX_ALLOW_INSECURE_HTTP: "true",
    INFOBLOX_USERNAME: "admin",
    INFOBLOX_PASSWORD: "infoblox",
    ...more,
  };
  const ended = (...args: readonly string[]): Promise<Ended> =>
    run(executable, args, { cwd: consumer, env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
    );
  const json = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await ended(...args, "--json");
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as unknown;
  };
  const inTurn = async (commands: readonly (readonly string[])[]): Promise<Ended[]> => {
    const running = run(process.execPath, [join(import.meta.dirname, "consumers/commands-in-turn.mjs")], {
      cwd: consumer,
      env,
    });
    running.child.stdin?.end(JSON.stringify({ executable: await realpath(executable), commands }));
    return JSON.parse((await running).stdout) as Ended[];
  };
  return { ended, json, inTurn };
}
