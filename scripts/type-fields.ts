/**
 * Adds a table of fields to the page of an intersection type (`AddressFields & AddressPlace & …`). Its parts have no
 * pages, since nobody can import them. Without the table, the page would show no fields.
 */

import { type Context, type DeclarationReflection, ReflectionKind } from "typedoc";
import ts from "typescript";

/** Adds the table to the text of a type alias with fields. */
export function describeFields(context: Context, reflection: DeclarationReflection): void {
  if (reflection.kind !== ReflectionKind.TypeAlias || reflection.comment === undefined) return;
  const symbol = context.getSymbolFromReflection(reflection);
  if (symbol === undefined) return;
  const fields = fieldsOf(context.checker.getDeclaredTypeOfSymbol(symbol), context.checker);
  if (fields.length === 0) return;
  const rows = fields.map(({ name, type, text }) => `| \`${name}\` | \`${type}\` | ${text} |`);
  const table = ["| Field | Type | Description |", "| --- | --- | --- |", ...rows].join("\n");
  reflection.comment.summary.push({ kind: "text", text: `\n\n${table}\n` });
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/**
 * The fields of any member of a union; none if a member is not an object of this package, such as a text, a list or a
 * class of the language.
 */
function fieldsOf(type: ts.Type, checker: ts.TypeChecker): Field[] {
  const members = type.isUnion() ? type.types : [type];
  if (!type.isUnionOrIntersection() || !members.every((member) => isObject(member, checker))) return [];
  const fields = new Map<string, Field>();
  for (const property of members.flatMap((member) => checker.getPropertiesOfType(member))) {
    const isOptional = members.some((member) => isOptionalIn(member, property.name, checker));
    const field = fieldOf(property, isOptional, checker);
    if (field.type !== "undefined" && !fields.has(property.name)) fields.set(property.name, field);
  }
  return [...fields.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function isObject(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isIntersection()) return type.types.every((part) => isObject(part, checker));
  return (type.flags & ts.TypeFlags.Object) !== 0 && checker.getPropertiesOfType(type).every(isOurs);
}

/** Whether a property is this package's own, not of the language or of an object of the grid, which the schema describes. */
function isOurs(property: ts.Symbol): boolean {
  const files = property.declarations?.map((declaration) => declaration.getSourceFile().fileName) ?? [];
  return files.length > 0 && files.every((file) => !/\/node_modules\/|\/src\/schema\//.test(file));
}

function isOptionalIn(type: ts.Type, name: string, checker: ts.TypeChecker): boolean {
  const property = checker.getPropertyOfType(type, name);
  return property === undefined || (property.flags & ts.SymbolFlags.Optional) !== 0;
}

function fieldOf(property: ts.Symbol, isOptional: boolean, checker: ts.TypeChecker): Field {
  const declaration = property.declarations?.find(ts.isPropertySignature);
  const type =
    declaration?.type?.getText() ?? checker.typeToString(checker.getTypeOfSymbol(property), declaration);
  const text = ts.displayPartsToString(property.getDocumentationComment(checker));
  return {
    name: `${property.name}${isOptional ? "?" : ""}`,
    type: inCell(type.replace(/ \| undefined$/, "")),
    text: inCell(text.replaceAll(/\{@link(?:code)? ([^}\s]+)\s*\}/g, "`$1`")),
  };
}

/** A text on one line, without characters that would end the cell. */
function inCell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
}
