/**
 * Generates the text of the generated files from the facts. Pure: `scripts/generate.ts` reads facts and writes files,
 * and so does the command line's `types` for the facts of a live grid.
 */

import type { Facts } from "./facts.js";
import { generateTables } from "./generate/tables.js";
import { type Docs, generateTypes } from "./generate/types.js";

/** @returns text by file, relative to `src/schema`; the same facts give the same text in whatever order they come */
export function generate(facts: Facts, docs: Docs): ReadonlyMap<string, string> {
  const ordered: Facts = { objects: sorted(facts.objects), structs: sorted(facts.structs) };
  return new Map([...generateTypes(ordered, docs), ["tables.gen.ts", generateTables(ordered)]]);
}

/** Files that differ from the facts: missing, changed, or of a group that does not exist any more. */
export function staleFiles(
  generated: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...generated.keys(), ...present.keys()]);
  return [...paths].filter((path) => generated.get(path) !== present.get(path)).sort();
}

function sorted<Item extends { readonly type: string }>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
}
