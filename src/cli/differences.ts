/** Formats what `apply` does or would do, for people. */

import type { Difference, Ensured, EnsuredObject } from "../ipam/ensure/description.js";
import { paint, type Terminal } from "./output.js";

const signs = {
  create: { sign: "+", colour: "green" },
  update: { sign: "~", colour: "yellow" },
  delete: { sign: "-", colour: "red" },
} as const;

/**
 * Writes a line for each object that differs, one below it for each of its differences, and a summary. Only counts
 * objects that are as described.
 *
 * @param tense - whether the changes were made, or would be
 */
export function differencesText(
  ensured: Ensured,
  tense: "done" | "would be",
  { stdout, env }: Pick<Terminal, "stdout" | "env">,
): string {
  const lines = ensured.objects.flatMap((one) => {
    if (one.action === "none") return [];
    const { sign, colour } = signs[one.action];
    return [
      paint(stdout, env, colour, `${sign} ${one.kind} ${one.key}${placeOf(one)}`),
      ...one.differences.map(differenceText),
    ];
  });
  return [...lines, ...(lines.length > 0 ? [""] : []), summaryOf(ensured, tense)].join("\n");
}

/** The CIDR or address that the grid chose. */
function placeOf({ key, object }: EnsuredObject): string {
  if (object === undefined) return "";
  const place = "cidr" in object ? object.cidr : "ip" in object ? object.ip : undefined;
  return place === undefined || place === key ? "" : ` (${place})`;
}

function differenceText({ field, wanted, actual }: Difference): string {
  return `    ${field}: ${valueText(actual)} -> ${valueText(wanted)}`;
}

function valueText(value: unknown): string {
  return value === undefined || value === null ? "none" : JSON.stringify(value);
}

function summaryOf(
  { created, updated, deleted, unchanged, changed }: Ensured,
  tense: "done" | "would be",
): string {
  if (!changed) return `Nothing to do: ${unchanged} as described.`;
  const would = tense === "done" ? "" : "to be ";
  const counts = [
    [created, `${would}created`],
    [updated, `${would}updated`],
    [deleted, `${would}deleted`],
    [unchanged, "as described already"],
  ] as const;
  return `${counts.flatMap(([count, what]) => (count > 0 ? `${count} ${what}` : [])).join(", ")}.`;
}
