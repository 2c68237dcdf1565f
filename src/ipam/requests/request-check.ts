import type { z as Zod, ZodType } from "zod";
import { type InvalidRequestError, invalid } from "../../errors.js";
import { redactValue } from "../../redaction.js";
import { suggest } from "../../wapi/type-facts.js";

/** One schema per field of the request's type. The compiler refuses a schema that lacks a field or has another one. */
export type Shape<T> = { readonly [Field in keyof T]-?: ZodType<T[Field]> };

/** A valid value of each field, for error messages. */
const examples: Readonly<Record<string, unknown>> = {
  addresses: [{ from: "10.0.7.0/24" }, { ip: "10.0.8.5" }],
  "map.addresses": true,
  "probe.networkView": "scratch",
  "probe.zone": "probe.example.com",
  addMembers: ["dhcp-1.example.com"],
  alias: "www.example.com",
  aliases: ["www.example.com"],
  allOrNothing: true,
  as: "host",
  at: "end",
  atLeast: 90,
  avoidEdges: true,
  avoidRanges: true,
  canonical: "web-1.example.com",
  every: 1000,
  exchanger: "mail.example.com",
  cascade: true,
  cidr: "10.0.7.0/24",
  cloud: true,
  cursor: "plan.jsonl",
  comment: "blue",
  containing: "10.0.7.5",
  containers: [{ cidr: "10.0.0.0/16" }],
  count: 200,
  dns: false,
  dryRun: true,
  dnsView: "default",
  duid: "00:03:00:01:02:42:ac:11:00:02",
  exclude: ["10.0.0.1-10.0.0.9"],
  expiresAt: "2026-11-25T13:46:00Z",
  expiresIn: 86400,
  extattrs: { Site: "Paris" },
  family: 4,
  fields: { disable: true },
  first: "10.0.7.100",
  fixedAddresses: [{ ip: "10.0.7.5", mac: "02:42:ac:11:00:02" }],
  families: [4],
  force: true,
  fullFrom: 90,
  from: "10.0.0.0/16",
  gateway: "first",
  history: "inventories/",
  hosts: [{ name: "web-1.example.com", from: "10.0.7.0/24" }],
  id: 100,
  ifInUse: "fail",
  ignore: ["percent"],
  in: "10.0.7.0/24",
  include: ["subnets", "addresses"],
  interval: 300_000,
  insideSubnet: "unused",
  ip: "10.0.7.5",
  last: "10.0.7.199",
  leaseTime: 3600,
  limit: 100,
  mac: "02:42:ac:11:00:02",
  memory: 64,
  members: ["dhcp-1.example.com"],
  name: "web-1.example.com",
  nameMatches: "^web-\\d+\\.",
  networkView: "default",
  networkViews: ["default"],
  onLook: "({ since, until, differences }) => …",
  onProgress: "({ done, total, timeLeft }) => …",
  onRead: "({ done, rate }) => …",
  now: "2026-11-25T13:46:00Z",
  nsGroup: "default",
  options: [{ name: "domain-name-servers", value: "10.0.0.53" }],
  patience: 60000,
  port: 5060,
  preference: 10,
  prefixLength: 24,
  priority: 10,
  ptr: true,
  ranges: [{ first: "10.0.7.100", last: "10.0.7.199" }],
  records: [{ type: "A", name: "web-1.example.com", ip: "10.0.7.5" }],
  removeMembers: ["dhcp-1.example.com"],
  requestId: "deploy-42/blue",
  routedBy: "VRF",
  reservations: [{ ip: "10.0.7.5" }],
  servedBy: { member: "dhcp-1.example.com" },
  services: ["DHCP"],
  sharedBy: { "Network Name": "blue" },
  signal: "AbortSignal.timeout(5000)",
  size: 50,
  strategy: "most-free",
  skipFirst: 10,
  skipLast: 5,
  subnets: [{ cidr: "10.0.7.0/24" }],
  target: "web-1.example.com",
  text: "v=spf1 -all",
  to: "10.0.8.0/24",
  ttl: 3600,
  type: "A",
  view: "campus",
  weight: 5,
  within: "10.0.0.0/16",
  zone: "example.com",
};

type Schemas = Readonly<Record<string, ZodType>>;

/** Checks requests, by the name of their schema. @throws {InvalidRequestError} for the first error */
export interface RequestCheck<S extends Schemas> {
  <Name extends keyof S & string>(name: Name, request: unknown): Promise<Zod.output<S[Name]>>;
  /** Loads zod and the schemas, for {@link now}. */
  load(): Promise<void>;
  /** Checks synchronously. Before `load`, it returns the request unchecked: do not send that. */
  now<Name extends keyof S & string>(name: Name, request: unknown): Zod.output<S[Name]>;
}

