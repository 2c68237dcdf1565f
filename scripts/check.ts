/**
 * `npm run check`: everything CI does, in one command. Each step runs even if an earlier one failed, so that one run
 * shows all failures. The last line is `N passed, N failed`: tests count one by one, every other step counts as one.
 * The failures are repeated before it, since a reader of a long output sees its end.
 */

import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const reports = resolve(root, ".tmp");

interface Step {
  readonly title: string;
  readonly command: readonly string[];
  /** File name of vitest's report; missing if the step is not a test run. */
  readonly report?: string;
  /** Further arguments of a test run. */
  readonly args?: readonly string[];
}

interface Count {
  readonly passed: number;
  /** One or more lines for each: the test or step, and a test's message. */
  readonly failures: readonly string[];
}

/** `CHECK=all`, as in a release: also what seldom breaks, and is made of what other steps check. */
const checksAll = process.env["CHECK"] === "all";
/**
 * Of these, tests check what can break: links, the modules that an import loads, and how much work types are for the
 * compiler. What measures time has the machine for itself.
 */
const stagesOfRelease: readonly (readonly Step[])[] = [
  [
    { title: "documentation site", command: ["npm", "run", "--silent", "site"] },
    { title: "benchmarks run", command: ["npx", "tsx", "scripts/benchmarks.ts"] },
  ],
  [
    {
      title: "cold import no longer than that of axios",
      command: ["npx", "tsx", "bench/import-time.ts", "--check"],
    },
  ],
  [{ title: "types within their budget", command: ["npx", "tsx", "bench/type-check.ts", "--check"] }],
];

/**
 * The stages run one after the other. The steps of a stage run at the same time, since each alone would leave a
 * processor idle.
 */
const stages: readonly (readonly Step[])[] = [
  [
    { title: "format and lint", command: ["npx", "biome", "ci", "--error-on-warnings", "."] },
    { title: "types", command: ["npm", "run", "--silent", "typecheck"] },
    { title: "generated files are current", command: ["npm", "run", "--silent", "generate:check"] },
    { title: "build", command: ["npm", "run", "--silent", "build"] },
    { title: "demo", command: ["npm", "run", "--silent", "demo"] },
  ],
  [
    { title: "tests", command: ["npm", "test"], report: "tests.json" },
    // These tests mostly wait. If they can't run, they say so and do not count.
    {
      title: "real Docker Engines",
      command: ["npm", "run", "--silent", "test:docker:short"],
      report: "docker.json",
    },
  ],
  [
    {
      title: "the packed tarball",
      command: ["npm", "run", "--silent", "test:tarball"],
      report: "tarball.json",
    },
    {
      title: "examples, docs, types and the map's page",
      command: ["npm", "run", "--silent", "test:programs"],
      report: "programs.json",
      // The compiler's libraries are parsed once. The other steps use the other processor.
      args: ["--maxWorkers=1"],
    },
  ],
  ...(checksAll ? stagesOfRelease : []),
];

await rm(reports, { recursive: true, force: true });
await mkdir(reports, { recursive: true });

let passed = 0;
const failures: string[] = [];
for (const stage of stages) {
  for (const count of await Promise.all(stage.map((step) => run(step, stage.length > 1)))) {
    passed += count.passed;
    failures.push(...count.failures);
  }
}
if (failures.length > 0) console.log(`\n── what failed\n${failures.join("\n")}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;

/**
 * @param isBeside - whether other steps run at the same time: then its output is printed at its end, so that it stays
 * readable
 */
async function run(step: Step, isBeside: boolean): Promise<Count> {
  const started = Date.now();
  const heading = `\n── ${step.title}\n`;
  if (!isBeside) process.stdout.write(heading);
  const { count, printed } = await outcomeOf(step, isBeside);
  if (isBeside) process.stdout.write(heading + printed);
  const outcome = count.failures.length === 0 ? "ok" : "FAILED";
  console.log(`── ${step.title}: ${outcome}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return count;
}

async function outcomeOf(
  { title, command, report, args = [] }: Step,
  isKept: boolean,
): Promise<{ readonly count: Count; readonly printed: string }> {
  if (report === undefined) {
    const { code, printed } = await ended(command, isKept);
    return { count: code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [title] }, printed };
  }
  const file = resolve(reports, report);
  const reporting = ["--", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args];
  const { code, printed } = await ended([...command, ...reporting], isKept);
  return { count: await readReport(title, file, code), printed };
}

interface Ended {
  readonly code: number;
  readonly printed: string;
}

function ended([program = "", ...args]: readonly string[], isKept: boolean): Promise<Ended> {
  return new Promise((done) => {
    const output = isKept ? "pipe" : "inherit";
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", output, output] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    child.once("error", (error) => done({ code: 1, printed: `${printed}${error}\n` }));
    child.once("close", (code) => done({ code: code ?? 1, printed }));
  });
}

interface Report {
  readonly numPassedTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** A run that failed outside of its tests (a file that does not load, no report) counts as one failure. */
async function readReport(title: string, file: string, code: number): Promise<Count> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  const { numPassedTests = 0, testResults = [] } = JSON.parse(text) as Report;
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const path = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && status === "failed") return [`${path}: ${opening(message)}`];
    return failed.map((test) => `${path}: ${test.fullName}\n  ${opening(test.failureMessages?.[0] ?? "")}`);
  });
  const isUnexplained = failures.length === 0 && code !== 0;
  return { passed: numPassedTests, failures: isUnexplained ? [`${title}: ended with ${code}`] : failures };
}

/** The part of a message before the stack. */
function opening(message: string): string {
  return (message.split(/\n\s+at /, 1)[0] ?? "").slice(0, 600);
}
