import { invalid } from "../errors.js";
import type { QueryArgument } from "./fields.js";

/** How many objects a list may have. */
export interface ListLimits {
  /** At most so many objects: the caller's own cut. */
  readonly limit?: number | undefined;
  /** An error, by the grid, where there are more: nothing is cut. One request, not paged. */
  readonly failAbove?: number | undefined;
  /** Objects to a request. Default: the client's, 1000. */
  readonly pageSize?: number | undefined;
}

/** A grid's default, and the page size that all its clients use. */
export const defaultPageSize = 1_000;

/** The limits, checked. @throws {InvalidRequestError} if one isn't a count, or both are given */
export function listLimits<Limits extends ListLimits>(limits: Limits): Limits {
  checkCount("limit", limits.limit);
  checkCount("failAbove", limits.failAbove);
  checkCount("pageSize", limits.pageSize);
  if (limits.limit === undefined || limits.failAbove === undefined) return limits;
  throw invalid(
    "failAbove",
    limits.failAbove,
    "limit cuts the list and failAbove refuses to: choose one",
    1000,
  );
}

/** The arguments that have a list come in pages, or whole or not at all. */
export function pagingArguments({
  limit,
  failAbove,
  pageSize = defaultPageSize,
}: ListLimits): QueryArgument[] {
  const asObject: QueryArgument = ["_return_as_object", "1"];
  if (failAbove !== undefined) return [["_max_results", String(-failAbove)], asObject];
  return [["_paging", "1"], asObject, ["_max_results", String(Math.min(pageSize, limit ?? pageSize))]];
}

export function checkCount(field: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw invalid(field, value, "must be a whole number of at least 1", 100);
}
