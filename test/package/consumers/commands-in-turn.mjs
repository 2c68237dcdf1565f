/**
 * Runs commands of the executable one after the other in one process, since a start of Node takes longer than most of them.
 * Standard input has the executable and the arguments of each; standard output gets what each printed, and its exit code.
 */

import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const { executable, commands } = JSON.parse(await text(process.stdin));
const outcomes = [];
const printed = { stdout: "", stderr: "" };
const print = process.stdout.write.bind(process.stdout);
for (const name of ["stdout", "stderr"]) {
  process[name].write = (chunk, ...rest) => {
    printed[name] += chunk;
    rest.findLast((argument) => typeof argument === "function")?.();
    return true;
  };
}

/** A command has ended when nothing is left for the process to do. */
process.on("beforeExit", () => {
  outcomes.push({ code: process.exitCode ?? 0, ...printed });
  next();
});
next();

function next() {
  const args = commands[outcomes.length];
  process.exitCode = 0;
  if (args === undefined) {
    process.removeAllListeners("beforeExit");
    print(JSON.stringify(outcomes));
    return;
  }
  Object.assign(printed, { stdout: "", stderr: "" });
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  // The query has the file evaluated anew.
  void import(`${pathToFileURL(executable)}?${outcomes.length}`);
}
