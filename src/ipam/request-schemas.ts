import type { z as Zod, ZodType } from "zod";
import type { Progress } from "../wapi/progress.js";
import { requestCheck, type Shape } from "./request-check.js";
import { requestFields } from "./request-fields.js";
import type {
  AddressesInChunksRequest,
  AddressesRequest,
  AddressFields,
  AddressQuery,
  AddressReleaseOptions,
  AuditOptions,
  CollectOptions,
  ContainerRequest,
  LookupOptions,
  MapOptions,
  PeekOptions,
  PeekSubnets,
  ReleaseManyOptions,
  RenewOptions,
  SetupOptions,
  SubnetFields,
  SubnetQuery,
  SubnetReleaseOptions,
  SubnetsInChunksRequest,
  SubnetsRequest,
  UtilizationOptions,
} from "./requests.js";

/** Checks the requests of `Ipam`'s own methods. @throws {InvalidRequestError} for the first thing that is wrong */
export const checkRequest = requestCheck(schemasWith);

/** The schemas of all requests. Exported for the test of types. */
export function schemasWith(z: typeof Zod) {
  const fields = requestFields(z);
  const { call, description, expiring, reading, release, record, called, requestId, exclude, family } =
    fields;
  const {
    sources,
    strategy,
    policy,
    addressPlace,
    bits,
    count,
    cidr,
    address,
    time,
    name,
    mac,
    duid,
    ttl,
    viewName,
    gateway,
    dhcp,
    subnetDhcp,
  } = fields;

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
  const manyAddresses = {
    ...many,
    count: count.max(100_000, "at most 100,000 in one call"),
    name: called<(index: number) => string>().optional(),
    mac: called<(index: number) => string>().optional(),
    duid: called<(index: number) => string>().optional(),
    dns: z.boolean().optional(),
    dnsView: viewName.optional(),
    ...policy,
  } satisfies Shape<AddressesInChunksRequest>;
  const manySubnets = {
    ...many,
    prefixLength: bits,
    count: count.max(10_000, "at most 10,000 in one call"),
  } satisfies Shape<SubnetsInChunksRequest>;
  const allOrNothing = z.boolean().optional();

  return {
    requestSubnet: z.strictObject({
      ...call,
      ...description,
      ...expiring,
      requestId,
      from: sources.optional(),
      strategy,
      prefixLength: bits.optional(),
      cidr: cidr.optional(),
      exclude,
      insideSubnet: z.literal(["never", "unused", "always"], "must be never, unused or always").optional(),
      gateway: gateway.optional(),
      dhcp: subnetDhcp.optional(),
    } satisfies Shape<SubnetFields>),

    requestAddress: z.strictObject({
      ...call,
      ...description,
      ...expiring,
      requestId,
      ...addressPlace,
      from: (sources as ZodType<NonNullable<AddressFields["from"]>>).optional(),
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

    requestAddresses: z.strictObject({ ...manyAddresses, allOrNothing } satisfies Shape<AddressesRequest>),

    requestAddressesInChunks: z.strictObject(manyAddresses),

    requestSubnets: z.strictObject({ ...manySubnets, allOrNothing } satisfies Shape<SubnetsRequest>),

    requestSubnetsInChunks: z.strictObject(manySubnets),

    releaseMany: z.strictObject({
      ...call,
      force: z.boolean().optional(),
      onProgress: called<NonNullable<ReleaseManyOptions["onProgress"]>>().optional(),
    } satisfies Shape<ReleaseManyOptions>),

    findAddresses: z.strictObject({
      ...reading,
      mac: mac.optional(),
      duid: duid.optional(),
      name: name.optional(),
      nameMatches: z.string().min(1, "must not be empty").optional(),
      extattrs: (record as ZodType<NonNullable<AddressQuery["extattrs"]>>).optional(),
      comment: z.string().optional(),
      limit: count.optional(),
    } satisfies Shape<AddressQuery>),

    findSubnets: z.strictObject({
      ...call,
      containing: address.optional(),
      within: cidr.optional(),
      cidr: cidr.optional(),
      extattrs: (record as ZodType<NonNullable<SubnetQuery["extattrs"]>>).optional(),
      comment: z.string().optional(),
      networkView: viewName.optional(),
      family,
      limit: count.optional(),
      onProgress: called<NonNullable<SubnetQuery["onProgress"]>>().optional(),
    } satisfies Shape<SubnetQuery>),

    releaseAddress: z.strictObject({
      ...release,
      dnsView: viewName.optional(),
    } satisfies Shape<AddressReleaseOptions>),

    releaseSubnet: z.strictObject({
      ...release,
      cascade: z.boolean().optional(),
    } satisfies Shape<SubnetReleaseOptions>),

    renew: z.strictObject({
      ...release,
      ...expiring,
      dnsView: viewName.optional(),
    } satisfies Shape<RenewOptions>),

    audit: z.strictObject({
      ...reading,
      now: time.optional(),
      onProgress: called<NonNullable<AuditOptions["onProgress"]>>().optional(),
    } satisfies Shape<AuditOptions>),

    collect: z.strictObject({
      ...reading,
      now: time.optional(),
      dryRun: z.boolean().optional(),
      cascade: z.boolean().optional(),
      onProgress: called<NonNullable<CollectOptions["onProgress"]>>().optional(),
    } satisfies Shape<CollectOptions>),

    lookup: z.strictObject(reading satisfies Shape<LookupOptions>),

    map: z.strictObject({
      ...reading,
      history: z
        .custom<MapOptions["history"]>(
          (value) => (typeof value === "string" && value !== "") || Array.isArray(value),
          "must be a folder, or a list of inventories",
        )
        .optional(),
      addresses: z.boolean().optional(),
      onRead: called<NonNullable<MapOptions["onRead"]>>().optional(),
      onProgress: called<NonNullable<MapOptions["onProgress"]>>().optional(),
    } satisfies Shape<MapOptions>),

    utilization: z.strictObject(reading satisfies Shape<UtilizationOptions>),

    peekAddresses: z.strictObject({ ...reading, exclude } satisfies Shape<PeekOptions>),

    peekSubnets: z.strictObject({
      ...reading,
      exclude,
      prefixLength: bits,
      count: count.optional(),
    } satisfies Shape<PeekSubnets>),

    setup: z.strictObject({
      ...call,
      cloud: z.boolean().optional(),
      // Checked by whoever understands profiles.
      profile: z.custom<NonNullable<SetupOptions["profile"]>>().optional(),
    } satisfies Shape<SetupOptions>),

    ensureContainer: z.strictObject({
      ...call,
      cidr,
      comment: description.comment,
      extattrs: description.extattrs,
      cloud: description.cloud,
      networkView: description.networkView,
    } satisfies Shape<ContainerRequest>),

    ensureNetworkView: z.strictObject({ ...call, name: viewName, create: z.boolean().optional() }),
  };
}
