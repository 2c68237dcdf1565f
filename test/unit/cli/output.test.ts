import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import {
  facts,
  guarded,
  hasColour,
  print,
  reportFailure,
  table,
  UsageError,
} from "../../../src/cli/output.js";
import { AbortedError, withPartial } from "../../../src/errors.js";

function reported(error: unknown, json = false): { code: number; said: string } {
  let said = "";
  const output = { write: (text: string) => (said += text) };
  const { signal } = new AbortController();
  const terminal = {
    stdin: Readable.from([]),
    stdout: output,
    stderr: output,
    env: {},
    cwd: "/",
    stop: signal,
  };
  return { code: reportFailure(error, terminal, json), said };
}

describe("a failure", () => {
  it("is told in a line, with its exit code", () => {
    expect(reported(new AbortedError("stopped"))).toEqual({ code: 130, said: "error: stopped\n" });
  });

  it("says that something was done before it, which --json lists", () => {
    const error = withPartial(new AbortedError("stopped"), [{ place: "10.0.0.0/24" }]);
    expect(reported(error).said).toBe(
      "error: stopped\nWhat was done before the error stays (1): --json lists it.\n",
    );
    expect(JSON.parse(reported(error, true).said)).toMatchObject({
      error: { partial: [{ place: "10.0.0.0/24" }], exitCode: 130 },
    });
  });
});

describe("what a terminal would obey", () => {
  const hostile = "a\n2026 error: forged\r\u001b[2J\u009b\u202e\u0007b";

  it("is escaped on the one way out, but for colours, tabs and ends of lines", () => {
    let said = "";
    const output = { write: (text: string) => (said += text) };
    const { signal } = new AbortController();
    const terminal = guarded({
      ...{ stdin: Readable.from([]), stdout: output, stderr: output },
      env: {},
      cwd: "/",
      stop: signal,
    });
    terminal.stdout.write(`\u001b[31mred\u001b[0m\t1\n\r\u001b[Kline ${hostile}\n`);
    expect(said).toBe(
      "\u001b[31mred\u001b[0m\t1\n\r\u001b[Kline a\n2026 error: forged\\r\\u001b[2J\\u009b\\u202e\\u0007b\n",
    );
  });

  it("forges no line in failures, tables, facts and results", () => {
    for (const error of [new Error(hostile), new UsageError(hostile), new UsageError("x", [hostile])]) {
      expect(reported(error).said.trimEnd().split("\n").length).toBeLessThan(3);
      expect(reported(error).said).not.toMatch(/^2026|[^\n\P{Cc}]/mu);
    }
    expect(table([["NAME"], [hostile]]).split("\n")).toHaveLength(3);
    expect(facts([["name", hostile]]).split("\n")).toHaveLength(2);
    let said = "";
    const output = { write: (text: string) => (said += text) };
    const { signal } = new AbortController();
    const terminal = {
      ...{ stdin: Readable.from([]), stdout: output, stderr: output },
      env: {},
      cwd: "/",
      stop: signal,
    };
    print(terminal, {}, { name: hostile }, ({ name }) => name);
    expect(said.split("\n")).toHaveLength(2);
  });
});

describe("colour", () => {
  it.each([
    ["on a terminal", true, {}, true],
    ["not in a pipe", false, {}, false],
    ["not where NO_COLOR is set", true, { NO_COLOR: "1" }, false],
    ["on a terminal where NO_COLOR is empty", true, { NO_COLOR: "" }, true],
    ["not on a terminal that can't", true, { TERM: "dumb" }, false],
    ["in a pipe where FORCE_COLOR is set", false, { FORCE_COLOR: "1" }, true],
    ["not where FORCE_COLOR is 0", true, { FORCE_COLOR: "0" }, false],
    ["where both are set: forcing is more", false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ])("is there %s", (_where, isTTY, env, expected) => {
    expect(hasColour({ isTTY, write: () => {} }, env)).toBe(expected);
  });
});
