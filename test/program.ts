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
 * Bundles a TypeScript file with its imports from this project into one JavaScript file, which starts in half the time.
 * A file that uses `import.meta` must be run as it is.
 */
export async function bundled(file: string): Promise<string> {
  const [program = ""] = await bundledTogether([file]);
  return program;
}

/** Like {@link bundled}, for many files: their common modules are bundled and loaded once, in one process. */
async function bundledTogether(files: readonly string[]): Promise<string[]> {
  const outdir = resolve(root, ".tmp/programs", files.length === 1 ? "" : "together");
  await build({
    entryPoints: files.map((file, index) => ({ in: file, out: nameOf(file, index) })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: files.length > 1,
    platform: "node",
    format: "esm",
    packages: "external",
    target: "node20",
    tsconfig: resolve(root, "tsconfig.json"),
    logLevel: "warning",
  });
  return files.map((file, index) => resolve(outdir, `${nameOf(file, index)}.mjs`));
}

function nameOf(file: string, index: number): string {
  return index === 0 ? basename(file, ".ts") : `${index}-${basename(file, ".ts")}`;
}

const turn = "\0turn\n";
/** Imports one program after the other. A program that leaves a server open would never end as a separate process. */
const inTurn = `
  import { pathToFileURL } from "node:url";
  const servers = () => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;
  for (const file of FILES) {
    const before = servers();
    await import(pathToFileURL(file).href).catch((error) => console.error(error));
    for (let turn = 0; turn < 100 && servers() > before; turn += 1) await new Promise(setImmediate);
    if (servers() > before) console.error("It leaves a server open.");
    process.stdout.write(${JSON.stringify(turn)});
    process.stderr.write(${JSON.stringify(turn)});
  }`;

/**
 * Runs TypeScript files to their ends, in turn in one process: most of what a short program takes is its start.
 *
 * @returns the output of each; `undefined` for those that did not run, and for one that ended the process
 */
export async function runInTurn(
  files: readonly string[],
): Promise<ReadonlyMap<string, Pick<Ended, "stdout" | "stderr">>> {
  const programs = await bundledTogether(files);
  const { stdout, stderr } = await ended(
    ["--input-type=module", "-e", inTurn.replace("FILES", JSON.stringify(programs))],
    {},
  );
  const [printed, complaints] = [stdout.split(turn), stderr.split(turn)];
  const done = files.slice(0, printed.length - 1);
  return new Map(
    done.map((file, index) => [file, { stdout: printed[index] ?? "", stderr: complaints[index] ?? "" }]),
  );
}

/**
 * Runs a TypeScript file, or one of JavaScript, to its end.
 *
 * @param env - replaces this shell's variables about a grid
 */
export async function runProgram(
  file: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Record<string, string> } = {},
): Promise<Ended> {
  const runner = file.endsWith(".ts") ? [resolve(root, "node_modules/tsx/dist/cli.mjs")] : [];
  return ended([...runner, file, ...args], env);
}

async function ended(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("INFOBLOX_"));
  const child = spawn(process.execPath, args, {
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
