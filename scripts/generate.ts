/**
 * `npm run generate`: writes `src/schema/**.gen.ts` from the facts, the tables of docs/fakegrid.md, the reference of
 * docs/command-line.md, and the map's page. With `--check` it writes nothing, and fails if a generated file is out of
 * date.
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generate, staleFiles } from "../src/schema/generate.js";
import { isReferenceCurrent, writeReference } from "./command-reference.js";
import { readDocs, readFacts, readGenerated, schemaDirectory } from "./facts/files.js";
import { isMapPageCurrent, writeMapPage } from "./map-page.js";

const generated = generate(readFacts(), readDocs());
const stale = staleFiles(generated, readGenerated());

const isCheck = process.argv.includes("--check");
if (isCheck) check();
else write();
// Loaded only now: it loads the emulator, which loads the written files.
const { isPageCurrent, writePage } = await import("./modelled.js");
if (!isCheck) writePage();
else if (!isPageCurrent()) fail("docs/fakegrid.md isn't what the emulator's rules say");
if (!isCheck) writeReference();
else if (!isReferenceCurrent()) fail("docs/command-line.md isn't what the commands say");
if (!isCheck) await writeMapPage();
else if (!(await isMapPageCurrent())) fail("src/map/page.gen.ts isn't what src/map/browser says");

function check(): void {
  if (stale.length > 0) fail(`Not what the facts say: ${stale.join(", ")}`);
}

function fail(problem: string): void {
  console.error(`${problem}. Run \`npm run generate\`.`);
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