/**
 * Makes the function that checks requests field by field. It does not compare fields with each other; the code that uses them
 * does. zod is loaded with the first request, so that the import of the package stays cheap.
 *
 * @param schemasWith - makes the schemas; called once
 */
export function requestCheck<S extends Schemas>(schemasWith: (z: typeof Zod) => S): RequestCheck<S> {
  let schemas: S | undefined;
  const load = async () => {
    schemas ??= schemasWith((await import("zod")).z);
  };
  const now = <Name extends keyof S & string>(name: Name, request: unknown): Zod.output<S[Name]> => {
    const checked = schemas?.[name]?.safeParse(request);
    if (checked === undefined) return request as Zod.output<S[Name]>;
    if (checked.success) return checked.data as Zod.output<S[Name]>;
    throw errorOf(name, schemas?.[name], request, checked.error.issues[0]);
  };
  const check = async <Name extends keyof S & string>(name: Name, request: unknown) => {
    await load();
    return now(name, request);
  };
  return Object.assign(check, { load, now });
}

type Issue = Zod.core.$ZodIssue;

function errorOf(
  call: string,
  schema: ZodType | undefined,
  given: unknown,
  issue: Issue | undefined,
): InvalidRequestError {
  // Redact the whole request: a field may show that another one is secret, as in { name: "Password", value: … }.
  const request = redactValue(undefined, given);
  const found = issue && innermost(issue);
  if (found === undefined) return invalid(call, request, "not a request", {});
  if (found.code === "unrecognized_keys") {
    const [option = ""] = found.keys;
    const path = [...found.path, option];
    const known = namesAt(schema, found.path);
    const isBegun = (name: string) => name.toLowerCase().startsWith(option.toLowerCase());
    const begun = option.length > 2 ? known.find(isBegun) : undefined;
    // An option that is spelled almost like the wrong one, or begins with it.
    const near = known.length === 0 ? undefined : (suggest(option, known) ?? begun);
    const others = near === undefined && known.length > 0 ? `, which takes ${known.join(", ")}` : "";
    return invalid(pathText(path), valueAt(request, path), `no option of ${call}${others}`, near);
  }
  const field = pathText(found.path);
  const value = valueAt(request, found.path);
  const example = (found.code === "custom" && found.params?.["example"]) || exampleOf(call, found.path);
  return invalid(field || call, value, problemOf(found, value), example);
}

/** `subnets[1].prefixLength` */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text ? `${text}.${String(part)}` : String(part);
  }, "");
}

/** The example for a path: that of this call, or of the innermost field that has one. For an item of a list, one item. */
function exampleOf(call: string, path: readonly PropertyKey[]): unknown {
  const own = examples[`${call}.${pathText(path)}`];
  if (own !== undefined) return own;
  const at = path.findLastIndex((part) => Object.hasOwn(examples, part));
  const example = examples[String(path[at])];
  return typeof path[at + 1] === "number" && Array.isArray(example) ? example[0] : example;
}

/** The most helpful issue of a union: the one about the text itself. "not a CIDR" says more than "not a list". */
function innermost(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const deeper = issue.errors.flat().find((inner) => inner.code === "custom" || inner.path.length > 0);
  return deeper === undefined ? issue : { ...innermost(deeper), path: [...issue.path, ...deeper.path] };
}

const expectations: Readonly<Record<string, string>> = { array: "a list", object: "an object" };

function problemOf(issue: Issue, value: unknown): string {
  if (value === undefined) return "is needed";
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return `must be ${expectations[issue.expected] ?? `a ${issue.expected}`}`;
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

function valueAt(request: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    request,
  );
}

/** The options that a schema has at a path, in all alternatives of a union. */
function namesAt(schema: ZodType | undefined, path: readonly PropertyKey[]): readonly string[] {
  const { def } = (schema?._zod ?? {}) as { def?: Zod.core.$ZodTypes["_zod"]["def"] };
  const [part, ...rest] = path;
  switch (def?.type) {
    case "optional":
    case "nullable":
    case "readonly":
    case "default":
      return namesAt(def.innerType as ZodType, path);
    case "union":
      return [...new Set(def.options.flatMap((option) => namesAt(option as ZodType, path)))];
    case "array":
      return typeof part === "number" ? namesAt(def.element as ZodType, rest) : [];
    case "record":
      return part === undefined ? [] : namesAt(def.valueType as ZodType, rest);
    case "object":
      return part === undefined ? Object.keys(def.shape) : namesAt(def.shape[String(part)] as ZodType, rest);
    default:
      return [];
  }
}
