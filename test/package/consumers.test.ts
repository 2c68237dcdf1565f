import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { describe, expect, inject, it } from "vitest";
import { compile, makeFolder, outermostVersions, type Project, typeScriptVersions } from "./projects.js";
import { install } from "./tarball.js";
import { isWhole } from "./whole.js";

const run = promisify(execFile);
const programs = resolve(import.meta.dirname, "consumers");
const consumer = inject("consumer");

const expected = { subnet: "10.0.0.0/25", ip: "10.0.0.1", full: true };

async function output(file: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [file], { cwd: consumer });
  return JSON.parse(stdout);
}

describe("plain JavaScript", () => {
  it.each(["module.mjs", "commonjs.cjs"])("%s takes a subnet and an address", async (name) => {
    const file = join(consumer, name);
    await copyFile(join(programs, name), file);
    expect(await output(file)).toEqual(expected);
  });
});

describe.runIf(isWhole)("a user's own tests", { timeout: 300_000 }, () => {
  it("pass under Jest, which takes the CommonJS tree and has no `import()`", async () => {
    const folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-jest-"));
    await copyFile(join(programs, "jest.test.cjs"), join(folder, "own.test.cjs"));
    const jest = { testMatch: ["**/own.test.cjs"], testTimeout: 120_000 };
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ name: "jest-consumer", private: true, jest }),
    );
    await run("npm", [...install, inject("tarball"), "jest@30", "nock@14"], { cwd: folder });
    const { stderr } = await run("npx", ["--no-install", "jest", "--forceExit"], { cwd: folder });
    expect(stderr).toMatch(/^Tests: +4 passed, 4 total$/m);
    await rm(folder, { recursive: true });
  });
});

describe("TypeScript", { timeout: 300_000 }, () => {
  /**
   * Compiles the program, and names what came out. All declarations are checked with it by the newest compiler, and once by
   * each other, since both formats hold one text.
   */
  async function compileProgram(project: Project): Promise<string> {
    const { version, format, resolution } = project;
    const folder = await makeFolder(`program-${version}-${format}-${resolution}`, format);
    await copyFile(join(programs, "typescript.ts"), join(folder, "main.ts"));
    const isCheckedElsewhere =
      version !== typeScriptVersions.at(-1) && (format === "commonjs" || resolution === "bundler");
    await compile(folder, project, { skipLibCheck: isCheckedElsewhere });
    return join(folder, "out/main.js");
  }

  const newest = typeScriptVersions.at(-1);
  // Both formats hold one text, and under node16 a project gets the same: types.test.ts. What the oldest and the newest take,
  // those between take.
  const projects = (isWhole ? typeScriptVersions : outermostVersions).flatMap((version) =>
    (isWhole || version === newest ? (["module", "commonjs"] as const) : (["module"] as const)).map(
      (format): Project => ({ version, format, resolution: "nodenext" }),
    ),
  );

  it.concurrent.each(projects)(
    "$version compiles a $format project under $resolution, and it runs",
    async (project) => {
      expect(await output(await compileProgram(project))).toEqual(expected);
    },
  );

  it.concurrent.each(typeScriptVersions.slice(isWhole ? 0 : -1))(
    "%s compiles under bundler, and the bundle runs",
    async (version) => {
      const file = await compileProgram({ version, format: "module", resolution: "bundler" });
      const bundle = file.replace("main.js", "bundle.mjs");
      await build({
        entryPoints: [file],
        outfile: bundle,
        bundle: true,
        platform: "node",
        format: "esm",
        external: ["nock"],
      });
      expect(await output(bundle)).toEqual(expected);
    },
  );
});
