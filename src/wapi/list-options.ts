import { invalid } from "../errors.js";
import type { QueryArgument } from "./fields.js";

/** How many objects a list may have. */
export interface ListLimits {
  /** The most objects to return. Further ones are left out. */
  readonly limit?: number | undefined;
  /** The grid refuses if more objects match. Sends one request, without pages. */
  readonly failAbove?: number | undefined;
  /** Objects in each page. Default: the client's `pageSize`, 1000. */
  readonly pageSize?: number | undefined;
}

/** A grid's default, and the page size that its other clients use. */
export const defaultPageSize = 1_000;

/** Checks the limits. @throws {InvalidRequestError} if one is not a positive whole number, or both are given */
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

/** The arguments for pages, or for a limit. */
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
