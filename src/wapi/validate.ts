import { z } from "zod";
import { type FieldSchema, objectSchema, structSchema } from "../schema/schema.js";
import type { TypeFacts } from "./type-facts.js";

/**
 * Checks whole answers for `validate: "strict"`. The zod schemas come from the same facts as the types, one for each
 * object type, on first use. This module is loaded on demand, so that other clients do not load zod.
 */

/**
 * Checks rows as the grid wrote them, before attributes become plain values. Unknown fields are allowed.
 *
 * @param asked - names of the requested fields; those that the grid never leaves out must be present
 * @param fail - creates the error from a problem
 */
export function checkWhole(
  facts: TypeFacts,
  asked: readonly string[],
  rows: readonly unknown[],
  fail: (problem: string) => Error,
): void {
  const schema = rowSchema(facts.type);
  const always = asked.filter((name) => facts.schema?.fields.get(name)?.always);
  for (const [index, row] of rows.entries()) {
    const { error } = schema.safeParse(row);
    const issue = error?.issues[0];
    if (issue) throw fail(`object ${index}, ${issue.path.join(".") || "as a whole"}: ${issue.message}`);
    const missing = always.find((name) => !Object.hasOwn(row as object, name));
    if (missing !== undefined) throw fail(`object ${index} lacks ${missing}, which is never left out`);
  }
}

const objects = new Map<string, z.ZodType>();
const structs = new Map<string, z.ZodType>();

function rowSchema(type: string): z.ZodType {
  return remembered(objects, type, () => {
    const shape = shapeOf(objectSchema(type)?.fields);
    return z.looseObject({ ...shape, _ref: z.string() });
  });
}

function structType(type: string): z.ZodType {
  return remembered(structs, type, () => z.looseObject(shapeOf(structSchema(type)?.fields)));
}

function shapeOf(fields: ReadonlyMap<string, FieldSchema> | undefined): Record<string, z.ZodType> {
  const entries = [...(fields?.values() ?? [])].map((field) => [field.name, fieldType(field)] as const);
  return Object.fromEntries(entries);
}

/** Lazy, because types contain each other. */
function fieldType(field: FieldSchema): z.ZodType {
  return z.lazy(() => (field.isArray ? z.array(oneValue(field)) : oneValue(field))).optional();
}

const plain: Readonly<Record<string, () => z.ZodType>> = {
  string: () => z.string(),
  enum: () => z.string(),
  bool: () => z.boolean(),
  uint: () => z.int().min(0),
  int: () => z.int(),
  float: () => z.number(),
  timestamp: () => z.int(),
  object: () => z.looseObject({}),
  extattr: () => z.record(z.string(), z.looseObject({ value: attributeValue })),
};

const scalar = z.union([z.string(), z.number()]);
const attributeValue = z.union([scalar, z.array(scalar)]);

function oneValue(field: FieldSchema): z.ZodType {
  const closed = field.enumValues ?? field.allowedValues;
  if (closed) return z.enum(closed);
  return oneOf((field.wire ?? field.types).map((type) => plain[type]?.() ?? namedType(type, field)));
}

function namedType(type: string, field: FieldSchema): z.ZodType {
  if (structSchema(type)) return structType(type);
  if (field.link === "embedded") return rowSchema(type);
  return field.link === "object" ? z.looseObject({ _ref: z.string() }) : z.string();
}

function oneOf(types: readonly z.ZodType[]): z.ZodType {
  const [only, ...others] = types;
  if (only === undefined) return z.unknown();
  return others.length === 0 ? only : z.union(types);
}

function remembered(known: Map<string, z.ZodType>, type: string, make: () => z.ZodType): z.ZodType {
  const schema = known.get(type) ?? make();
  known.set(type, schema);
  return schema;
}
