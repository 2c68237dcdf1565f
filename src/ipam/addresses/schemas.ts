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
  const { call, description, expiring, query, pattern, release, requestId } = fields;
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
      name: name.optional(),
      mac: mac.optional(),
      duid: duid.optional(),
      dns: z.boolean().optional(),
      dnsView: viewName.optional(),
      aliases: z.array(name).optional(),
      ttl: ttl.optional(),
      dhcp: dhcp.optional(),
    } satisfies Shape<AddressFields>),

    findAddresses: z.strictObject({
      ...query,
      mac: mac.optional(),
      duid: duid.optional(),
      name: name.optional(),
      nameMatches: pattern.optional(),
    } satisfies Shape<AddressQuery>),

    releaseAddress: z.strictObject({
      ...release,
      dnsView: viewName.optional(),
    } satisfies Shape<AddressReleaseOptions>),
  };
}

function newHostAddress(z: typeof Zod) {
  const { mac, duid } = requestFields(z);
  return z.strictObject({
    ...placeFields(z),
    mac: mac.optional(),
    duid: duid.optional(),
  } satisfies Shape<NewHostAddress>);
}

export function policyFields(z: typeof Zod) {
  const places = z.int("must be a whole number").min(0, "must not be negative").max(4096, "at most 4,096");
  return {
    skipFirst: places.optional(),
    skipLast: places.optional(),
    avoidEdges: z.boolean().optional(),
  } satisfies Shape<AddressPolicy>;
}

export function placeFields(z: typeof Zod) {
  const { sources, strategy, address, exclude } = requestFields(z);
  return {
    ...policyFields(z),
    from: sources.optional(),
    strategy,
    ip: address.optional(),
    exclude,
    avoidRanges: z.boolean().optional(),
    ifInUse: z.literal(["fail", "allow"], "must be fail or allow").optional(),
  } satisfies Shape<AddressPlaceFields>;
}
