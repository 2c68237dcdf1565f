/**
 * Result sets that clients read page by page. A set holds what the first request found, read only as far as pages were
 * requested. Objects that are deleted meanwhile are left out. Objects that are created meanwhile are not added.
 */

import { deflateSync, inflateSync } from "node:zlib";
import { protocolError } from "../model/answers.js";
import type { Grid, Row } from "../model/rules.js";
import type { FieldSelection } from "../model/view.js";

export interface ResultSet {
  /** The requested object type. Rows may have other types. */
  readonly type: string;
  readonly rows: Iterator<Row> & Iterable<Row>;
  readonly size: number;
  readonly selection: FieldSelection;
  readonly version: string;
  readonly inheritance: boolean;
}

export interface Page {
  readonly type: string;
  readonly rows: readonly Row[];
  readonly selection: FieldSelection;
  readonly version: string;
  readonly inheritance: boolean;
  /** The id of the next page; `undefined` on the last one. */
  readonly next: string | undefined;
}

interface OpenSet extends ResultSet {
  /** Rows read so far: a client can request a page again if its answer was lost. */
  readonly drawn: Row[];
}

/** How many sets stay open. The one that is unused for longest is dropped first. */
const mostSets = 64;

class ResultSets {
  readonly #sets = new Map<number, OpenSet>();
  #last = 0;

  open(set: ResultSet): number {
    this.#last += 1;
    this.#sets.set(this.#last, { ...set, drawn: [] });
    const [oldest] = this.#sets.keys();
    if (this.#sets.size > mostSets && oldest !== undefined) this.#sets.delete(oldest);
    return this.#last;
  }

  page(id: number, start: number, grid: Grid): Page {
    const set = this.#sets.get(id);
    if (!set || start > set.drawn.length) throw invalidPage();
    this.#sets.delete(id);
    this.#sets.set(id, set);
    const { type, drawn, size, selection, version, inheritance } = set;
    // One row more than the page shows whether there is another page.
    while (drawn.length <= start + size) {
      const { value, done } = set.rows.next();
      if (done) break;
      drawn.push(value);
    }
    const rows = drawn.slice(start, start + size).filter((row) => row.id === 0 || grid.get(row.id));
    const next = drawn.length > start + size ? formatPageId(id, start + size) : undefined;
    return { type, rows: rows.map((row) => grid.get(row.id) ?? row), selection, version, inheritance, next };
  }
}

const resultSets = (): ResultSets => new ResultSets();

export function firstPage(set: ResultSet, grid: Grid): Page {
  const sets = grid.derived(resultSets);
  return sets.page(sets.open(set), 0, grid);
}

export function nextPage(pageId: string, grid: Grid): Page {
  const [set, start] = parsePageId(pageId);
  return grid.derived(resultSets).page(set, start, grid);
}

/** A page id: a long lower-case hex string of zlib data, as a grid's. */
function formatPageId(set: number, start: number): string {
  const about = JSON.stringify({ offset: start, result_set: set, session: "wapi", kind: "next_page" });
  return deflateSync(about).toString("hex");
}

function parsePageId(pageId: string): readonly [set: number, start: number] {
  try {
    const about = JSON.parse(inflateSync(Buffer.from(pageId, "hex")).toString("utf8"));
    return [Number(about.result_set), Number(about.offset)];
  } catch {
    throw invalidPage();
  }
}

/** Guess page-id-sentence (open; asks unknownPageIsRefused): the sentence. The status 400 is likely. */
const invalidPage = () => protocolError("Invalid or expired page id");
