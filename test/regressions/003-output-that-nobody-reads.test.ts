import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";

it("the command line ends well when nobody reads its output to the end", async () => {
  const root = resolve(import.meta.dirname, "../..");
  const program = [
    resolve(root, "node_modules/tsx/dist/cli.mjs"),
    resolve(root, "src/cli/main.ts"),
    "--help",
  ];
  const child = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect(complaint).toBe("");
  expect(code).toBe(0);
});
