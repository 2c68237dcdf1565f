/** A command line without a process: what it printed, and a hand on its stop signal. */

import { once } from "node:events";
import { tmpdir } from "node:os";
import { PassThrough, Readable } from "node:stream";
import { run } from "../../../src/cli/program.js";

export interface Session {
  readonly exitCode: Promise<number>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the first match of the pattern in what is printed to stdout. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** What Ctrl-C does. */
  stop(): void;
}

export interface SessionOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** As on a terminal. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function session(
  args: readonly string[],
  { stdin = "", env = {}, cwd = tmpdir(), isTTY, columns }: SessionOptions = {},
): Session {
  const stop = new AbortController();
  const stdout = Object.assign(new Printed(), { isTTY, columns });
  const stderr = Object.assign(new Printed(), { isTTY, columns });
  const exitCode = run(args, {
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
    env,
    cwd,
    stop: stop.signal,
  });
  return {
    exitCode,
    stdout: () => stdout.text,
    stderr: () => stderr.text,
    waitFor: (pattern) => Promise.race([stdout.waitFor(pattern), endedEarly(exitCode, stderr)]),
    stop: () => stop.abort(),
  };
}

async function endedEarly(exitCode: Promise<number>, stderr: Printed): Promise<never> {
  throw new Error(`ended with ${await exitCode}: ${stderr.text}`);
}

class Printed extends PassThrough {
  text = "";

  constructor() {
    super();
    this.on("data", (chunk: Buffer) => {
      this.text += chunk.toString();
    });
  }

  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match) return match;
      await once(this, "data");
    }
  }
}
