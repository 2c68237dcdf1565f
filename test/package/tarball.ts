/** Before the package tests: packs the project as it would be published, and installs it in an empty folder. */

import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

export const install = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
/** Those that the project doesn't use itself. */
const olderCompilers = ["typescript-5.4@npm:typescript@5.4.5", "typescript-5.9@npm:typescript@5.9.3"];

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the packed tarball. */
    tarball: string;
    /** A folder outside the project whose node_modules holds the tarball and its dependencies. */
    consumer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const consumer = await realpath(await mkdtemp(join(tmpdir(), "infoblox-ipam-")));
  const tarball = await pack(consumer);
  await writeFile(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  await run("npm", [...install, tarball, ...olderCompilers], { cwd: consumer });
  project.provide("tarball", tarball);
  project.provide("consumer", consumer);
  return () => rm(consumer, { recursive: true, force: true });
}

async function pack(into: string): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", into], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (!packed) throw new Error(`npm pack made nothing: ${stdout}`);
  return join(into, packed.filename);
}
