#!/usr/bin/env node
/** The executable: connects the command line with the process. */

import { exitCodes } from "./output.js";
import { run } from "./program.js";

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());

const { stdin, stdout, stderr, env } = process;
let isUnwritable = false;
// A reader of the output may close the pipe early (`… | head`). The command still finishes what is under way. A full
// disk is reported once, and the command finishes as well.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || isUnwritable) return;
    isUnwritable = true;
    if (stream === stdout) stderr.write(`error: can't write to stdout: ${error.message}\n`);
  });
}
const cwd = process.cwd();
run(process.argv.slice(2), { stdin, stdout, stderr, env, cwd, stop: stop.signal }).then(
  (code) => {
    process.exitCode = isUnwritable ? code || exitCodes.failed : code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = exitCodes.failed;
  },
);
