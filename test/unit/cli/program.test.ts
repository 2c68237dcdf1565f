import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { session } from "./session.js";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

const commands = [
  [],
  ["subnet"],
  ["subnet", "request"],
  ["subnet", "release"],
  ["subnet", "find"],
  ["subnet", "show"],
  ["address"],
  ["address", "request"],
  ["address", "release"],
  ["address", "lookup"],
  ["host"],
  ["host", "add"],
  ["host", "remove"],
  ["host", "show"],
  ["pool"],
  ["pool", "show"],
  ["apply"],
  ["audit"],
  ["renew"],
  ["collect"],
  ["map"],
  ["doctor"],
  ["setup"],
  ["docker"],
  ["grid"],
  ["types"],
  ["completion"],
];

/** Those that do something themselves. */
const leaves = new Set(
  commands
    .filter(
      (path) =>
        path.length > 0 && !commands.some((other) => other.length > path.length && other[0] === path[0]),
    )
    .map((path) => path.join(" ")),
);

describe("the command line", () => {
  it("prints the package's version", async () => {
    const { exitCode, stdout } = session(["--version"]);
    expect(await exitCode).toBe(0);
    expect(stdout()).toBe(`${version}\n`);
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
