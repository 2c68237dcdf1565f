import type { z as Zod } from "zod";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { AuditOptions, CollectOptions, RenewOptions } from "./requests.js";

/** Checks the requests of upkeep. @throws {InvalidRequestError} for the first error */
export const checkUpkeepRequest = requestCheck(upkeepSchemasWith);

/** Exported for the test of types. */
export function upkeepSchemasWith(z: typeof Zod) {
  const { flag, release, expiring, viewName, reading, time, called } = requestFields(z);
  return {
    renew: z.strictObject({
      ...release,
      ...expiring,
      dnsView: viewName.optional(),
    } satisfies Shape<RenewOptions>),

    audit: z.strictObject({
      ...reading,
      now: time.optional(),
      onProgress: called<NonNullable<AuditOptions["onProgress"]>>().optional(),
    } satisfies Shape<AuditOptions>),

    collect: z.strictObject({
      ...reading,
      now: time.optional(),
      ...{ dryRun: flag, cascade: flag },
      onProgress: called<NonNullable<CollectOptions["onProgress"]>>().optional(),
    } satisfies Shape<CollectOptions>),
  };
}
