/** Reads facts, corrections and comments from `src/schema`. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Facts } from "../../src/schema/facts.js";
import type { Docs } from "../../src/schema/generate/types.js";
import { type Correction, correctFacts } from "./corrections.js";

export const schemaDirectory = fileURLToPath(new URL("../../src/schema/", import.meta.url));
export const factsDirectory = join(schemaDirectory, "facts");
export const structsDirectory = join(factsDirectory, "structs");

/** The imported facts with corrections. */
export function readFacts(): Facts {
  const imported: Facts = { objects: readAll(factsDirectory), structs: readAll(structsDirectory) };
  return correctFacts(imported, readCorrections());
}

export function readCorrections(): readonly Correction[] {
  return readJson(join(schemaDirectory, "corrections.json"));
}

/** The comments of fields. A comment is written once for all object types that share a field. */
export function readDocs(): Docs {
  const entries: readonly { types: readonly string[]; fields: Record<string, string> }[] = readJson(
    join(schemaDirectory, "docs.json"),
  );
  const docs: Record<string, Record<string, string>> = {};
  for (const { types, fields } of entries)
    for (const type of types) docs[type] = { ...docs[type], ...fields };
  return docs;
}

/** The existing generated files, by path relative to `src/schema`. */
export function readGenerated(): ReadonlyMap<string, string> {
  const files = readdirSync(schemaDirectory, { recursive: true, encoding: "utf8" });
  return new Map(
    files
      .filter((file) => file.endsWith(".gen.ts"))
      .map((file) => [file.replaceAll("\\", "/"), readFileSync(join(schemaDirectory, file), "utf8")]),
  );
}

export function readAll<Content>(directory: string): readonly Content[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".json") && file !== "index.json")
    .sort()
    .map((file) => readJson(join(directory, file)));
}

export function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, "utf8"));
}
