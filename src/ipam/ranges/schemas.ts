import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { ReleaseOptions } from "../requests/requests.js";
import type { PlacedRange, RangeQuery, RangeRequestFields } from "./requests.js";

/** Checks the requests of `ipam.ranges`. @throws {InvalidRequestError} for the first error */
export const checkRangeRequest = requestCheck((z) => {
  const fields = requestFields(z);
  const { optional, call, description, requestId, query, release, address, name, count, family } = fields;
  const subnet = z.custom<NonNullable<RangeQuery["in"]>>(
    (value) => typeof value === "string" || (typeof value === "object" && value !== null && "cidr" in value),
    "must be a CIDR, or a subnet",
  );
  const place = z.union(
    [z.int("must be a whole number"), address],
    "must be an address, or its position in a subnet",
  );
  return {
    // A range as a step of a plan. The plan itself checks `in`, which may name an earlier step.
    range: z.strictObject({
      ...description,
      in: z.unknown().optional(),
      first: place,
      last: place,
      name: name.optional(),
    } satisfies Shape<PlacedRange>),
    request: z.strictObject({
      ...call,
      ...description,
      requestId,
      ...optional({ name, in: subnet, first: place, last: place, size: count }),
      at: z.literal(["start", "end"], "must be start or end").optional(),
      servedBy: z
        .union(
          [z.strictObject({ member: name }), z.strictObject({ failover: name })],
          "must name a member or a failover association",
        )
        .optional(),
    } satisfies Shape<RangeRequestFields>),
    find: z.strictObject({
      ...query,
      ...optional({ in: subnet, first: address, name, family }),
    } satisfies Shape<RangeQuery>),
    release: z.strictObject(release satisfies Shape<ReleaseOptions>),
  };
});
