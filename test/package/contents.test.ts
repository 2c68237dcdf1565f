import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, it } from "vitest";
import { problemsOf, readRelease } from "../../scripts/release.js";
import { isWhole } from "./whole.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const tarball = inject("tarball");
const installed = join(inject("consumer"), "node_modules/infoblox-ipam");

async function packedFiles(): Promise<string[]> {
  const { stdout } = await run("tar", ["-tzf", tarball], { maxBuffer: 16 * 1024 * 1024 });
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.endsWith("/"))
    .map((line) => line.replace(/^package\//, ""));
}

describe("the tarball", () => {
  it("stays under 2 MB, docs and source maps included", async () => {
    const { size } = await stat(tarball);
    expect(size).toBeLessThan(2 * 1024 * 1024);
  });

  it("holds the build, the papers, docs and examples, and nothing else", async () => {
    const others = (await packedFiles()).filter((file) => !/^(dist|docs|examples)\//.test(file));
    expect(others.sort()).toEqual([
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "package.json",
    ]);
    expect((await packedFiles()).filter((file) => file.startsWith("docs/."))).toEqual([]);
  });

  it("has whatever README links to", async () => {
    const readme = await readFile(join(installed, "README.md"), "utf8");
    const links = [...readme.matchAll(/\]\(([^)#]+)/g)].map(([, link = ""]) => link);
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.length).toBeGreaterThan(20);
    const missing = await Promise.all(
      own.map((link) =>
        stat(join(installed, link)).then(
          () => [],
          () => [link],
        ),
      ),
    );
    expect(missing.flat()).toEqual([]);
  });

  it("names a file of src in a stack trace, with source maps", async () => {
    const program = `
      import { Ipam } from "infoblox-ipam";
      try { new Ipam({ url: "nowhere" }); } catch (error) { console.log(error.stack); }`;
    const args = ["--enable-source-maps", "--input-type=module", "-e", program];
    const { stdout } = await run(process.execPath, args, { cwd: inject("consumer") });
    expect(stdout).toMatch(/src\/transport\/options\.ts:\d+/);
  });

  it("holds only JavaScript with source maps and declarations, the same of these in both formats", async () => {
    const built = (await packedFiles()).filter((file) => /^dist\/.*(?<!\.js\.map)$/.test(file));
    expect(built.filter((file) => !/\.(js|d\.ts)$/.test(file))).toEqual(["dist/cjs/package.json"]);
    const inTree = (tree: string, ending: RegExp) =>
      built
        .filter((file) => file.startsWith(`dist/${tree}/`) && !file.startsWith(`dist/${tree}/cli/`))
        .filter((file) => ending.test(file))
        .map((file) => file.replace(`dist/${tree}/`, ""))
        .sort();
    expect(inTree("cjs", /\.d\.ts$/)).toEqual(inTree("esm", /\.d\.ts$/));
  });

  it("has ES modules of one file per entry, and what they share once", async () => {
    const modules = (await packedFiles()).filter((file) => /^dist\/esm\/.*\.js$/.test(file));
    const entries = ["cli/main", "docker/index", "grid/index", "index", "opentelemetry/index"];
    const own = modules.filter((file) => !file.startsWith("dist/esm/parts/"));
    expect(own.sort()).toEqual(entries.map((entry) => `dist/esm/${entry}.js`));
    const texts = await Promise.all(modules.map((file) => readFile(join(installed, file), "utf8")));
    expect(
      texts.filter((text) => /PoolExhaustedError = class|class PoolExhaustedError/.test(text)),
    ).toHaveLength(1);
  });

  it("is what the checks of a release want", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const release = await readRelease(root, `v${version}`);
    expect(problemsOf(release)).toEqual([]);
    expect(problemsOf({ ...release, tag: "v99.0.0" })).toEqual([expect.stringContaining("v99.0.0")]);
  });

  it.runIf(isWhole)("is what a dry run of publishing takes", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const quiet = ["--loglevel", "notice", "--offline", "--ignore-scripts"];
    const dryRun = ["publish", "--dry-run", ...quiet, "--access", "public"];
    const { stdout } = await run("npm", dryRun, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
    expect(stdout).toContain(`+ infoblox-ipam@${version}`);
  });

  it("has nothing that publint complains about", async () => {
    const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  it("resolves with the right types under node16, nodenext and bundler", async () => {
    const attw = resolve(root, "node_modules/.bin/attw");
    // The exit code counts what the profile asks for; the report would list older resolutions as well.
    const { stdout } = await run(attw, [tarball, "--profile", "node16", "--no-emoji"]);
    expect(stdout).toContain("infoblox-ipam/testing");
    expect(stdout).toContain("infoblox-ipam/docker");
  });

  it("has the executable that npx runs", async () => {
    const { stdout } = await run("npx", ["--no-install", "infoblox-ipam", "--version"], {
      cwd: inject("consumer"),
    });
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    expect(stdout.trim()).toBe(version);
  });
});
