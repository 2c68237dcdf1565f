/**
 * Answers as XML (`_return_type=xml`). Guess xml-names (clients; cannot): the names of elements and attributes, except
 * those of fields. Clients look for references and values.
 */

import type { Json } from "../store/entity.js";

/** Formats a result as XML. `pretty` writes each element on its own line. */
export function formatXml(result: Json, pretty: boolean): string {
  const lines = elementOf(Array.isArray(result) ? "list" : "value", result);
  return ['<?xml version="1.0" encoding="utf-8"?>', ...lines].join(pretty ? "\n" : "");
}

function elementOf(name: string, value: Json): string[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((element: Json) => elementOf("value", element));
    return [name === "list" ? "<list>" : `<${name} type="list">`, ...inner.map(indented), `</${end(name)}>`];
  }
  if (typeof value === "object" && value !== null) {
    const inner = Object.entries(value).flatMap(([key, member]) => elementOf(elementName(key), member));
    return [`<${name} type="object">`, ...inner.map(indented), `</${end(name)}>`];
  }
  const type = typeof value === "string" ? "" : ` type="${typeNames[typeof value] ?? "null"}"`;
  return [`<${name}${type}>${escaped(String(value ?? ""))}</${end(name)}>`];
}

const typeNames: Readonly<Record<string, string>> = { number: "int", boolean: "boolean" };

/** Administrators choose the names of attributes, which may be invalid as names of elements. */
function elementName(key: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(key) ? key : `value name="${escaped(key)}"`;
}

function end(name: string): string {
  return name.split(" ", 1)[0] ?? name;
}

function indented(line: string): string {
  return `  ${line}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
