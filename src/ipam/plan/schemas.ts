import type { z as Zod, ZodType } from "zod";
import { type RecordKind, recordTypes } from "../objects/record-kinds.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import { commentProblem } from "../requests/syntax.js";
import type { ApplyOptions, Changes, PlanOptions, RecordFields, ReleaseStepOptions } from "./requests.js";

/** The fields of a step for a record of any type. */
export interface AnyRecord extends RecordFields {
  readonly type: RecordKind;
  readonly ip?: unknown;
  readonly canonical?: unknown;
  readonly text?: string | undefined;
  readonly exchanger?: unknown;
  readonly preference?: number | undefined;
  readonly target?: unknown;
  readonly port?: number | undefined;
  readonly priority?: number | undefined;
  readonly weight?: number | undefined;
  readonly nameserver?: unknown;
  readonly ips?: string | readonly string[] | undefined;
  readonly flags?: number | undefined;
  readonly tag?: string | undefined;
  readonly value?: string | undefined;
}

/** Checks the options and steps of a plan. @throws {InvalidRequestError} for the first error */
export const checkPlanRequest = requestCheck(planSchemas);

function planSchemas(z: typeof Zod) {
  const fields = requestFields(z);
  const { call, text, record, description, viewName, requestId, called, ttl, dnsName, txt } = fields;
  const { networkView: _ofSteps, ...ofRecords } = description;
  const short = z
    .int("must be a whole number")
    .min(0, "must not be negative")
    .max(65_535, "is at most 65535");

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
      dnsView: viewName.optional(),
      ttl: ttl.optional(),
      ip: z.unknown().optional(),
      canonical: z.unknown().optional(),
      text: txt.optional(),
      exchanger: z.unknown().optional(),
      preference: short.optional(),
      target: z.unknown().optional(),
      port: short.optional(),
      priority: short.optional(),
      weight: short.optional(),
      nameserver: z.unknown().optional(),
      ips: fields.serverAddresses.optional(),
      flags: fields.caaFlags.optional(),
      tag: fields.caaTag.optional(),
      value: fields.caaValue.optional(),
    } satisfies Shape<AnyRecord>),

    change: z.strictObject({
      comment: text(commentProblem).optional(),
      extattrs: (record as ZodType<NonNullable<Changes["extattrs"]>>).optional(),
      fields: record.optional(),
    } satisfies Shape<Changes>),

    release: z.strictObject({
      cascade: z.boolean().optional(),
      force: z.boolean().optional(),
    } satisfies Shape<ReleaseStepOptions>),
  };
}
