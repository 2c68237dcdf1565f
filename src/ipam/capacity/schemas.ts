import type { z as Zod } from "zod";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type {
  CapacityOptions,
  ForecastOptions,
  FreeSubnetsOptions,
  ReportQuery,
  UtilizationOptions,
} from "./requests.js";

export function historySchema(z: typeof Zod) {
  return z.custom<ForecastOptions["history"]>(
    (value) => (typeof value === "string" && value !== "") || Array.isArray(value),
    "must be a folder or a list of inventories",
  );
}

/** Checks the requests of `ipam.capacity`. @throws {InvalidRequestError} for the first error */
export const checkCapacityRequest = requestCheck((z) => {
  const { optional, call, reading, bits, count, cidr, viewName, query: withLimit } = requestFields(z);
  const { limit: _, ...query } = withLimit;
  return {
    freeSpace: z.strictObject(reading satisfies Shape<CapacityOptions>),
    freeSubnets: z.strictObject({
      ...reading,
      prefixLength: bits,
      limit: count.optional(),
    } satisfies Shape<FreeSubnetsOptions>),
    forecast: z.strictObject({
      ...call,
      history: historySchema(z),
      ...optional({ within: cidr, networkView: viewName }),
    } satisfies Shape<ForecastOptions>),
    utilization: z.strictObject(reading satisfies Shape<UtilizationOptions>),
    report: z.strictObject({
      ...query,
      within: cidr.optional(),
      atLeast: z.number("must be a number").min(0, "is at least 0").max(100, "is at most 100").optional(),
    } satisfies Shape<ReportQuery>),
  };
});
