import { type Block, type Family, formatBlock, parseBlock, parseSpan, type Span } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import type { ExtattrsWhere, ObjectType } from "../../wapi/types.js";
import { cidrProblem } from "./syntax.js";

/**
 * Where subnets or addresses are taken from.
 *
 * - a CIDR: `"10.0.0.0/16"`
 * - a range, for addresses: `"10.0.0.50-10.0.0.99"`
 * - a reference: `"networkcontainer/ZG5z…:10.0.0.0/16/default"`
 * - a result of this API, such as a {@link Subnet}, or a row of `WapiClient`
 * - a {@link SourceQuery}: all objects with these extensible attributes or this comment
 */
export type Source = string | SourceObject | SourceRow | SourceQuery;

/** A result of this API, or any other object with a reference. */
export interface SourceObject {
  readonly ref: string;
  readonly cidr?: string | undefined;
  readonly networkView?: string | undefined;
  /** An address is no source; its subnet is. */
  readonly ip?: undefined;
}

/** A row of `WapiClient`. */
export interface SourceRow {
  readonly _ref: string;
}

/** All containers with these attributes, or all subnets if addresses are requested. The first one with room is used. */
export interface SourceQuery {
  /** `{ Site: "Paris" }`, or with operators: `{ VLAN: { gte: 100 } }`. */
  readonly extattrs?: ExtattrsWhere | undefined;
  /** The whole comment. */
  readonly comment?: string | undefined;
  /** Default: `4`. */
  readonly family?: Family | undefined;
  /** Whether no object may match. Then the next source is tried. Default: `false`, and the call throws. */
  readonly optional?: boolean | undefined;
  /** An address has attributes, too, but is no query. */
  readonly ip?: undefined;
}

/** A parsed source. */
export type Target = BlockTarget | RangeTarget | RefTarget | QueryTarget;

interface TargetBase {
  /** Its form in messages. */
  readonly text: string;
  readonly family: Family;
}

/** A source that is tried, with the addresses not to take from it. */
export interface AddressSource {
  readonly target: Target;
  readonly exclude: readonly Span[];
  /** The address that the client has chosen from it, if the grid is not to choose. */
  readonly ip?: string | undefined;
}

interface BlockTarget extends TargetBase {
  readonly kind: "block";
  readonly block: Block;
}

interface RangeTarget extends TargetBase {
  readonly kind: "range";
  readonly span: Span;
}

export interface RefTarget extends TargetBase {
  readonly kind: "ref";
  readonly ref: Ref;
  /** The kind of object, which decides what can be taken from it. */
  readonly holds: Holder;
  /** Known if the source has a `cidr`. The text inside a reference may be out of date and is not used. */
  readonly block: Block | undefined;
  /** The network view of the source, or of its reference. A request may name another one. */
  readonly networkView: string | undefined;
}

export interface QueryTarget extends TargetBase {
  readonly kind: "query";
  readonly query: SourceQuery;
}

/** The kinds of objects that subnets or addresses can be taken from, for both families. */
export type Holder = "container" | "network" | "range";

const holders: Readonly<Record<string, { readonly holds: Holder; readonly family: Family }>> = {
  networkcontainer: { holds: "container", family: 4 },
  ipv6networkcontainer: { holds: "container", family: 6 },
  network: { holds: "network", family: 4 },
  ipv6network: { holds: "network", family: 6 },
  range: { holds: "range", family: 4 },
  ipv6range: { holds: "range", family: 6 },
};

export function holderType<H extends Holder>(holds: H, family: Family): HolderType<H> {
  const name = holds === "container" ? "networkcontainer" : holds;
  return (family === 4 ? name : `ipv6${name}`) as HolderType<H>;
}

export type HolderType<H extends Holder = Holder> = {
  container: "networkcontainer" | "ipv6networkcontainer";
  network: "network" | "ipv6network";
  range: "range" | "ipv6range";
}[H];

/**
 * Parses the sources of a request, in order.
 *
 * @param accepts - the kinds of objects that the call can take from
 * @throws {InvalidRequestError} if a source is not valid or not of the family of the first; the error names the source
 */
export function parseTargets(
  sources: Source | readonly Source[],
  accepts: readonly Holder[],
  field = "from",
): Target[] {
  const list = isList(sources) ? sources : [sources];
  if (list.length === 0) throw invalid(field, sources, "names no source", exampleOf(accepts));
  const targets = list.map((source, index) =>
    parseTarget(source, accepts, isList(sources) ? `${field}[${index}]` : field),
  );
  const [first] = targets;
  for (const [index, { family, text }] of targets.entries()) {
    if (family === first?.family) continue;
    const problem = `is IPv${family}, but ${field}[0] is IPv${first?.family}; a request has one family`;
    throw invalid(`${field}[${index}]`, text, problem, exampleOf(accepts, first?.family));
  }
  return targets;
}

export function parseTarget(source: Source, accepts: readonly Holder[], field = "from"): Target {
  if (typeof source === "string") return parseText(source, accepts, field);
  if (typeof source === "object" && source !== null) {
    if ("ref" in source) return parseObject(source, accepts, field);
    if ("_ref" in source) return parseReference(source._ref, undefined, accepts, field);
    if ("extattrs" in source || "comment" in source) return parseQuery(source, field);
  }
  const problem = "not a source: a CIDR, a reference, a result, or a query by extattrs or comment";
  throw invalid(field, source, problem, exampleOf(accepts));
}

