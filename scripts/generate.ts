/**
 * `npm run generate`: facts → `src/schema/**.gen.ts`. With `--check` writes nothing, and fails when a generated file
 * isn't what the facts say.
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generate, staleFiles } from "../src/schema/generate.js";
import { readDocs, readFacts, readGenerated, schemaDirectory } from "./facts/files.js";

const generated = generate(readFacts(), readDocs());
const stale = staleFiles(generated, readGenerated());

if (process.argv.includes("--check")) check();
else write();

function check(): void {
  if (stale.length === 0) return;
  console.error(`Not what the facts say: ${stale.join(", ")}. Run \`npm run generate\`.`);
  process.exitCode = 1;
}

function write(): void {
  for (const path of stale) {
    const text = generated.get(path);
    const file = join(schemaDirectory, path);
    if (text === undefined) {
      rmSync(file);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  console.log(stale.length === 0 ? "Nothing changed." : `Wrote ${stale.join(", ")}.`);
}
