import type { z as Zod } from "zod";
import { requestCheck } from "../../request-check.js";
import { requestFields } from "../../request-fields.js";

/** Checks the requests of `ipam.subnets`. @throws {InvalidRequestError} for the first thing that is wrong */
export const checkSubnetRequest = requestCheck(subnetSchemasWith);

/** The schemas of all requests of the group. */
function subnetSchemasWith(z: typeof Zod) {
  const { name } = requestFields(z);
  return {
    // The rest is that of a subnet's request, and is checked as one.
    ensureShared: z.looseObject({
      sharedBy: z
        .record(name, z.union([name, z.int()], "must be a text or a whole number"), "must be an object")
        .refine((attributes) => Object.keys(attributes).length > 0, "names no attribute"),
      requestId: z.undefined("sharedBy is what the subnet is known by").optional(),
    }),
  };
}
