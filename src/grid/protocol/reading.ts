/** GET: one object by its reference, or a search, as a whole, limited, or page by page. */

import { badArgument, operationNotAllowed, protocolError, repeatedArgument } from "../model/answers.js";
import type { Grid, ReadContext, Row } from "../model/rules.js";
import { parseConditions, searchRows } from "../model/search.js";
import { isObject } from "../model/values.js";
import { schemaAt } from "../model/versions.js";
import { type FieldSelection, parseSelection, viewObject } from "../model/view.js";
import type { Json } from "../store/entity.js";
import { firstPage, nextPage, type Page } from "./paging.js";
import { type Call, numberOption, switchOption, textOption } from "./wire.js";

export interface ReadOutcome {
  readonly status: 200;
  readonly result: Json;
  readonly nextPage?: string | undefined;
}

/** A negative limit, which refuses more results, unless the request sets another. */
const defaultLimit = -1000;

export function read(call: Call, grid: Grid): ReadOutcome {
  const { target } = call;
  if (target.kind === "root") throw operationNotAllowed("read", "");
  refuseUnreadable(call);
  return target.kind === "object" ? readOne(target.ref, call, grid) : readList(target.type, call, grid);
}

function refuseUnreadable({ target, version }: Call): void {
  if (target.kind === "root") return;
  if (schemaAt(target.type, version)?.restrictions.includes("read"))
    throw operationNotAllowed("read", target.type);
}

function readOne(ref: string, call: Call, grid: Grid): ReadOutcome {
  if (switchOption(call.options, "_paging")) {
    throw protocolError("Paging is not supported for object reference read operations");
  }
  const row = grid.resolve(ref);
  return { status: 200, result: viewObject(row, selectionOf(row.type, call), contextOf(call, grid)) };
}

function readList(type: string, call: Call, grid: Grid): ReadOutcome {
  const pageId = textOption(call.options, "_page_id");
  if (pageId !== undefined) return pageOutcome(nextPage(pageId, grid), grid);
  const selection = selectionOf(type, call);
  const conditions = parseConditions(type, searchArguments(type, call), grid, call.version);
  const limit = numberOption(call.options, "_max_results") ?? defaultLimit;
  const context = contextOf(call, grid);
  if (switchOption(call.options, "_paging")) {
    const size = pageSize(call, limit, grid);
    const rows = grid.searchLag.found(searchRows(type, conditions, grid, true));
    const page = firstPage(
      { type, rows, size, selection, version: call.version, inheritance: context.inheritance },
      grid,
    );
    return pageOutcome(page, grid);
  }
  const rows = limited(grid.searchLag.found(searchRows(type, conditions, grid)), limit);
  return {
    status: 200,
    result: rows.map((row) => viewObject(row, selectionFor(row, type, selection, call.version), context)),
  };
}

/** The selection for a row. In a search over all types, each object shows the standard fields of its own type. */
function selectionFor(row: Row, type: string, selection: FieldSelection, version: string): FieldSelection {
  return row.type === type ? selection : parseSelection(row.type, version, undefined, undefined);
}

function selectionOf(type: string, { version, options }: Call): FieldSelection {
  const exactly = textOption(options, "_return_fields");
  const added = textOption(options, "_return_fields+");
  return parseSelection(type, version, exactly, added);
}

export function contextOf({ version, options }: Call, grid: Grid): ReadContext {
  return grid.readContext(version, switchOption(options, "_inheritance"));
}

/**
 * Search arguments of URI and body. An attribute may be repeated: the object must match both values. A list may be
 * repeated: it must contain either value. A single value may not be repeated.
 */
function searchArguments(type: string, { uriArgs, body, version }: Call): (readonly [string, Json])[] {
  const fields = schemaAt(type, version)?.fields;
  const attributes = uriArgs.filter(([name]) => name.startsWith("*"));
  const given = new Map<string, Json>();
  for (const [name, value] of uriArgs) {
    if (name.startsWith("*")) continue;
    const before = given.get(name);
    if (before !== undefined && !fields?.get(name)?.isArray) throw repeatedArgument(name);
    given.set(name, before === undefined ? value : [before, value].flat());
  }
  return [...attributes, ...given, ...Object.entries(isObject(body) ? body : {})];
}

/** A positive limit truncates the rows. A negative one refuses more rows. */
function limited(rows: Iterable<Row>, limit: number): Row[] {
  if (limit === 0) throw badArgument("_max_results", "Invalid value, must not be 0");
  const most = Math.abs(limit);
  const found: Row[] = [];
  for (const row of rows) {
    if (found.length === most) {
      if (limit > 0) break;
      throw protocolError(`Result set too large (> ${most})`);
    }
    found.push(row);
  }
  return found;
}

function pageSize({ options }: Call, limit: number, grid: Grid): number {
  if (!switchOption(options, "_return_as_object")) {
    throw protocolError("_return_as_object needs to be enabled for paging requests.");
  }
  if (limit > 0) return limit;
  if (!grid.assumptions.pagingNeedsLimit) return Math.abs(defaultLimit);
  // Guess paging-limit-sentence (documented; asks pagingNeedsLimit): the sentence; the rule is known.
  throw protocolError("_max_results must be set to a positive number for paging requests.");
}

function pageOutcome({ type, rows, selection, version, inheritance, next }: Page, grid: Grid): ReadOutcome {
  const context = grid.readContext(version, inheritance);
  const result = rows.map((row) => viewObject(row, selectionFor(row, type, selection, version), context));
  return { status: 200, result, nextPage: next };
}
