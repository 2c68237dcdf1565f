/** Generates the TypeScript type of one value from its facts. */

import type { FieldFacts, ParameterFacts } from "../facts.js";
import type { Names } from "./names.js";
import type { Face } from "./struct-faces.js";

const plain: Readonly<Record<string, string>> = {
  string: "string",
  bool: "boolean",
  uint: "number",
  int: "number",
  float: "number",
  timestamp: "number",
  object: "Record<string, unknown>",
  extattr: "ExtensibleAttributes",
};

/** The names of interfaces, and the sets that collect those that a file has to import. */
export interface Imports {
  readonly names: Names;
  /** Names of `field.ts` that were used. */
  readonly vocabulary: Set<string>;
  /** Names of struct interfaces that were used. */
  readonly structs: Set<string>;
}

export function valueType(field: FieldFacts, imports: Imports, face: Face = "read"): string {
  const type = oneValue(field, imports, face);
  return field.isArray ? listOf(type) : type;
}

export function parameterType(parameter: ParameterFacts, imports: Imports, face: Face): string {
  const { types = [] } = parameter;
  const one = types.length === 0 ? "unknown" : oneValue({ ...parameter, types, link: "ref" }, imports, face);
  return parameter.isArray ? listOf(one) : one;
}

export function literals(values: readonly string[]): string {
  return [...new Set(values)].map((value) => JSON.stringify(value)).join(" | ");
}

function listOf(type: string): string {
  return / [|&] /.test(type) ? `(${type})[]` : `${type}[]`;
}

function oneValue(field: FieldFacts, imports: Imports, face: Face): string {
  const closed = field.enumValues ?? field.allowedValues;
  if (closed) return literals(closed);
  if (field.wire) return [...new Set(field.wire.map((shape) => plain[shape] ?? "unknown"))].join(" | ");
  if (field.types.some((type) => imports.names.isStruct(type))) return structs(field.types, imports, face);
  const [type = "string"] = field.types;
  if (type === "enum") return "string";
  if (type === "extattr") imports.vocabulary.add("ExtensibleAttributes");
  return plain[type] ?? linked(field, imports);
}

function structs(types: readonly string[], imports: Imports, face: Face): string {
  const names = types.map((type) => imports.names.of(type, face));
  for (const name of names) imports.structs.add(name);
  if (names.length === 1) return names.join();
  imports.vocabulary.add("Struct");
  return types
    .map((type) => `(Struct<${JSON.stringify(type)}> & ${imports.names.of(type, face)})`)
    .join(" | ");
}

function linked(field: FieldFacts, imports: Imports): string {
  const marker = { ref: "Ref", object: "ObjectLink", embedded: "SubObject" }[field.link ?? "ref"];
  imports.vocabulary.add(marker);
  return `${marker}<${literals(field.types)}>`;
}
