import type { z as Zod, ZodType } from "zod";
import type { InvalidRequestError } from "../errors.js";
import { invalid } from "../errors.js";
import type {
  Abortable,
  AddressesRequest,
  AddressFields,
  AddressReleaseOptions,
  ContainerRequest,
  LookupOptions,
  PeekOptions,
  PeekSubnets,
  SubnetFields,
  SubnetQuery,
  SubnetReleaseOptions,
  UtilizationOptions,
} from "./requests.js";
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

/** One schema per field of the request's type, no more and no fewer: the two can't disagree. */
type Shape<T> = { readonly [Field in keyof T]-?: ZodType<T[Field]> };

type Schemas = ReturnType<typeof schemasWith>;

let schemas: Promise<Schemas> | undefined;

/** A valid value of each field, for the error of a wrong one. */
const examples: Readonly<Record<string, unknown>> = {
  aliases: ["www.example.com"],
  allOrNothing: true,
  as: "host",
  avoidRanges: true,
  cascade: true,
  cidr: "10.0.7.0/24",
  comment: "blue",
  containing: "10.0.7.5",
  count: 200,
  dns: false,
  dnsView: "default",
  duid: "00:03:00:01:02:42:ac:11:00:02",
  exclude: ["10.0.0.1-10.0.0.9"],
  extattrs: { Site: "Paris" },
  family: 4,
  fields: { disable: true },
  force: true,
  from: "10.0.0.0/16",
  gateway: "first",
  ifInUse: "fail",
  ip: "10.0.7.5",
  limit: 100,
  mac: "02:42:ac:11:00:02",
  name: "web-1.example.com",
  networkView: "default",
  onProgress: "({ done, total }) => …",
  prefixLength: 24,
  requestId: "deploy-42/blue",
  signal: "AbortSignal.timeout(5000)",
  ttl: 3600,
  within: "10.0.0.0/16",
};

/**
 * The request, checked field by field; cross-checks are left to whoever understands the fields. zod is loaded with
 * the first request, so that importing the package stays cheap.
 *
 * @throws {InvalidRequestError} for the first thing that is wrong
 */
export async function checkRequest<Name extends keyof Schemas>(
  name: Name,
  request: unknown,
): Promise<Zod.output<Schemas[Name]>> {
  schemas ??= import("zod").then(({ z }) => schemasWith(z));
  const schema = (await schemas)[name] as unknown as ZodType<Zod.output<Schemas[Name]>>;
  const checked = schema.safeParse(request);
  if (checked.success) return checked.data;
  throw errorOf(name, request, checked.error.issues[0]);
}

