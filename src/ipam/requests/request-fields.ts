import type { z as Zod, ZodType } from "zod";
import type { ExtattrsWhere } from "../../wapi/types.js";
import { type CloudDescription, cloudProblem } from "./cloud-attributes.js";
import type { DhcpOption, NewDhcpOption } from "./dhcp-options.js";
import type { NewDhcp, NewSubnetDhcp } from "./dhcp-settings.js";
import { canonicalName, dnsNameProblem, targetNameProblem, zoneNameProblem } from "./dns-name.js";
import type { Shape } from "./request-check.js";
import type { Description, ObjectQuery, RecordData } from "./requests.js";
import { type PoolStrategy, type Sources, strategies } from "./sources.js";
import {
  addressProblem,
  cidrProblem,
  commentProblem,
  duidProblem,
  exclusionProblem,
  macProblem,
  type Problem,
  plainNameProblem,
  requestIdProblem,
} from "./syntax.js";
import { txtProblem } from "./txt.js";

const wrongTime = "must be a Date, or an ISO time with its zone";
const firstOfYear10000 = Date.UTC(10_000, 0);

export function requestFields(z: typeof Zod) {
  /** Fields that a request may leave out. */
  const optional = <T extends Zod.core.$ZodShape>(shape: T) => z.object(shape).partial().shape;
  const text = (problemOf: (value: string) => Problem | undefined) =>
    z.string().superRefine((value, context) => {
      const problem = problemOf(value);
      if (problem) context.addIssue({ code: "custom", message: problem.problem, params: { ...problem } });
    });
  const record = z.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object",
  );
  const attributes = record as ZodType<NonNullable<Description["extattrs"]>>;
  const called = <F>() => z.custom<F>((value) => typeof value === "function", "must be a function");
  const viewName = z.string().min(1, "must be the name of a view");
  const sources = z.custom<Sources>(
    (value) => typeof value === "string" || (typeof value === "object" && value !== null),
    "must be a CIDR, a reference, a result, a query, a pool, or a list of these",
  );
  const strategy = z
    .literal(strategies, `must be one of ${strategies.join(", ")}`)
    .optional() satisfies ZodType<PoolStrategy | undefined>;

  const call = {
    signal: z.custom<AbortSignal>(isSignal, "must be an AbortSignal").optional(),
  };
  const cloud = z.custom<CloudDescription>().superRefine((value, context) => {
    const wrong = cloudProblem(value);
    if (wrong === undefined) return;
    const { field, problem: message, example } = wrong;
    context.addIssue({ code: "custom", message, params: { example }, path: field.split(".").slice(1) });
  });
  const comment = text(commentProblem);
  const description = optional({
    comment,
    extattrs: attributes,
    cloud,
    networkView: viewName,
    fields: record,
  });
  const time = z
    .union([z.date(wrongTime), z.iso.datetime({ offset: true, error: wrongTime })], wrongTime)
    .refine((time) => new Date(time).getTime() < firstOfYear10000, "must lie before the year 10000");
  const expiring = {
    expiresAt: time.optional(),
    expiresIn: z
      .int("must be whole seconds")
      .min(1, "must be at least 1")
      .max(2 ** 32 - 1, "is at most 4294967295")
      .optional(),
  };
  const requestId = text(requestIdProblem).optional();
  const requestIdOfMany = text((id) => {
    const problem = "for many objects is at most 240 characters long, since their numbers are appended";
    return id.length > 240 ? { problem, example: "deploy-42/workers" } : requestIdProblem(id);
  }).optional();
  const exclusion = text(exclusionProblem);
  const exclude = z.union([exclusion, z.array(exclusion)], "must be addresses, CIDRs or ranges").optional();
  const family = z.literal([4, 6], "must be 4 or 6").optional();
  const count = z.int("must be a whole number").min(1, "must be at least 1");

  const address = text(addressProblem);
  const bits = z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(128, "no address has more than 128 bits");
  const flag = z.boolean().optional();
  const reading = { ...call, networkView: viewName.optional() };
  const where = record as ZodType<ExtattrsWhere>;
  const query = {
    ...reading,
    ...optional({ extattrs: where, comment: z.string(), limit: count }),
  } satisfies Shape<ObjectQuery>;
  const release = { ...reading, force: z.boolean().optional() };

  const ttl = z
    .int("must be whole seconds")
    .min(0, "must not be negative")
    .max(2 ** 32 - 1, "is at most 4294967295");
  const name = text(plainNameProblem);
  const caaValue = z
    .string()
    .min(1, "must not be empty")
    .max(255, "is at most 255 characters long")
    .regex(/^[\x20-\x7e]*$/, "must be ASCII");
  const num = z.int("must be a whole number").min(1, "is at least 1").max(65_535, "is at most 65,535");
  const option = optional({ name, num, vendorClass: name });
  const isNamed = (one: Pick<DhcpOption, "name" | "num">) => (one.name ?? one.num) !== undefined;
  const newOption = z
    .strictObject({ ...option, value: z.string() } satisfies Shape<NewDhcpOption>)
    .refine(isNamed, "needs name or num");
  const changedOption = z
    .strictObject({ ...option, value: z.string().nullable() } satisfies Shape<DhcpOption>)
    .refine(isNamed, "needs name or num");
  const dhcpShape = optional({
    ...{ options: z.array(newOption).readonly(), leaseTime: ttl },
  }) satisfies Shape<NewDhcp>;
  const number16 = z.int("must be a whole number").min(0, "is at least 0").max(65_535, "is at most 65535");
  const txt = text(txtProblem);
  const serverAddresses = z.union(
    [address, z.array(address).min(1, "must not be empty").readonly()],
    "must be the name server's addresses",
  );
  const caaFlags = z.int("must be a whole number").min(0, "is at least 0").max(255, "is at most 255");
  const caaTag = z.string().regex(/^[a-z\d]{1,15}$/i, "must be up to 15 letters and digits, such as issue");
  const dnsName = text(dnsNameProblem).transform(canonicalName);
  const targetName = text(targetNameProblem).transform(canonicalName);
  /** The data of a record of any kind. */
  const recordData = optional({
    ...{ ip: address, canonical: dnsName, text: txt, exchanger: targetName, preference: number16 },
    ...{ target: targetName, port: number16, priority: number16, weight: number16 },
    ...{ nameserver: dnsName, ips: serverAddresses, flags: caaFlags, tag: caaTag, value: caaValue },
  }) satisfies Shape<RecordData>;
  return {
    optional,
    flag,
    recordData,
    number16,
    dhcp: z.strictObject(dhcpShape),
    changedOptions: z.array(changedOption).readonly(),
    subnetDhcp: z.strictObject({
      ...dhcpShape,
      members: z.array(name).readonly().optional(),
    } satisfies Shape<NewSubnetDhcp>),
    text,
    record,
    attributes,
    called,
    viewName,
    sources,
    strategy,
    call,
    description,
    time,
    expiring,
    requestId,
    requestIdOfMany,
    exclude,
    family,
    count,
    bits,
    reading,
    where,
    query,
    pattern: z.string().min(1, "must not be empty"),
    release,
    ttl,
    address,
    cidr: text(cidrProblem),
    mac: text(macProblem),
    duid: text(duidProblem),
    name,
    txt,
    serverAddresses,
    caaFlags,
    caaTag,
    caaValue,
    dnsName,
    targetName,
    zoneName: text(zoneNameProblem),
  };
}

function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}
