import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processorTime } from "../../../processor-time.js";
import { type Ended, ended, environment } from "../grid-session.js";
import { type Session, type SessionOptions, session } from "../session.js";

let grid: FakeGrid;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-apply-"));
  await startGrid();
});
afterEach(async () => {
  await grid.close();
  await rm(folder, { recursive: true, force: true });
});

async function startGrid(options: FakeGridOptions = {}): Promise<void> {
  await grid?.close();
  grid = await FakeGrid.listen({
    setup: true,
    tls: false,
    seed: { networks: [{ network: "10.1.0.0/24", comment: "old" }] },
    ...options,
  });
}

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const start = (args: readonly string[], options: SessionOptions = {}) =>
  session(["apply", ...args], { env: environment(grid), cwd: folder, ...options });
const apply = (args: readonly string[], options?: SessionOptions): Promise<Ended> =>
  ended(start(args, options));
const writesSoFar = () => grid.requests.filter(({ method }) => method !== "GET").length;

const site = `
subnets:
  - cidr: 10.1.0.0/24
    comment: new
  - cidr: 10.1.1.0/24
reservations:
  - ip: 10.1.1.5
`;

describe("apply", () => {
  it("prints what a dry run would change, and changes nothing", async () => {
    await write("site.yaml", site);
    const before = grid.snapshot();
    const { exitCode, stdout, stderr } = await apply(["site.yaml", "--dry-run"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "~ subnet 10.1.0.0/24",
      '    comment: "old" -> "new"',
      "+ subnet 10.1.1.0/24",
      "+ reservation 10.1.1.5",
      "",
      "2 to be created, 1 to be updated.",
      "",
    ]);
    expect(grid.snapshot()).toEqual(before);
  });

  it("does it, and nothing the second time", async () => {
    await write("site.yaml", site);
    const first = await apply(["site.yaml"]);
    expect(first.stdout).toMatch(/^2 created, 1 updated\.$/m);
    const second = await apply(["site.yaml"]);
    expect([second.exitCode, second.stdout]).toEqual([0, "Nothing to do: 3 as described.\n"]);
  });

  it.each([
    ["site.json", JSON.stringify({ subnets: [{ cidr: "10.1.7.0/24" }] })],
    ["site.toml", '[[subnets]]\ncidr = "10.1.7.0/24"\n'],
    ["site.yml", "subnets: [{ cidr: 10.1.7.0/24 }]"],
  ])("reads %s", async (name, text) => {
    await write(name, text);
    expect((await apply([name])).stdout).toBe("+ subnet 10.1.7.0/24\n\n1 created.\n");
  });

  it("takes from pools that the file defines, and says where one is wrong", async () => {
    const pools = (strategy: string, name: string) => `
pools:
  web: { from: [10.1.0.0/24], strategy: ${strategy} }
hosts:
  - { name: web, dns: false, from: { pool: ${name} } }
`;
    await write("site.yaml", pools("most-free", "web"));
    expect(await apply(["site.yaml"])).toMatchObject({ exitCode: 0 });
    expect((await apply(["site.yaml", "--dry-run"])).stdout).not.toContain("+");
    await write("site.yaml", pools("emptiest", "web"));
    expect((await apply(["site.yaml"])).stderr).toMatch(
      /site\.yaml:3: pools\.web\.strategy: must be one of first/,
    );
    await write("site.yaml", pools("first", "wub"));
    expect((await apply(["site.yaml"])).stderr).toMatch(
      /site\.yaml:5: hosts\[0\]\.from\.pool: no pool has that name/,
    );
  });

  it("reads stdin, and prints JSON for programs", async () => {
    const { stdout } = await apply(["-", "--json"], { stdin: site });
    expect(JSON.parse(stdout)).toMatchObject({ created: 2, updated: 1, deleted: 0, changed: true });
  });

  it("tells where the grid's choice lies", async () => {
    await startGrid({ seed: { containers: ["10.2.0.0/16"], networks: [] } });
    const site = (size: number, name = "name: site\n") =>
      write("site.yaml", `${name}subnets: [{ name: blue, from: 10.2.0.0/16, prefixLength: ${size} }]`);
    await site(24, "");
    expect((await apply(["site.yaml"])).stderr).toMatch(/name: a description needs a name if.*site-paris/);
    await site(24);
    expect((await apply(["site.yaml", "--dry-run"])).stdout).toContain("+ subnet blue\n");
    expect((await apply(["site.yaml"])).stdout).toContain("+ subnet blue (10.2.0.0/24)\n");
    await site(25);
    expect((await apply(["site.yaml", "--dry-run"])).stderr).toMatch(/prefixLength is 24, described is 25/);
    expect((await apply(["site.yaml", "--replace"])).stdout).toContain("+ subnet blue (10.2.0.0/25)\n");
  });

  it("ends a dry run with 8 where something differs, on demand, and with 0 where nothing does", async () => {
    await write("site.yaml", site);
    const detailed = ["site.yaml", "--dry-run", "--detailed-exitcode"];
    expect((await apply(detailed)).exitCode).toBe(8);
    await apply(["site.yaml"]);
    expect((await apply(detailed)).exitCode).toBe(0);
    expect((await apply(["site.yaml", "--detailed-exitcode"])).exitCode).toBe(2);
  });

  it("deletes with --prune what the owner made and the file no longer has", async () => {
    await startGrid({ seed: {} });
    await write("two.yaml", "subnets: [{ cidr: 10.1.1.0/24 }, { cidr: 10.1.2.0/24 }]");
    await write("one.yaml", "subnets: [{ cidr: 10.1.2.0/24 }]");
    await ended(session(["setup", "--owner", "blue"], { env: environment(grid) }));
    await apply(["two.yaml", "--owner", "blue"]);
    const { stdout } = await apply(["one.yaml", "--owner", "blue", "--prune"]);
    expect(stdout).toBe("- subnet 10.1.1.0/24\n\n1 deleted, 1 as described already.\n");
    const without = await apply(["one.yaml", "--prune"]);
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toContain("--prune needs --owner");
  });

  it("colours on a terminal what is created, updated and deleted, and shows how far it is", async () => {
    await write("site.yaml", site);
    const { stdout, stderr } = await apply(["site.yaml"], { isTTY: true });
    expect(stdout).toContain("\u001b[33m~ subnet 10.1.0.0/24\u001b[0m");
    expect(stdout).toContain("\u001b[32m+ subnet 10.1.1.0/24\u001b[0m");
    expect(stderr).toContain("4 of 4 steps");
    const plain = await apply(["site.yaml"], { isTTY: true, env: { ...environment(grid), NO_COLOR: "1" } });
    expect(plain.stdout).not.toContain("\u001b");
  });

  it("stopped by Ctrl-C in the middle of a write ends with 130, and the next run goes on from there", async () => {
    let running: Session | undefined;
    await startGrid({
      seed: { containers: ["10.2.0.0/16"] },
      // Carried out, but not yet answered.
      onRequest: ({ body }) =>
        /"method":"POST".*"10\.2\.0\.0\/24"/.test(JSON.stringify(body) ?? "") && running?.stop(),
    });
    const subnets = Array.from({ length: 200 }, (_, index) => ({ cidr: `10.2.${index}.0/24` }));
    await write("many.json", JSON.stringify({ subnets }));
    running = start(["many.json"]);
    const { exitCode, stderr } = await ended(running);
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^stopping once the grid has answered/);
    const left = await ended(session(["subnet", "find", "--json"], { env: environment(grid) }));
    const made = (JSON.parse(left.stdout) as { cidr: string }[]).map(({ cidr }) => cidr);
    // The write that was under way, whole: others may have found by their places what is there.
    expect(made.sort()).toEqual(
      subnets
        .slice(0, 100)
        .map(({ cidr }) => cidr)
        .sort(),
    );
    expect(stderr).toContain("What was done before the error stays (100)");
    const { stdout } = await apply(["many.json"]);
    expect(stdout).toMatch(/^100 created, 100 as described already\.$/m);
  });
});

