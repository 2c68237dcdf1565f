import { AmbiguousTargetError, invalid } from "../errors.js";
import type { TransportAnswer, TransportRequest } from "../transport/transport.js";
import { type Exchange, pageIn, readRows, resultIn, unexpected, type WireRow } from "./answers.js";
import { type CallOptions, refuseUnknownOptions } from "./call-options.js";
import type { Conversation } from "./conversation.js";
import { askedFields, type FieldSelection, fieldArguments } from "./fields.js";
import { type ListLimits, listLimits, pagingArguments } from "./list-options.js";
import { type ReadProgress, Stopwatch } from "./progress.js";
import { objectPath, readRequest, typePath } from "./requests.js";
import { type TypeFacts, typeFacts } from "./type-facts.js";
import { responseOf, type WithResponse } from "./wapi-promise.js";
import { searchArguments } from "./where.js";

/** A search and the form of its answer. The typed form is `FindOptions`. */
export type Search = FieldSelection &
  ListLimits &
  CallOptions & {
    readonly where?: object | undefined;
    readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  };

const readOptions = ["fields", "addFields"];
const searchOptions = ["where", "limit", "failAbove", "pageSize", "onProgress", ...readOptions];

/** All objects that match. */
export async function find<Row>(
  grid: Conversation,
  type: string,
  search: Search,
): Promise<WithResponse<Row[]>> {
  const rows: Row[] = [];
  const answers: TransportAnswer[] = [];
  for await (const page of readPages<Row>(grid, type, search)) {
    for (const row of page.rows) rows.push(row);
    answers.push(page.answer);
  }
  return responseOf(rows, answers);
}

/** The one object that matches, or `undefined`. */
export async function findOne<Row>(
  grid: Conversation,
  type: string,
  search: Search,
): Promise<WithResponse<Row | undefined>> {
  const { data, ...response } = await find<Row & WireRow>(grid, type, { ...search, limit: 2 });
  const [one, other] = data;
  if (other === undefined) return { ...response, data: one };
  throw new AmbiguousTargetError(`Several objects of type ${type} match, but one was requested.`, {
    candidates: data.map((row) => String(row["_ref"])),
    hint: "Narrow the search (network_view is often missing), or use find.",
  });
}

/** One object by its reference. */
export async function get<Row>(
  grid: Conversation,
  ref: string,
  options: FieldSelection & CallOptions,
): Promise<WithResponse<Row>> {
  refuseUnknownOptions(options, readOptions);
  const version = await grid.version(options);
  const { type, path } = objectPath(version, ref);
  const facts = typeFacts(type, version, "read");
  const exchange = await grid.send(readRequest(path, [], fieldArguments(facts, options), options));
  return readOne(grid, facts, options, exchange, resultIn(exchange));
}

/** The one object in an answer. */
export async function readOne<Row>(
  grid: Conversation,
  facts: TypeFacts,
  selection: FieldSelection,
  exchange: Exchange,
  object: unknown,
): Promise<WithResponse<Row>> {
  const rows = await readRows(exchange, facts, askedFields(facts, selection), [object], grid.validation);
  return responseOf(rows[0] as Row, [exchange.answer]);
}

/** Yields the matching objects page by page. Requests a page only when it is needed. */
export async function* readPages<Row = WireRow>(
  grid: Conversation,
  type: string,
  search: Search,
): AsyncGenerator<{ readonly rows: Row[]; readonly answer: TransportAnswer }, void, undefined> {
  refuseUnknownOptions(search, searchOptions);
  checkProgress(search.onProgress);
  const stopwatch = new Stopwatch();
  const version = await grid.version(search);
  const facts = typeFacts(type, version, "read");
  const request = searchRequest(facts, { ...search, pageSize: search.pageSize ?? grid.pageSize });
  const asked = askedFields(facts, search);
  let left = search.limit ?? Number.POSITIVE_INFINITY;
  let done = 0;
  let pageId: string | undefined;
  const visited = new Set<string>();
  let emptyInARow = 0;
  do {
    const exchange = await grid.send(pageId === undefined ? request : nextPage(request, pageId));
    const page = pageIn(exchange);
    if (page.next !== undefined && visited.has(page.next)) {
      throw unexpected(exchange, "a page leads to itself, or to one before it");
    }
    if (page.next !== undefined) visited.add(page.next);
    emptyInARow = page.rows.length === 0 ? emptyInARow + 1 : 0;
    if (page.next !== undefined && emptyInARow > mostEmptyPages) {
      throw unexpected(exchange, `${emptyInARow} pages in a row are empty, and lead to another`);
    }
    const rows = await readRows(exchange, facts, asked, page.rows.slice(0, left), grid.validation);
    done += rows.length;
    search.onProgress?.(stopwatch.soFar(done));
    yield { rows: rows as Row[], answer: exchange.answer };
    left -= rows.length;
    pageId = page.next;
  } while (pageId !== undefined && left > 0);
}

/** A page may be empty if its objects were deleted. Many empty pages in a row are a fault of the grid. */
const mostEmptyPages = 10;

function checkProgress(onProgress: unknown): void {
  if (onProgress === undefined || typeof onProgress === "function") return;
  throw invalid("onProgress", onProgress, "must be a function", "({ done, rate }) => …");
}

function searchRequest(facts: TypeFacts, search: Search): TransportRequest {
  const criteria = searchArguments(facts, search.where);
  const control = [...fieldArguments(facts, search), ...pagingArguments(listLimits(search))];
  return readRequest(typePath(facts.version, facts.type), criteria, control, search);
}

/** The same request for the next page. Some clients repeat the other arguments, some do not; grids accept both. */
function nextPage(request: TransportRequest, pageId: string): TransportRequest {
  return { ...request, query: [...(request.query ?? []), ["_page_id", pageId]] };
}
