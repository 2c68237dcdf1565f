/**
 * The run-time form of the facts: one text per object type or struct. The first line is JSON about the whole type. A
 * line for each field follows: `name types supports search flags`, and `key=JSON` for further facts. Text costs nothing
 * to load, and is parsed on the first use of a type.
 */

import type { FieldFacts, ObjectFacts, StructFacts } from "./facts.js";

const flags = {
  isArray: "l",
  standard: "s",
  searchOnly: "o",
  required: "r",
  always: "a",
  inlineFunction: "f",
} as const;

/** Facts of few fields, by their key in the table. */
const extras = {
  enum: "enumValues",
  allowed: "allowedValues",
  use: "overriddenBy",
  link: "link",
  default: "default",
  range: "range",
  wire: "wire",
  since: "since",
  until: "until",
} as const;

const nothing = "-";

export function formatTable(facts: ObjectFacts | StructFacts): string {
  const { fields, ...head } = facts;
  return [JSON.stringify({ ...head, group: undefined }), ...fields.map(formatField)].join("\n");
}

/** @param text - the text that {@link formatTable} wrote; anything else is a bug of the generator */
export function parseTable(text: string): ObjectFacts {
  const [head = "{}", ...lines] = text.split("\n");
  return { ...JSON.parse(head), fields: lines.map(parseField) };
}

function formatField(field: FieldFacts): string {
  const letters = Object.entries(flags).flatMap(([key, letter]) =>
    field[key as keyof typeof flags] ? [letter] : [],
  );
  const columns = [
    field.name,
    field.types.join(","),
    field.supports ?? "",
    field.searchableBy ?? "",
    letters.join(""),
  ];
  const rest = Object.entries(extras).flatMap(([short, key]) =>
    field[key] === undefined ? [] : [`${short}=${withoutBlanks(JSON.stringify(field[key]))}`],
  );
  return [...columns.map((column) => column || nothing), ...rest].join(" ");
}

function parseField(line: string): FieldFacts {
  const [name = "", ...columns] = line.split(" ");
  const [types = "", supports = "", searchableBy = "", letters = ""] = columns
    .slice(0, 4)
    .map((column) => (column === nothing ? "" : column));
  const field: Record<string, unknown> = { name, types: types.split(",") };
  if (supports) field["supports"] = supports;
  if (searchableBy) field["searchableBy"] = searchableBy;
  for (const [key, letter] of Object.entries(flags)) if (letters.includes(letter)) field[key] = true;
  for (const extra of columns.slice(4)) {
    const at = extra.indexOf("=");
    field[extras[extra.slice(0, at) as keyof typeof extras]] = JSON.parse(extra.slice(at + 1));
  }
  return field as unknown as FieldFacts;
}

/** Escapes blanks inside JSON text, since a blank separates columns. */
function withoutBlanks(json: string): string {
  return json.replaceAll(" ", "\\u0020");
}
