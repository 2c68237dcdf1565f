import type { ZodType } from "zod";
import { placeFields } from "../addresses/schemas.js";
import { recordTypes } from "../objects/record-kinds.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type {
  DnsQuery,
  DnsRemoveOptions,
  NewAddressRecord,
  NewCaaRecord,
  NewCnameRecord,
  NewDnsRecord,
  NewMxRecord,
  NewNsRecord,
  NewPtrRecord,
  NewSrvRecord,
  NewTxtRecord,
  ReverseZoneOptions,
  ZoneOptions,
} from "./requests.js";

/** Checks the requests of `ipam.dns`. @throws {InvalidRequestError} for the first error */
export const checkDnsRequest = requestCheck((z) => {
  const fields = requestFields(z);
  const { optional, flag, call, viewName, description, ttl, address, count, record } = fields;
  const { number16, dnsName, targetName, zoneName } = fields;
  const type = z.literal(recordTypes, `must be one of ${recordTypes.join(", ")}`);
  const common = {
    ...call,
    ...optional({ ttl, dnsView: viewName }),
    comment: description.comment,
    extattrs: description.extattrs,
    cloud: description.cloud,
    requestId: fields.requestId,
  };
  const named = { ...common, name: dnsName };
  const ofType = <T extends NewDnsRecord>(
    type: T["type"],
    data: Omit<Shape<T>, keyof typeof named | "type">,
  ) => z.strictObject({ ...named, type: z.literal(type), ...(data as Readonly<Record<string, ZodType>>) });
  const addressRecord = z.strictObject({
    ...named,
    ...placeFields(z),
    type: z.literal(["A", "AAAA"]),
    ...optional({ ptr: flag, networkView: viewName }),
  } satisfies Shape<NewAddressRecord>);
  return {
    type: z.looseObject({ type }),
    A: addressRecord,
    AAAA: addressRecord,
    PTR: ofType<NewPtrRecord>("PTR", { ip: address }),
    CNAME: ofType<NewCnameRecord>("CNAME", { canonical: dnsName }),
    MX: ofType<NewMxRecord>("MX", { exchanger: targetName, preference: number16 }),
    TXT: ofType<NewTxtRecord>("TXT", { text: fields.txt }),
    SRV: ofType<NewSrvRecord>("SRV", {
      ...{ target: targetName, port: number16, priority: number16, weight: number16 },
    }),
    NS: z.strictObject({
      ...call,
      type: z.literal("NS"),
      name: dnsName,
      nameserver: dnsName,
      ips: fields.serverAddresses,
      dnsView: viewName.optional(),
    } satisfies Shape<NewNsRecord>),
    CAA: ofType<NewCaaRecord>("CAA", {
      ...{ flags: fields.caaFlags, tag: fields.caaTag, value: fields.caaValue },
    }),
    find: z.strictObject({
      ...call,
      type: z.union([type, z.array(type).min(1, "names no type").readonly()]).optional(),
      ...optional({ name: dnsName, nameMatches: fields.pattern, ip: address, target: targetName }),
      ...optional({ text: fields.txt, zone: zoneName, extattrs: fields.where }),
      ...optional({ dnsView: viewName, limit: count }),
    } satisfies Shape<DnsQuery>),
    remove: z.strictObject({
      ...call,
      ...{ ptr: flag, force: flag },
    } satisfies Shape<DnsRemoveOptions>),
    zoneOf: z.strictObject({ ...call, dnsView: viewName.optional() } satisfies Shape<ZoneOptions>),
    ensureReverseZones: z.strictObject({
      ...call,
      dnsView: viewName.optional(),
      nsGroup: z.string().min(1, "must not be empty").optional(),
      comment: description.comment,
      fields: record.optional(),
    } satisfies Shape<ReverseZoneOptions>),
  };
});
