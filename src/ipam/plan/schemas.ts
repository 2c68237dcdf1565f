import type { ZodType } from "zod";
import { type RecordKind, recordTypes } from "../objects/record-kinds.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { RecordData } from "../requests/requests.js";
import { commentProblem } from "../requests/syntax.js";
import type { ApplyOptions, Changes, PlanOptions, RecordFields, ReleaseStepOptions } from "./requests.js";

/** The fields of a step for a record of any type. */
export interface AnyRecord
  extends RecordFields,
    Omit<RecordData, "ip" | "canonical" | "exchanger" | "target" | "nameserver"> {
  readonly type: RecordKind;
  readonly ip?: unknown;
  readonly canonical?: unknown;
  readonly exchanger?: unknown;
  readonly target?: unknown;
  readonly nameserver?: unknown;
}

/** Checks the options and steps of a plan. @throws {InvalidRequestError} for the first error */
export const checkPlanRequest = requestCheck((z) => {
  const fields = requestFields(z);
  const { optional, flag, call, text, record, description, viewName, requestId, called, ttl, dnsName } =
    fields;
  const any = z.unknown();
  const { networkView: _ofSteps, ...ofRecords } = description;
  return {
    plan: z.strictObject({
      ...call,
      requestId,
      networkView: viewName.optional(),
    } satisfies Shape<PlanOptions>),

    apply: z.strictObject({
      ...call,
      onProgress: called<NonNullable<ApplyOptions["onProgress"]>>().optional(),
    } satisfies Shape<ApplyOptions>),

    record: z.strictObject({
      ...ofRecords,
      type: z.literal(recordTypes, `must be one of ${recordTypes.join(", ")}`),
      name: dnsName,
      ...optional({ dnsView: viewName, ttl }),
      ...fields.recordData,
      ...optional({ ip: any, canonical: any, exchanger: any, target: any, nameserver: any }),
    } satisfies Shape<AnyRecord>),

    change: z.strictObject({
      comment: text(commentProblem).optional(),
      extattrs: (record as ZodType<NonNullable<Changes["extattrs"]>>).optional(),
      fields: record.optional(),
    } satisfies Shape<Changes>),

    release: z.strictObject({
      ...{ cascade: flag, force: flag },
    } satisfies Shape<ReleaseStepOptions>),
  };
});
