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

  it("ends with 2 when no command is given, and shows what there is", async () => {
    const { exitCode, stderr } = session([]);
    expect(await exitCode).toBe(2);
    expect(stderr()).toContain("grid [options]");
  });
});
