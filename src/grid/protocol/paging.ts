/**
 * Result sets that clients walk page by page. A set is what the first request found, drawn as far as it was asked for;
 * what is deleted meanwhile is left out, what is created meanwhile isn't in it.
 */

import { deflateSync, inflateSync } from "node:zlib";
import { protocolError } from "../model/answers.js";
import type { Grid, Row } from "../model/rules.js";
import type { FieldSelection } from "../model/view.js";

export interface ResultSet {
  /** Object type that was asked for; rows may be of others. */
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
  /** Id of the page after this one; `undefined` on the last. */
  readonly next: string | undefined;
}

interface OpenSet extends ResultSet {
  /** Rows drawn so far: a page whose answer was lost can be asked for again. */
  readonly drawn: Row[];
}

/** Sets that are kept open; the one unused for longest goes first. */
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
    // One row more than the page, to know whether there is another page.
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

/** A long lower-case hex string that begins like zlib data, because it is. */
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

/** Guess page-id-sentence (open; asks unknownPageIsRefused): the sentence; that the answer is a 400 is likely. */
const invalidPage = () => protocolError("Invalid or expired page id");