function parseText(text: string, accepts: readonly Holder[], field: string): Target {
  const block = parseBlock(text);
  if (block !== undefined) return { kind: "block", text, family: block.family, block };
  if (parseRef(text) !== undefined) return parseReference(text, undefined, accepts, field);
  const span = accepts.includes("range") && text.includes("-") ? parseSpan(text) : undefined;
  if (span !== undefined) return { kind: "range", text, family: span.family, span };
  const { problem, example } = cidrProblem(text) ?? { problem: "not a CIDR", example: exampleOf(accepts) };
  throw invalid(field, text, problem, example);
}

function parseObject(source: SourceObject, accepts: readonly Holder[], field: string): Target {
  const block = source.cidr === undefined ? undefined : parseBlock(source.cidr);
  if (source.cidr !== undefined && block === undefined) {
    throw invalid(`${field}.cidr`, source.cidr, "not a CIDR", exampleOf(accepts));
  }
  const target = parseReference(source.ref, block, accepts, field);
  return { ...target, networkView: source.networkView ?? target.networkView };
}

function parseReference(
  text: string,
  block: Block | undefined,
  accepts: readonly Holder[],
  field: string,
): RefTarget {
  const parts = typeof text === "string" ? parseRef(text) : undefined;
  if (parts === undefined) throw invalid(field, text, "not a reference of a grid", exampleOf(accepts));
  const holder = holders[parts.type];
  if (holder === undefined || !accepts.includes(holder.holds)) {
    const wanted = accepts.join(" or ");
    throw invalid(field, text, `refers to a ${parts.type}, but a ${wanted} is needed`, exampleOf(accepts));
  }
  if (block !== undefined && block.family !== holder.family) {
    const problem = `the reference is that of an IPv${holder.family} object`;
    throw invalid(`${field}.cidr`, formatBlock(block), problem, exampleOf(accepts, holder.family));
  }
  return {
    kind: "ref",
    text: cidrInRef(text) ?? text,
    ...holder,
    ref: text as Ref,
    block,
    networkView: networkViewInRef(text),
  };
}

/**
 * The CIDR in a reference: `10.0.0.0/16` in `…:10.0.0.0/16/default`. It is the one that the object had when the reference was
 * written. Use it for messages and searches only, since it identifies nothing.
 */
export function cidrInRef(ref: string): string | undefined {
  const name = parseRef(ref)?.name?.replaceAll(/%3a/gi, ":");
  return name?.match(/^[\da-f.:]+\/\d+/i)?.[0];
}

/** The network view in a reference: `lab` in `…:10.0.0.0/16/lab`. The object was in it when the reference was written. */
export function networkViewInRef(ref: string): string | undefined {
  const [, , view, ...more] = parseRef(ref)?.name?.split("/") ?? [];
  if (view === undefined || more.length > 0) return undefined;
  try {
    return decodeURIComponent(view);
  } catch {
    return undefined;
  }
}

/**
 * The network view of a request: the one that it names, or that of its sources, or the default of the `Ipam`.
 *
 * @throws {InvalidRequestError} if the sources lie in several views and the request names none
 */
export function networkViewOf(targets: readonly Target[], named: string | undefined, usual: string): string {
  if (named !== undefined) return named;
  const [view = usual, ...others] = new Set(
    targets.flatMap((target) => (target.kind === "ref" ? (target.networkView ?? []) : [])),
  );
  if (others.length === 0) return view;
  const problem = "the sources lie in several network views; a request has one";
  throw invalid("from", [view, ...others], problem, view);
}

function parseQuery(query: SourceQuery, field: string): QueryTarget {
  const { optional, ...criteria } = query;
  const { extattrs, comment, family = 4 } = criteria;
  if (optional !== undefined && typeof optional !== "boolean")
    throw invalid(`${field}.optional`, optional, "must be true or false", true);
  if (Object.keys(extattrs ?? {}).length === 0 && !comment) {
    const problem = "a query without extattrs and comment would match everything";
    throw invalid(field, query, problem, { extattrs: { Site: "Paris" } });
  }
  if (family !== 4 && family !== 6) throw invalid(`${field}.family`, family, "must be 4 or 6", 4);
  return { kind: "query", text: JSON.stringify(criteria), family, query };
}

function exampleOf(accepts: readonly Holder[], family: Family = 4): string {
  if (accepts.includes("container")) return family === 4 ? "10.0.0.0/16" : "2001:db8::/48";
  return family === 4 ? "10.0.0.0/24" : "2001:db8::/64";
}

export function isList<T>(sources: T | readonly T[]): sources is readonly T[] {
  return Array.isArray(sources);
}

/**
 * @param noun - the objects of these types, for the error
 * @throws {InvalidRequestError} unless the text is the reference of an object of one of these types
 */
export function checkedRef<T extends ObjectType>(
  field: string,
  text: unknown,
  types: readonly T[],
  noun: string,
  example: string,
): Ref<T> {
  const type: string | undefined = typeof text === "string" ? parseRef(text)?.type : undefined;
  if (types.some((one) => one === type)) return text as Ref<T>;
  throw invalid(field, text, type ? `refers to a ${type}, not to a ${noun}` : "is no reference", example);
}

/** The addresses of a target, if they are known without asking the grid. */
export function spanOfTarget(target: Target): Span | undefined {
  if (target.kind === "range") return target.span;
  return target.kind === "query" ? undefined : target.block;
}

export function namedAs(target: Target): Source {
  if (target.kind === "ref") return { ref: target.ref };
  return target.kind === "query" ? target.query : target.text;
}
