import type { z as Zod } from "zod";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { GatewayRequest } from "./gateway.js";
import type {
  ContainerRequest,
  DhcpSettings,
  ResizeOptions,
  SplitOptions,
  SubnetChangeOptions,
  SubnetFields,
  SubnetQuery,
  SubnetReleaseOptions,
  VlanRequest,
} from "./requests.js";

/** Checks requests for a subnet, and those of `ipam.subnets`. @throws {InvalidRequestError} for the first error */
export const checkSubnetRequest = requestCheck(subnetSchemasWith);

/** Exported for the test of types. */
export function subnetSchemasWith(z: typeof Zod) {
  const fields = requestFields(z);
  const { optional, flag, call, description, expiring, release, query, called, requestId, exclude } = fields;
  const { sources, strategy, bits, cidr, address, name, viewName, subnetDhcp, family } = fields;
  const change = release satisfies Shape<SubnetChangeOptions>;
  const names = z.array(name).readonly();
  const id = z.int("must be a whole number").min(1, "is at least 1").max(4094, "is at most 4094");
  return {
    requestSubnet: z.strictObject({
      ...call,
      ...description,
      ...expiring,
      requestId,
      ...optional({ from: sources, strategy, prefixLength: bits, cidr, exclude }),
      insideSubnet: z.literal(["never", "unused", "always"], "must be never, unused or always").optional(),
      ...optional({ gateway: gatewayField(z), dhcp: subnetDhcp }),
    } satisfies Shape<SubnetFields>),

    findSubnets: z.strictObject({
      ...query,
      ...optional({ containing: address, within: cidr, cidr, family }),
      onProgress: called<NonNullable<SubnetQuery["onProgress"]>>().optional(),
    } satisfies Shape<SubnetQuery>),

    releaseSubnet: z.strictObject({
      ...release,
      cascade: flag,
    } satisfies Shape<SubnetReleaseOptions>),

    ensureContainer: z.strictObject({
      ...call,
      cidr,
      comment: description.comment,
      extattrs: description.extattrs,
      cloud: description.cloud,
      networkView: description.networkView,
    } satisfies Shape<ContainerRequest>),

    ensureNetworkView: z.strictObject({ ...call, name: viewName, create: flag }),

    // All other fields are those of `requestSubnet`, and are checked there.
    ensureShared: z.looseObject({
      sharedBy: z
        .record(name, z.union([name, z.int()], "must be a text or a whole number"), "must be an object")
        .refine((attributes) => Object.keys(attributes).length > 0, "names no attribute"),
      requestId: z.undefined("sharedBy identifies the subnet; leave requestId out").optional(),
    }),
    change: z.strictObject(change),
    split: z.strictObject({
      ...change,
      prefixLength: bits,
      ...{ used: flag, keepSettings: flag, reverseZones: flag },
    } satisfies Shape<SplitOptions>),
    resize: z.strictObject({
      ...change,
      prefixLength: bits,
      reverseZones: flag,
    } satisfies Shape<ResizeOptions>),
    setDhcp: z.strictObject({
      ...change,
      ...optional({ addMembers: names, removeMembers: names, options: fields.changedOptions, replace: flag }),
    } satisfies Shape<DhcpSettings>),
    assignVlan: z.strictObject({
      ...change,
      view: name,
      ...optional({ id, name }),
    } satisfies Shape<VlanRequest>),
    unassignVlan: z.strictObject({ ...change, id }),
  };
}

export function gatewayField(z: typeof Zod) {
  const { address } = requestFields(z);
  const wrongGateway = 'must be "first", "last", an address, { at, dhcp } or false';
  const gatewayPlace = z.union([z.literal(["first", "last"]), address], wrongGateway);
  return z.union(
    [
      gatewayPlace,
      z.literal(false),
      z.strictObject({ at: gatewayPlace, dhcp: z.boolean().optional() } satisfies Shape<GatewayRequest>),
    ],
    wrongGateway,
  );
}
