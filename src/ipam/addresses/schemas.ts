import type { z as Zod, ZodType } from "zod";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { AddressPlaceFields, NewHostAddress } from "./address-place.js";
import type { AddressPolicy } from "./address-policy.js";
import type { AddressFields, AddressQuery, AddressReleaseOptions } from "./requests.js";

/** Checks requests for one address. @throws {InvalidRequestError} for the first error */
export const checkAddressRequest = requestCheck(addressSchemasWith);

/** Exported for the test of types. */
export function addressSchemasWith(z: typeof Zod) {
  const fields = requestFields(z);
  const { optional, flag, call, description, expiring, query, pattern, release, requestId } = fields;
  const { sources, name, mac, duid, ttl, viewName, dhcp } = fields;
  return {
    requestAddress: z.strictObject({
      ...call,
      ...description,
      ...expiring,
      requestId,
      ...placeFields(z),
      from: (sources as ZodType<NonNullable<AddressFields["from"]>>).optional(),
      addresses: z.array(newHostAddress(z)).min(1, "must not be empty").optional(),
      as: z.literal(["host", "fixed", "reservation"], "must be host, fixed or reservation").optional(),
      ...optional({ name, mac, duid, dns: flag, dnsView: viewName, aliases: z.array(name), ttl, dhcp }),
    } satisfies Shape<AddressFields>),

    findAddresses: z.strictObject({
      ...query,
      ...optional({ mac, duid, name, nameMatches: pattern }),
    } satisfies Shape<AddressQuery>),

    releaseAddress: z.strictObject({
      ...release,
      dnsView: viewName.optional(),
    } satisfies Shape<AddressReleaseOptions>),
  };
}

function newHostAddress(z: typeof Zod) {
  const { optional, mac, duid } = requestFields(z);
  return z.strictObject({
    ...placeFields(z),
    ...optional({ mac, duid }),
  } satisfies Shape<NewHostAddress>);
}

export function policyFields(z: typeof Zod) {
  const { optional, flag } = requestFields(z);
  const places = z.int("must be a whole number").min(0, "must not be negative").max(4096, "at most 4,096");
  return optional({ skipFirst: places, skipLast: places, avoidEdges: flag }) satisfies Shape<AddressPolicy>;
}

export function placeFields(z: typeof Zod) {
  const { optional, flag, sources, strategy, address, exclude } = requestFields(z);
  return {
    ...policyFields(z),
    ...optional({ from: sources, strategy, ip: address, exclude, avoidRanges: flag }),
    ifInUse: z.literal(["fail", "allow"], "must be fail or allow").optional(),
  } satisfies Shape<AddressPlaceFields>;
}
