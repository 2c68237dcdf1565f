#!/usr/bin/env node
/** The executable: connects the command line with the process. */

import { run } from "./program.js";

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());

const { stdin, stdout, stderr, env } = process;
// Whoever reads along may have seen enough (`… | head`): what is under way is still brought to its end.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
const cwd = process.cwd();
run(process.argv.slice(2), { stdin, stdout, stderr, env, cwd, stop: stop.signal }).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
