import { placeFields } from "../addresses/schemas.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { HostAddressRequest, HostClientOptions, HostMove, HostOptions, HostQuery } from "./requests.js";

/** Checks the requests of `ipam.hosts`. @throws {InvalidRequestError} for the first error */
export const checkHostRequest = requestCheck((z) => {
  const fields = requestFields(z);
  const { optional, query, pattern, release, address, name, mac, duid, viewName, dnsName, zoneName } = fields;
  const options = { ...release, dnsView: viewName.optional() } satisfies Shape<HostOptions>;
  const { from, ...wanted } = placeFields(z);
  return {
    find: z.strictObject({
      ...query,
      ...optional({ ip: address, name, nameMatches: pattern, alias: dnsName, mac, duid }),
      ...optional({ zone: zoneName, dnsView: viewName }),
    } satisfies Shape<HostQuery>),
    addAddress: z.strictObject({
      ...options,
      ...wanted,
      from,
      ...optional({ mac, duid }),
    } satisfies Shape<HostAddressRequest>),
    move: z.strictObject({
      ...options,
      ...wanted,
      to: from,
      from: address.optional(),
    } satisfies Shape<HostMove>),
    setClient: z.strictObject({
      ...options,
      ip: address.optional(),
    } satisfies Shape<HostClientOptions>),
    change: z.strictObject(options),
    values: z.strictObject({
      ip: address.optional(),
      name: name.optional(),
      mac: mac.nullable().optional(),
      duid: duid.nullable().optional(),
      aliases: z.array(name).min(1, "names no alias").optional(),
    }),
  };
});