/** The schemas of all requests. Exported for the test of types. */
export function schemasWith(z: typeof Zod) {
  const text = (problemOf: (value: string) => Problem | undefined) =>
    z.string().superRefine((value, context) => {
      const problem = problemOf(value);
      if (problem) context.addIssue({ code: "custom", message: problem.problem, params: { ...problem } });
    });
  const record = z.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object",
  );
  const called = <F>() => z.custom<F>((value) => typeof value === "function", "must be a function");
  const viewName = z.string().min(1, "must be the name of a view");
  const source = z.custom<NonNullable<SubnetFields["from"]>>(
    (value) => typeof value === "string" || (typeof value === "object" && value !== null),
    "must be a CIDR, a reference, a result, a query, or a list of these",
  );

  const call = {
    signal: z.custom<AbortSignal>((value) => isSignal(value), "must be an AbortSignal").optional(),
  };
  const description = {
    comment: text(commentProblem).optional(),
    extattrs: (record as ZodType<NonNullable<SubnetFields["extattrs"]>>).optional(),
    networkView: viewName.optional(),
    fields: record.optional(),
  };
  const requestId = text(requestIdProblem).optional();
  const exclusion = text(exclusionProblem);
  const exclude = z.union([exclusion, z.array(exclusion)], "must be addresses, CIDRs or ranges").optional();
  const family = z.literal([4, 6], "must be 4 or 6").optional();
  const count = z.int("must be a whole number").min(1, "must be at least 1");

  const bits = z
    .int("must be a whole number")
    .min(1, "must be at least 1")
    .max(128, "no address has more than 128 bits");
  const reading = { ...call, networkView: viewName.optional() };
  const release = { ...reading, force: z.boolean().optional() };

  return {
    requestSubnet: z.strictObject({
      ...call,
      ...description,
      requestId,
      from: source.optional(),
      prefixLength: bits.optional(),
      cidr: text(cidrProblem).optional(),
      exclude,
      gateway: z
        .union(
          [z.literal(["first", "last", false]), text(addressProblem)],
          'must be "first", "last", an address or false',
        )
        .optional(),
    } satisfies Shape<SubnetFields>),

    requestAddress: z.strictObject({
      ...call,
      ...description,
      requestId,
      from: (source as ZodType<NonNullable<AddressFields["from"]>>).optional(),
      ip: text(addressProblem).optional(),
      as: z.literal(["host", "fixed", "reservation"], "must be host, fixed or reservation").optional(),
      name: text(plainNameProblem).optional(),
      mac: text(macProblem).optional(),
      duid: text(duidProblem).optional(),
      dns: z.boolean().optional(),
      dnsView: viewName.optional(),
      aliases: z.array(text(plainNameProblem)).optional(),
      ttl: z
        .int("must be whole seconds")
        .min(0, "must not be negative")
        .max(2 ** 32 - 1, "is at most 4294967295")
        .optional(),
      exclude,
      avoidRanges: z.boolean().optional(),
      ifInUse: z.literal(["fail", "allow"], "must be fail or allow").optional(),
    } satisfies Shape<AddressFields>),

    requestAddresses: z.strictObject({
      ...call,
      ...description,
      from: source,
      count: count.max(100_000, "at most 100,000 in one call"),
      name: called<(index: number) => string>().optional(),
      dns: z.boolean().optional(),
      dnsView: viewName.optional(),
      exclude,
      allOrNothing: z.boolean().optional(),
      onProgress: called<NonNullable<AddressesRequest["onProgress"]>>().optional(),
    } satisfies Shape<AddressesRequest>),

    findSubnets: z.strictObject({
      ...call,
      containing: text(addressProblem).optional(),
      within: text(cidrProblem).optional(),
      cidr: text(cidrProblem).optional(),
      extattrs: (record as ZodType<NonNullable<SubnetQuery["extattrs"]>>).optional(),
      comment: z.string().optional(),
      networkView: viewName.optional(),
      family,
      limit: count.optional(),
    } satisfies Shape<SubnetQuery>),

    releaseAddress: z.strictObject({
      ...release,
      dnsView: viewName.optional(),
    } satisfies Shape<AddressReleaseOptions>),

    releaseSubnet: z.strictObject({
      ...release,
      cascade: z.boolean().optional(),
    } satisfies Shape<SubnetReleaseOptions>),

    lookup: z.strictObject(reading satisfies Shape<LookupOptions>),

    utilization: z.strictObject(reading satisfies Shape<UtilizationOptions>),

    peekAddresses: z.strictObject({ ...reading, exclude } satisfies Shape<PeekOptions>),

    peekSubnets: z.strictObject({
      ...reading,
      exclude,
      prefixLength: bits,
      count: count.optional(),
    } satisfies Shape<PeekSubnets>),

    setup: z.strictObject(call satisfies Shape<Abortable>),

    ensureContainer: z.strictObject({
      ...call,
      cidr: text(cidrProblem),
      comment: description.comment,
      extattrs: description.extattrs,
      networkView: description.networkView,
    } satisfies Shape<ContainerRequest>),

    ensureNetworkView: z.strictObject({ ...call, name: viewName }),
  };
}

function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}

type Issue = Zod.core.$ZodIssue;

function errorOf(call: string, request: unknown, issue: Issue | undefined): InvalidRequestError {
  const found = issue && innermost(issue);
  if (found === undefined) return invalid(call, request, "not a request", {});
  if (found.code === "unrecognized_keys") {
    const [option = ""] = found.keys;
    return invalid(option, valueAt(request, [option]), `no option of ${call}`, closest(option));
  }
  const field = found.path.reduce<string>(
    (path, part) =>
      typeof part === "number" ? `${path}[${part}]` : path ? `${path}.${String(part)}` : String(part),
    "",
  );
  const value = valueAt(request, found.path);
  const example = (found.code === "custom" && found.params?.["example"]) || examples[String(found.path[0])];
  return invalid(field || call, value, problemOf(found, value), example ?? { from: "10.0.0.0/16" });
}

/** Of a union's many complaints, the one about the text itself: "not a CIDR" says more than "not a list". */
function innermost(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const deeper = issue.errors.flat().find((inner) => inner.code === "custom" || inner.path.length > 0);
  return deeper === undefined ? issue : { ...innermost(deeper), path: [...issue.path, ...deeper.path] };
}

function problemOf(issue: Issue, value: unknown): string {
  if (value === undefined) return "is needed";
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return `must be a ${issue.expected}`;
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

function valueAt(request: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    request,
  );
}

/** The known option that a wrong one most looks like: sharing the longest beginning. */
function closest(option: string): string {
  const shared = (name: string) => {
    let length = 0;
    while (length < name.length && name[length]?.toLowerCase() === option[length]?.toLowerCase()) length += 1;
    return length;
  };
  return Object.keys(examples).reduce((best, name) => (shared(name) > shared(best) ? name : best));
}
