import type { z as Zod } from "zod";
import { requestCheck, type Shape } from "../request-check.js";
import { requestFields } from "../request-fields.js";
import type {
  DhcpOption,
  DhcpSettings,
  ResizeOptions,
  SplitOptions,
  SubnetChangeOptions,
  VlanRequest,
} from "./requests.js";

/** Checks the requests of `ipam.subnets`. @throws {InvalidRequestError} for the first thing that is wrong */
export const checkSubnetRequest = requestCheck(subnetSchemasWith);

/** The schemas of all requests of the group. */
function subnetSchemasWith(z: typeof Zod) {
  const { name, bits, release } = requestFields(z);
  const change = release satisfies Shape<SubnetChangeOptions>;
  const id = z.int("must be a whole number").min(1, "is at least 1").max(4094, "is at most 4094");
  const option = z.strictObject({
    name: name.optional(),
    num: z.int().min(1).max(65_535).optional(),
    value: z.string().nullable(),
    vendorClass: name.optional(),
  } satisfies Shape<DhcpOption>);
  return {
    // The rest is that of a subnet's request, and is checked as one.
    ensureShared: z.looseObject({
      sharedBy: z
        .record(name, z.union([name, z.int()], "must be a text or a whole number"), "must be an object")
        .refine((attributes) => Object.keys(attributes).length > 0, "names no attribute"),
      requestId: z.undefined("sharedBy is what the subnet is known by").optional(),
    }),
    change: z.strictObject(change),
    split: z.strictObject({
      ...change,
      prefixLength: bits,
      used: z.boolean().optional(),
      keepSettings: z.boolean().optional(),
      reverseZones: z.boolean().optional(),
    } satisfies Shape<SplitOptions>),
    resize: z.strictObject({
      ...change,
      prefixLength: bits,
      reverseZones: z.boolean().optional(),
    } satisfies Shape<ResizeOptions>),
    setDhcp: z.strictObject({
      ...change,
      addMembers: z.array(name).readonly().optional(),
      removeMembers: z.array(name).readonly().optional(),
      options: z
        .array(option.refine((one) => (one.name ?? one.num) !== undefined, "needs its name, or its num"))
        .readonly()
        .optional(),
      replace: z.boolean().optional(),
    } satisfies Shape<DhcpSettings>),
    assignVlan: z.strictObject({
      ...change,
      view: name,
      id: id.optional(),
      name: name.optional(),
    } satisfies Shape<VlanRequest>),
    unassignVlan: z.strictObject({ ...change, id }),
  };
}
