import { InvalidRequestError } from "../errors.js";
import { existsAt, type RequiredWhen } from "../schema/schema.js";
import type { TypeFacts } from "./type-facts.js";

type Values = Readonly<Record<string, unknown>>;

/**
 * Refuses a create with missing fields that the types can't require: one of several fields, and fields that the value
 * of another requires. The types require the fields that are always needed. These facts come from clients, which can be
 * stricter than a grid, whose own error is as clear.
 *
 * @throws {InvalidRequestError} that names the fields of which one is missing
 */
export function refuseIncomplete(facts: TypeFacts, values: Values): void {
  for (const names of facts.schema?.requiredAnyOf ?? []) refuseNoneOf(facts, names, values);
  for (const rule of facts.schema?.requiredWhen ?? []) refuseUnaccompanied(facts, rule, values);
}

function refuseNoneOf(facts: TypeFacts, group: readonly string[], values: Values): void {
  const names = group.filter((name) => isInVersion(facts, name));
  if (names.length === 0 || names.some((name) => isGiven(values[name]))) return;
  throw incomplete(names, `a ${facts.type} needs ${names.join(" or ")}`);
}

function refuseUnaccompanied(
  facts: TypeFacts,
  { field, equals, require }: RequiredWhen,
  values: Values,
): void {
  if (!equals.includes(values[field])) return;
  const missing = require.filter((name) => isInVersion(facts, name) && !isGiven(values[name]));
  if (missing.length === 0) return;
  const kind = `a ${facts.type} with ${field}: ${JSON.stringify(values[field])}`;
  throw incomplete(missing, `${kind} needs ${missing.join(" and ")}`);
}

function incomplete(missing: readonly string[], problem: string): Error {
  const [field = ""] = missing;
  const example = { [field]: "…" };
  const message = `create.${field}: ${problem} (valid: ${JSON.stringify(example)})`;
  return new InvalidRequestError(message, { field: `create.${field}`, value: undefined, example });
}

function isInVersion({ schema, version }: TypeFacts, name: string): boolean {
  return existsAt(schema?.fields.get(name) ?? {}, version);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
