/**
 * `npm run import-facts -- DIRECTORY`: reads object files and structs that were collected from grids and clients, and
 * writes our own facts. See docs/schema-facts.md.
 */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ObjectFacts, StructFacts } from "../src/schema/facts.js";
import { factsDirectory, readAll, readJson, structsDirectory } from "./facts/files.js";
import {
  importObject,
  importStruct,
  type SourceEntry,
  type SourceObject,
  type SourceStruct,
} from "./facts/importer.js";

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error("Say where the object files are: npm run import-facts -- DIRECTORY");
  process.exit(2);
}

const index = readJson<{ objects: Record<string, SourceEntry> }>(join(source, "index.json"));
const objects = readAll<SourceObject>(source).map((object) =>
  importObject(object, index.objects[object.type] ?? {}),
);
const structs = readAll<SourceStruct>(join(source, "structs")).map(importStruct);
writeAll(factsDirectory, objects);
writeAll(structsDirectory, structs);
console.log(`${objects.length} object types, ${structs.length} structs`);

function writeAll(directory: string, facts: readonly (ObjectFacts | StructFacts)[]): void {
  mkdirSync(directory, { recursive: true });
  for (const file of readdirSync(directory)) if (file.endsWith(".json")) rmSync(join(directory, file));
  for (const one of facts)
    writeFileSync(join(directory, `${one.type.replaceAll(":", ".")}.json`), format(one));
}

/** Writes one line for each field and function, so that a diff shows each change on one line. */
function format(facts: ObjectFacts | StructFacts): string {
  const members = Object.entries(facts).map(([key, value]) =>
    ["fields", "functions"].includes(key)
      ? `  "${key}": [\n${value.map((item: unknown) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`
      : `  "${key}": ${JSON.stringify(value)}`,
  );
  return `{\n${members.join(",\n")}\n}\n`;
}
