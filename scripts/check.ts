/**
 * `npm run check`: everything CI does, in one command. Each step runs even when an earlier one failed, so that one
 * run shows all there is to mend. The last line is `N passed, N failed`: tests count singly, every other step as one.
 */

import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const reports = resolve(root, ".tmp");

interface Step {
  readonly title: string;
  readonly command: readonly string[];
  /** File name of the report that vitest writes; absent where the step is not a test run. */
  readonly report?: string;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const steps: readonly Step[] = [
  { title: "format and lint", command: ["npx", "biome", "ci", "--error-on-warnings", "."] },
  { title: "types", command: ["npx", "tsc", "--noEmit", "-p", "."] },
  { title: "types in the browser", command: ["npx", "tsc", "--noEmit", "-p", "src/map/browser"] },
  { title: "generated files are current", command: ["npm", "run", "--silent", "generate:check"] },
  { title: "tests", command: ["npm", "test"], report: "tests.json" },
  { title: "build", command: ["npm", "run", "--silent", "build"] },
  {
    title: "the packed tarball",
    command: ["npm", "run", "--silent", "test:tarball"],
    report: "tarball.json",
  },
  { title: "documentation site", command: ["npm", "run", "--silent", "site"] },
  // Where they can't run, they say so and count for nothing.
  {
    title: "real Docker Engines",
    command: ["npm", "run", "--silent", "test:docker"],
    report: "docker.json",
  },
  { title: "demo", command: ["npm", "run", "--silent", "demo"] },
  { title: "cold import within its budget", command: ["npx", "tsx", "bench/import-time.ts", "--check"] },
  { title: "types within their budget", command: ["npx", "tsx", "bench/type-check.ts", "--check"] },
];

await rm(reports, { recursive: true, force: true });
await mkdir(reports, { recursive: true });

let passed = 0;
let failed = 0;
for (const step of steps) {
  const started = Date.now();
  console.log(`\n── ${step.title}`);
  const count = await run(step);
  passed += count.passed;
  failed += count.failed;
  const outcome = count.failed === 0 ? "ok" : "FAILED";
  console.log(`── ${step.title}: ${outcome}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function run({ command, report }: Step): Promise<Count> {
  if (report === undefined) {
    return (await exitCode(command)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
  const file = resolve(reports, report);
  const code = await exitCode([
    ...command,
    "--",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  return readReport(file, code);
}

function exitCode([program = "", ...args]: readonly string[]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", (error) => {
      console.error(error);
      done(1);
    });
    child.once("close", (code) => done(code ?? 1));
  });
}

/** A run that broke before it could count (a file that doesn't load, no report) counts as one failure. */
async function readReport(file: string, code: number): Promise<Count> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  const { numPassedTests = 0, numFailedTests = 0 } = JSON.parse(text) as {
    numPassedTests?: number;
    numFailedTests?: number;
  };
  const broke = numFailedTests === 0 && code !== 0 ? 1 : 0;
  return { passed: numPassedTests, failed: numFailedTests + broke };
}