describe("what is wrong with a file is told with its place", () => {
  it.each([
    [
      "a wrong value",
      "site.yaml",
      "subnets:\n  - cidr: 10.1.0.0/24\n  - cidr: 10.1.1.0/33\n",
      /site\.yaml:3: subnets\[1\]\.cidr: /,
    ],
    [
      "a name that isn't known",
      "site.yaml",
      "subnets:\n  - cidr: 10.1.0.0/24\n    comment: a\n    gatway: first\n",
      /site\.yaml:4: subnets\[0\]\.gatway: no option.*valid: "gateway"/,
    ],
    [
      "a list that isn't known",
      "site.yaml",
      "subnets: []\n\nsubnet: []\n",
      /site\.yaml:3: subnet: no option.*valid: "subnets"/,
    ],
    [
      "something missing",
      "site.yaml",
      "hosts: []\nsubnets:\n  - cidr: 10.1.0.0/24\n  - from: 10.1.0.0/16\n    prefixLength: 24\n",
      /site\.yaml:4: subnets\[1\]\.name: is needed/,
    ],
    [
      "JSON, too",
      "site.json",
      '{\n\t"hosts": [],\n\t"ranges": [\n\t\t{ "first": "10.1.0.1", "last": "x" }\n\t]\n}',
      /site\.json:4: ranges\[0\]\.last: /,
    ],
    [
      "TOML, too",
      "site.toml",
      '[[subnets]]\ncidr = "10.1.0.0/24"\n\n[[subnets]]\n# the second\ncidr = "x"\n',
      /site\.toml:6: subnets\[1\]\.cidr: /,
    ],
    [
      "an option of something else, with the nearest of its own",
      "site.yaml",
      "hosts:\n  - { name: a.example.com, ip: 10.1.0.5 }\n",
      /site\.yaml:2: hosts\[0\]\.ip: no option of ensure \(got "10\.1\.0\.5"; valid: "ips"\)/,
    ],
    ["broken YAML", "site.yaml", "subnets: [", /can't read site\.yaml: .*line 1/],
    ["broken TOML", "site.toml", "subnets = []\nhosts = [", /can't read site\.toml: [\s\S]*\n2: /],
    ["broken JSON", "site.json", "{\n  subnets: []\n}", /can't read site\.json: .*line 2/],
    ["nothing at all", "site.yaml", "", /site\.yaml must be an object with lists/],
    ["a list", "site.json", "[]", /site\.json must be an object with lists/],
  ])("%s", async (_what, name, text, message) => {
    await write(name, text);
    const before = writesSoFar();
    const { exitCode, stdout, stderr } = await apply([name]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(writesSoFar()).toBe(before);
  });

  it("and no file at all", async () => {
    const { exitCode, stderr } = await apply(["none.yaml"]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe("error: can't read none.yaml: there is no such file\n");
  });

  it("as JSON with the field, for programs", async () => {
    await write("site.yaml", "subnets: [{ cidr: x }]");
    const { stderr } = await apply(["site.yaml", "--json"]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { field: "subnets[0].cidr", exitCode: 2 } });
  });

  it("stdin can't hold both the file and the password", async () => {
    const { exitCode, stderr } = await apply(["-", "--password-file", "-"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("stdin can't hold both");
  });
});

describe("a file that nests without end", () => {
  const levels = 100_000;
  const key = Array.from({ length: levels }, () => "a").join(".");
  const opened = (text: string) => text.repeat(levels);

  it.each([
    ["keys of TOML", "site.toml", `${key} = 1\n`],
    ["a table of TOML", "site.toml", `[${key}]\nb = 1\n`],
    ["lists of TOML", "site.toml", `a = ${opened("[")}${opened("]")}\n`],
    ["inline tables of TOML", "site.toml", `a = ${opened("{a=")}1${opened("}")}\n`],
    ["lists of YAML", "site.yaml", `a: ${opened("[")}${opened("]")}\n`],
    ["lists in a line of YAML", "site.yaml", `a:\n  ${opened("- ")}1\n`],
    ["lists of JSON", "site.json", `{"a": ${opened("[")}${opened("]")}}`],
  ])("is refused in few words: %s", async (_, name, text) => {
    await write(name, text);
    let ended = { exitCode: 0, stderr: "" };
    const took = await processorTime(async () => {
      ended = await apply([name]);
    });
    const { exitCode, stderr } = ended;
    expect([exitCode, took < 10_000]).toEqual([2, true]);
    expect(stderr).toMatch(new RegExp(`^error: .*${name}`));
    expect(stderr).not.toMatch(/RangeError|call stack/);
    expect(stderr.length).toBeLessThan(1_500);
  });
});
