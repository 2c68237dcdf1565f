import type { z as Zod } from "zod";
import type { Progress } from "../../wapi/progress.js";
import { policyFields } from "../addresses/schemas.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type {
  AddressesInChunksRequest,
  AddressesRequest,
  ReleaseManyOptions,
  SubnetsInChunksRequest,
  SubnetsRequest,
} from "./requests.js";

/** Checks the requests of bulk calls. @throws {InvalidRequestError} for the first error */
export const checkBulkRequest = requestCheck(bulkSchemasWith);

/** Exported for the test of types. */
export function bulkSchemasWith(z: typeof Zod) {
  const fields = requestFields(z);
  const { optional, flag, call, description, expiring, called, exclude, sources } = fields;
  const { strategy, bits, count, viewName } = fields;
  const many = {
    ...call,
    ...description,
    ...expiring,
    requestId: fields.requestIdOfMany,
    from: sources,
    strategy,
    exclude,
    onProgress: called<(progress: Progress) => void>().optional(),
  };
  const textOf = called<(index: number) => string>();
  const manyAddresses = {
    ...many,
    count: count.max(100_000, "at most 100,000 in one call"),
    ...optional({ name: textOf, mac: textOf, duid: textOf, dns: flag, dnsView: viewName }),
    ...policyFields(z),
  } satisfies Shape<AddressesInChunksRequest>;
  const manySubnets = {
    ...many,
    prefixLength: bits,
    count: count.max(10_000, "at most 10,000 in one call"),
  } satisfies Shape<SubnetsInChunksRequest>;
  return {
    requestAddresses: z.strictObject({
      ...manyAddresses,
      allOrNothing: flag,
    } satisfies Shape<AddressesRequest>),

    requestAddressesInChunks: z.strictObject(manyAddresses),

    requestSubnets: z.strictObject({ ...manySubnets, allOrNothing: flag } satisfies Shape<SubnetsRequest>),

    requestSubnetsInChunks: z.strictObject(manySubnets),

    releaseMany: z.strictObject({
      ...call,
      force: flag,
      onProgress: called<NonNullable<ReleaseManyOptions["onProgress"]>>().optional(),
    } satisfies Shape<ReleaseManyOptions>),
  };
}
