import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { reportFailure } from "../../../src/cli/output.js";
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
      "error: stopped\nWhat was done before it stays (1): --json lists it.\n",
    );
    expect(JSON.parse(reported(error, true).said)).toMatchObject({
      error: { partial: [{ place: "10.0.0.0/24" }], exitCode: 130 },
    });
  });
});
