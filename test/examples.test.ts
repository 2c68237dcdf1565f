/**
 * The examples run; the code in README.md and docs/ compiles, and where a block is marked `ts run`, runs.
 *
 * A block sees the imports of the blocks above it on its page, and the names that documentation takes for granted
 * (`wapi`, `ipam`, `grid` …), which are declared below.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { bundled, runInTurn, runProgram } from "./program.js";

const root = resolve(import.meta.dirname, "..");
const folder = resolve(root, ".tmp/documentation");

/** Programs that are tests themselves, or that stand before the sockets of their process. */
const needsAProcess = /"node:test"|FakeGrid\.intercept\(/;

/** A test for each program that it runs, without arguments. */
function theyRun(
  programs: readonly { readonly place: string; readonly file: string; readonly code: string }[],
): void {
  const [own, shared] = [true, false].map((isOwn) =>
    programs.filter(({ code }) => needsAProcess.test(code) === isOwn),
  );
  let printed: Awaited<ReturnType<typeof runInTurn>>;
  beforeAll(async () => {
    printed = await runInTurn((shared ?? []).map(({ file }) => file));
  });

  it.each(shared ?? [])("$place runs", ({ file }) => {
    expect(printed.get(file)).toEqual({ stdout: expect.stringMatching(/./), stderr: "" });
  });

  it.each(own ?? [])("$place runs", async ({ file }) => {
    const { exitCode, stdout, stderr } = await runProgram(await bundled(file));
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).not.toBe("");
  });
}

describe("examples", () => {
  const names = readdirSync(resolve(root, "examples"), { recursive: true, encoding: "utf8" });
  const files = names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ place: name, file: resolve(root, "examples", name) }));
  theyRun(files.map((example) => ({ ...example, code: readFileSync(example.file, "utf8") })));
});

/** What documentation may use without declaring it. */
const takenForGranted: Readonly<Record<string, string>> = {
  wapi: `declare const wapi: import("infoblox-ipam").WapiClient;`,
  ipam: `declare const ipam: import("infoblox-ipam").Ipam;`,
  grid: `declare const grid: import("infoblox-ipam/testing").FakeGrid;`,
  subnet: `declare const subnet: import("infoblox-ipam").Subnet;`,
  signal: "declare const signal: AbortSignal;",
};

interface Block {
  /** Page and line, e.g. `docs/security.md:12`. */
  readonly place: string;
  readonly file: string;
  readonly code: string;
  readonly runs: boolean;
}

function pages(): string[] {
  const docs = readdirSync(resolve(root, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    ...docs
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name))
      .sort(),
  ];
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(resolve(root, page), "utf8");
  const imports: string[] = [];
  return [...text.matchAll(/^```ts( run)?\n([\s\S]*?)^```$/gm)].map(([, runs, code = ""], index) => {
    const line = text.slice(0, text.indexOf(code)).split("\n").length;
    const block = {
      place: `${page}:${line}`,
      file: join(folder, `${page.replace(/\W/g, "-")}-${index}.ts`),
      code: runs ? code : inContext(code, imports),
      runs: runs !== undefined,
    };
    imports.push(...(code.match(/^import .*;$/gm) ?? []));
    return block;
  });
}

/** The block as a module of its own: with the imports from above, and what is taken for granted. */
function inContext(code: string, imports: readonly string[]): string {
  const own = code.match(/^import .*;$/gm)?.join("\n") ?? "";
  const names = (line: string) => [...line.matchAll(/(?:type )?\w+(?=\s*[,}])/g)].map(([name]) => name);
  const missing = imports.flatMap((line) =>
    names(line)
      .filter(
        (name) => !names(own).includes(name) && new RegExp(`\\b${name.replace("type ", "")}\\b`).test(code),
      )
      .map((name) => `import { ${name} } from ${line.slice(line.indexOf('"'))}`),
  );
  const declared = (name: string) =>
    new RegExp(`\\b(const|let|using|async|function)\\s+(\\{[^}]*)?${name}\\b`).test(code);
  const granted = Object.entries(takenForGranted)
    .filter(([name]) => new RegExp(`(?<![.\\w"])${name}\\b(?!:)`).test(code) && !declared(name))
    .map(([, declaration]) => declaration);
  return [...new Set(missing), ...granted, code, "export {};"].join("\n");
}

const blocks = pages().flatMap(blocksOf);

describe("the code in README.md and docs/", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { file, code } of blocks) writeFileSync(file, code);
  });

  it("compiles", () => {
    const { config } = ts.readConfigFile(resolve(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const program = ts.createProgram(
      blocks.map(({ file }) => file),
      { ...options, noUnusedLocals: false, noUnusedParameters: false },
    );
    // The blocks alone: the types of all sources are looked at by `npm run check` already.
    const problems = blocks
      .flatMap(({ file }) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
      .map(({ file, start = 0, messageText }) => {
        const block = blocks.find((candidate) => candidate.file === file?.fileName);
        const line = file?.text.slice(0, start).split("\n").length ?? 1;
        const source = file?.text.split("\n")[line - 1]?.trim();
        return `${block?.place} “${source}”: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      });
    expect(problems).toEqual([]);
  });

  theyRun(blocks.filter(({ runs }) => runs));

  it("is there at all: the README begins with a program that runs", () => {
    const first = blocks[0];
    expect(first && relative(root, first.place)).toMatch(/README\.md/);
    expect(first?.runs).toBe(true);
  });
});
