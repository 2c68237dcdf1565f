/**
 * Facts → the text of the generated files. Pure: reading facts and writing files is the business of
 * `scripts/generate.ts`, and of the command line's `types` for facts that a live grid told.
 */

import type { Facts } from "./facts.js";
import { generateTables } from "./generate/tables.js";
import { type Docs, generateTypes } from "./generate/types.js";

/** @returns text by file, relative to `src/schema`; the same facts give the same text in whatever order they come */
export function generate(facts: Facts, docs: Docs): ReadonlyMap<string, string> {
  const ordered: Facts = { objects: sorted(facts.objects), structs: sorted(facts.structs) };
  return new Map([...generateTypes(ordered, docs), ["tables.gen.ts", generateTables(ordered)]]);
}

/** Files whose content isn't what the facts say: missing, changed, or of a group that is no more. */
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
