import { ServerError, UncertainWriteError } from "../errors.js";
import type { FieldSchema } from "../schema/schema.js";
import type { TransportAnswer, TransportRequest } from "../transport/transport.js";
import { plainExtattrs } from "./extattrs.js";
import { parseRef } from "./ref.js";
import type { TypeFacts } from "./type-facts.js";

/**
 * How closely answers are checked. `"basic"` checks where a wrong shape would harm (references, lists, addresses),
 * `"strict"` checks every known field, and `"off"` checks nothing.
 */
export type Validation = "strict" | "basic" | "off";

/** An object in an answer. */
export type WireRow = Record<string, unknown>;

/** A request and its answer, for errors that name both. */
export interface Exchange {
  readonly request: Pick<TransportRequest, "method" | "path" | "writes">;
  readonly answer: TransportAnswer;
}

/** The answer without the object around it that `_return_as_object` adds. */
export function resultIn({ answer }: Exchange): unknown {
  const { data } = answer;
  return isObject(data) && "result" in data ? data["result"] : data;
}

/** One page of a list, and the id of the next page if there is one. */
export function pageIn(exchange: Exchange): {
  readonly rows: readonly unknown[];
  readonly next: string | undefined;
} {
  const rows = resultIn(exchange);
  if (!Array.isArray(rows)) throw unexpected(exchange, "a list was expected");
  const next = (exchange.answer.data as WireRow)["next_page_id"];
  return { rows, next: typeof next === "string" && next !== "" ? next : undefined };
}

/** The object in the answer to a write. Only a reference if the request asked for no fields. */
export function writtenIn(exchange: Exchange): unknown {
  const result = resultIn(exchange);
  return typeof result === "string" ? { _ref: result } : result;
}

/** The reference in the answer to a delete. */
export function refIn(exchange: Exchange): string {
  const ref = resultIn(exchange);
  if (typeof ref === "string") return ref;
  if (isObject(ref) && typeof ref["_ref"] === "string") return ref["_ref"];
  throw unexpected(exchange, "a reference was expected");
}

/**
 * Rows for users: checked as far as `validate` says, with attributes as plain values.
 *
 * @param asked - names of the requested fields
 * @throws {ServerError} if a row does not match the request
 */
export async function readRows(
  exchange: Exchange,
  facts: TypeFacts,
  asked: readonly string[],
  rows: readonly unknown[],
  validation: Validation,
): Promise<WireRow[]> {
  if (validation === "strict") {
    const { checkWhole } = await import("./validate.js");
    checkWhole(facts, asked, rows, (problem) => unexpected(exchange, problem));
  }
  if (validation !== "off") {
    const chosen = chosenFields(facts, asked);
    for (const row of rows) {
      checkRef(exchange, facts.type, row);
      checkChosen(exchange, chosen, row as WireRow);
    }
  }
  return rows.map((row) => plainRow(row as WireRow));
}

/** The error of an answer with a wrong shape. It does not tell whether a write was done: it may have been. */
export function unexpected(
  { request, answer }: Exchange,
  problem: string,
): ServerError | UncertainWriteError {
  const { method, path, writes } = request;
  const error = new ServerError(
    `The answer to ${method} ${path} does not have its documented form: ${problem}.`,
    {
      status: answer.status,
      code: "ERR_INFOBLOX_UNEXPECTED_ANSWER",
      method,
      path,
      hint: 'If the grid is right, report it to us; validate: "off" accepts answers as they are.',
    },
  );
  if (!writes) return error;
  return new UncertainWriteError(
    `${method} ${path}: the answer has a wrong shape, so this may or may not have been done.`,
    {
      ...{ method, path, attempts: answer.attempts, cause: error },
      hint: "Before repeating it, read what it would have changed, and compare.",
    },
  );
}

function plainRow(row: WireRow): WireRow {
  if (row?.["extattrs"] !== undefined) row["extattrs"] = plainExtattrs(row["extattrs"]);
  return row;
}

/** Types whose answers hold objects of other types. */
const mixed = new Set(["search", "db_objects", "dtc:object", "dtc:monitor", "allrecords", "allrpzrecords"]);

function checkRef(exchange: Exchange, type: string, row: unknown): void {
  const ref = isObject(row) ? row["_ref"] : undefined;
  if (typeof ref === "string" && ref.startsWith(`${type}/`)) return;
  const found = typeof ref === "string" ? parseRef(ref)?.type : undefined;
  if (found === undefined) throw unexpected(exchange, "an object has no reference");
  if (found !== type && !mixed.has(type))
    throw unexpected(exchange, `an object of type ${type} was expected, one of type ${found} arrived`);
}

/** Those of the requested fields whose values a grid can choose (addresses, networks, VLAN ids). */
function chosenFields({ schema }: TypeFacts, asked: readonly string[]): readonly FieldSchema[] {
  return asked.flatMap((name) => schema?.fields.get(name) ?? []).filter((field) => field.inlineFunction);
}

/** Checks the values that a grid chose, since callers use them at once. */
function checkChosen(exchange: Exchange, chosen: readonly FieldSchema[], row: WireRow): void {
  for (const { name, types } of chosen) {
    const value = row[name];
    const expected = types[0] === "uint" ? "number" : "string";
    if (value === undefined || typeof value === expected) continue;
    throw unexpected(exchange, `${name} must be a ${expected}, and is ${JSON.stringify(value)}`);
  }
}

function isObject(value: unknown): value is WireRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
