/** Small TypeScript projects beside the installed tarball, one per compiler, module format and resolution. */

import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const consumer = inject("consumer");

/** The oldest TypeScript that is supported, the newest, and those between. */
const compilers = {
  "5.4": join(consumer, "node_modules/typescript-5.4/bin/tsc"),
  "5.9": join(consumer, "node_modules/typescript-5.9/bin/tsc"),
  "6.0": resolve(root, "node_modules/typescript/bin/tsc"),
  "7.0": resolve(root, "node_modules/typescript-7.0/bin/tsc"),
};

export type TypeScriptVersion = keyof typeof compilers;
export type Format = "module" | "commonjs";
export type Resolution = "node16" | "nodenext" | "bundler";

export const typeScriptVersions = Object.keys(compilers) as TypeScriptVersion[];
/** The oldest and the newest. */
export const outermostVersions = typeScriptVersions.filter(
  (_, index, { length }) => index === 0 || index === length - 1,
);

export interface Project {
  readonly version: TypeScriptVersion;
  readonly format: Format;
  readonly resolution: Resolution;
}

/** An empty folder whose package.json says which format its files have. */
export async function makeFolder(name: string, format: Format): Promise<string> {
  const folder = join(consumer, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: format }));
  return folder;
}

/**
 * Compiles all of a folder into its `out`.
 *
 * @throws Error with what the compiler said
 */
export async function compile(
  folder: string,
  { version, resolution }: Project,
  compilerOptions: Readonly<Record<string, unknown>>,
): Promise<void> {
  const options = {
    ...moduleOptions(resolution),
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    strict: true,
    exactOptionalPropertyTypes: true,
    types: ["node"],
    typeRoots: [resolve(root, "node_modules/@types")],
    outDir: "out",
    rootDir: ".",
    ...compilerOptions,
  };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, include: ["*.ts"] }),
  );
  await run(process.execPath, [compilers[version], "-p", folder]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}

/** The files that a program gets its declarations from. */
export function resolveTypes(
  { version, format, resolution }: Project,
  names: readonly string[],
): (string | undefined)[] {
  const ts = createRequire(import.meta.url)(
    join(compilers[version], "../../lib/typescript.js"),
  ) as typeof import("typescript");
  const { options } = ts.convertCompilerOptionsFromJson(moduleOptions(resolution), consumer);
  const mode = format === "module" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
  const program = join(consumer, "main.ts");
  return names.map(
    (name) =>
      ts.resolveModuleName(name, program, options, ts.sys, undefined, undefined, mode).resolvedModule
        ?.resolvedFileName,
  );
}

function moduleOptions(resolution: Resolution): { module: string; moduleResolution: string } {
  return { module: resolution === "bundler" ? "esnext" : resolution, moduleResolution: resolution };
}
