/** Generates the run-time file from the facts: one text for each object type and struct. */

import type { Facts } from "../facts.js";
import { formatTable } from "../table.js";
import { memberName } from "./names.js";
import { notice } from "./types.js";

export function generateTables(facts: Facts): string {
  const table = (entry: Facts["structs"][number]) =>
    `  ${memberName(entry.type)}: \`${escaped(formatTable(entry))}\`,\n`;
  return [
    notice,
    "\nexport const objectTables: Readonly<Record<string, string>> = {\n",
    ...facts.objects.map(table),
    "};\n",
    "\nexport const structTables: Readonly<Record<string, string>> = {\n",
    ...facts.structs.map(table),
    "};\n",
  ].join("");
}

function escaped(text: string): string {
  return text.replace(/[\\`]|\$\{/g, "\\$&");
}
