import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allCommands, program } from "../../../src/cli/program.js";
import { session } from "./session.js";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

/** All there are, each as its path. */
const tree = allCommands(program({ ...process, env: {}, cwd: "/", stop: new AbortController().signal })).map(
  (command) => {
    const path: string[] = [];
    for (let one = command; one.parent !== null; one = one.parent) path.unshift(one.name());
    return { path, isLeaf: command.commands.length === 0 };
  },
);
const commands = tree.map(({ path }) => path);

/** Those that do something themselves. */
const leaves = new Set(tree.filter(({ isLeaf }) => isLeaf).map(({ path }) => path.join(" ")));

describe("the command line", () => {
  it("prints the package's version", async () => {
    const { exitCode, stdout } = session(["--version"]);
    expect(await exitCode).toBe(0);
    expect(stdout()).toBe(`${version}\n`);
  });

  it("has the commands that the README names", () => {
    const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
    const [, row = ""] = /from a shell \|(.*)\|$/m.exec(readme) ?? [];
    const named = [...row.matchAll(/`(?:npx infoblox-ipam )?([a-z]+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(8);
    expect(commands.map(([name]) => name)).toEqual(expect.arrayContaining(named));
  });

  it.each(commands.map((path) => ({ path })))(
    "$path --help shows the exit codes and ends with 0",
    async ({ path }) => {
      const { exitCode, stdout } = session([...path, "--help"]);
      expect(await exitCode).toBe(0);
      expect(stdout()).toMatch(/Exit codes:\n {2}0 {2}done/);
    },
  );

  it.each(commands.map((path) => ({ path })))("$path --help shows examples", async ({ path }) => {
    const { exitCode, stdout } = session([...path, "--help"]);
    await exitCode;
    expect(stdout()).toContain(`$ ${["infoblox-ipam", ...path].join(" ")}`);
  });

  it.each([
    ["an unknown command", ["gird"], /unknown command 'gird'\n\(Did you mean grid\?\)/],
    ["an unknown option", ["grid", "--prot", "1"], /unknown option '--prot'\n\(Did you mean --port\?\)/],
    ["a port that is none", ["grid", "--port", "70000"], /from 0 to 65535/],
    ["two sources of a password", ["grid", "--password", "x", "--password-file", "y"], /cannot be used with/],
  ])("refuses %s with exit code 2", async (_what, args, message) => {
    const { exitCode, stderr } = session(args);
    expect(await exitCode).toBe(2);
    expect(stderr()).toMatch(message);
  });

  it.each([
    [
      "an unknown option",
      ["subnet", "find", "--pasword"],
      /^unknown option '--pasword'\n\(Did you mean --password\?\)$/,
    ],
    ["a missing argument", ["subnet", "show"], /^missing required argument 'cidr'$/],
    ["no command", [], /^a command is missing/],
    ["a command with none below it", ["subnet"], /^a command is missing/],
    ["a value that is none", ["grid", "--port", "x"], /from 0 to 65535/],
  ])("complains with --json in JSON of %s", async (_what, args, message) => {
    const { exitCode, stdout, stderr } = session([...args, "--json"]);
    expect(await exitCode).toBe(2);
    expect(stdout()).toBe("");
    expect(JSON.parse(stderr())).toEqual({
      error: {
        name: "UsageError",
        code: "ERR_INFOBLOX_USAGE",
        message: expect.stringMatching(message),
        exitCode: 2,
      },
    });
  });

  it.each([[[]], [["--json"]]])("keeps the value of a mistyped option to itself %j", async (json) => {
    const { exitCode, stderr } = session(["subnet", "find", "--pasword=s3cret", ...json]);
    expect(await exitCode).toBe(2);
    expect(stderr()).toContain("'--pasword=…'");
    expect(stderr()).not.toContain("s3cret");
  });

  it.each(commands.filter((path) => leaves.has(path.join(" "))).map((path) => ({ path })))(
    "$path takes --json",
    async ({ path }) => {
      const { exitCode, stdout } = session([...path, "--help"]);
      await exitCode;
      expect(stdout()).toMatch(/^ {2}--json +print JSON/m);
    },
  );

  it("ends with 2 when no command is given, and shows what there is", async () => {
    const { exitCode, stderr } = session([]);
    expect(await exitCode).toBe(2);
    expect(stderr()).toContain("grid [options]");
  });

  it.each([
    ["a\nerror: forged"],
    ["subnet\u001b[2J"],
    ["subnet", "list", "--url\n=x"],
    ["subnet", "list", "\u202e"],
    ["grid", "--port", "1\n2"],
    ["subnet", "request", "--from", "10.0.0.0/8", "--prefix-length", "\u0007"],
    ["apply", "no\nfile.yaml"],
    ["map", "--config", "no\u009bfile"],
  ])("shows its arguments %j without what a terminal obeys", async (...args) => {
    for (const more of [[], ["--json"]]) {
      const { exitCode, stdout, stderr } = session([...args, ...more]);
      expect(await exitCode).not.toBe(0);
      expect(stdout() + stderr()).not.toMatch(/[^\n\t\P{Cc}]|\u202e|^error: forged|^2' is|^file\.yaml/mu);
    }
  });
});
