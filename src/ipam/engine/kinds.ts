import { parseSpan } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import { wireExtattrs } from "../../wapi/extattrs.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { MarkCriteria } from "../marks/ownership.js";
import { type RecordKind, recordKinds } from "../objects/record-kinds.js";
import { detailFields, detailsOf, kindOfType, type RecordRow, targetFields } from "../objects/records.js";
import {
  addressOfFixed,
  addressOfHost,
  containerOf,
  fixedFields4,
  fixedFields6,
  hostFields,
  identityOfResult,
  rangeFields,
  rangeOf,
  subnetFields,
  subnetOf,
} from "../objects/rows.js";

/** An object that the engine makes, finds again and deletes. */
export interface Made {
  readonly ref: Ref;
  readonly comment?: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

/** The view to search in, as search fields. */
export type InView = { readonly network_view: string } | { readonly view?: string };

interface Limits {
  readonly limit?: number;
  readonly failAbove?: number;
}

/** What a request id may stand for: one object of one of these types. */
export interface Kind {
  readonly noun: string;
  readonly types: readonly string[];
  /** Types of another kind. An id that stands for one of those cannot stand for one of `types`. */
  readonly others: readonly string[];
}

const blocks = ["network", "ipv6network", "networkcontainer", "ipv6networkcontainer"];
const addresses = ["record:host", "fixedaddress", "ipv6fixedaddress"];
/** Without `record:ns`, which has no attributes, and `record:caa`, which older grids do not know: a search would fail. */
const records = Object.values(recordKinds)
  .map(({ type }) => type)
  .filter((type) => type !== "record:ns" && type !== "record:caa");

/** Subnets, and the containers that they become when they are divided. */
export const blockKind: Kind = { noun: "subnet", types: blocks, others: addresses };
export const containerKind: Kind = { ...blockKind, noun: "container" };
/** Hosts, fixed addresses and reservations. */
export const addressKind: Kind = { noun: "address", types: addresses, others: blocks };
export const rangeKind: Kind = { noun: "range", types: ["range", "ipv6range"], others: [] };
const recordKind: Kind = { noun: "record", types: records, others: [] };

/** The kind for the request id of a record of this type. An id may stand for a record of any type. */
export function recordKindOf(type: string): Kind {
  return recordKind.types.includes(type) ? recordKind : { ...recordKind, types: [...records, type] };
}

/** The kind reduced to one type, for objects that are identified by attributes: objects of other types may have the same ones. */
export function onlyOf(kind: Kind, type: string): Kind {
  return { ...kind, types: [type], others: [] };
}

interface Reading {
  readonly fields: readonly string[];
  readonly read: (row: never, expiry: string | undefined) => Made;
}

const readings: Readonly<Record<string, Reading>> = {
  network: { fields: subnetFields, read: (row, expiry) => subnetOf(row, false, expiry) },
  ipv6network: { fields: subnetFields, read: (row, expiry) => subnetOf(row, false, expiry) },
  networkcontainer: { fields: subnetFields, read: (row) => containerOf(row, false) },
  ipv6networkcontainer: { fields: subnetFields, read: (row) => containerOf(row, false) },
  "record:host": { fields: hostFields, read: (row, expiry) => addressOfHost(row, false, expiry) },
  fixedaddress: { fields: fixedFields4, read: (row, expiry) => addressOfFixed(row, false, expiry) },
  ipv6fixedaddress: { fields: fixedFields6, read: (row, expiry) => addressOfFixed(row, false, expiry) },
  range: { fields: rangeFields, read: (row) => rangeOf(row, false) },
  ipv6range: { fields: rangeFields, read: (row) => rangeOf(row, false) },
  ...Object.fromEntries(
    Object.entries(recordKinds).map(([kind, { type }]): [string, Reading] => [
      type,
      {
        fields: detailFields(kind as RecordKind),
        read: (row) => detailsOf(kind as RecordKind, row as RecordRow, false),
      },
    ]),
  ),
};

/**
 * Searches one type. The compiler cannot follow a type that is chosen at run time; the client checks it.
 *
 * @param limits.more - fields to read in addition to those of a result
 */
export function search(
  type: string,
  where: object,
  { more = [], ...limits }: Limits & { readonly more?: readonly string[] } = {},
): Step<readonly unknown[], never> {
  const fields = [...new Set([...fieldsOfType(type), ...more])] as unknown as readonly ["network"];
  return step.find(type as "network", { where, fields, ...limits }) as unknown as Step<
    readonly unknown[],
    never
  >;
}

/** The rows of a search as results. Hosts without addresses are left out, since they hold nothing. */
export function readRows(type: string, rows: readonly unknown[], expiry: string | undefined): Made[] {
  const isEmpty = (row: unknown) => {
    const { ipv4addrs = [], ipv6addrs = [] } = row as { ipv4addrs?: unknown[]; ipv6addrs?: unknown[] };
    return type === "record:host" && ipv4addrs.length + ipv6addrs.length === 0;
  };
  const read = readings[type]?.read;
  return read === undefined
    ? []
    : rows.filter((row) => !isEmpty(row)).map((row) => read(row as never, expiry));
}

export function fieldsOfType(type: string): readonly string[] {
  return readings[type]?.fields ?? [];
}

export function typeOf({ ref }: Pick<Made, "ref">): string {
  return parseRef(ref)?.type ?? "";
}

export function isBlock(thing: Pick<Made, "ref">): boolean {
  return blocks.includes(typeOf(thing));
}

type Values = Readonly<Record<string, unknown>>;

/** Search fields for the place of an object: its view, and its CIDR, address or name. They find any object there. */
export function fieldsOfPlace(thing: Made): Values {
  const type = typeOf(thing);
  const { cidr, ip, networkView, first, last, name, dnsView } = thing as unknown as Readonly<
    Record<string, string | undefined>
  >;
  const inView = { network_view: networkView };
  if (isBlock(thing)) return { ...inView, network: cidr };
  if (type === "range" || type === "ipv6range") return { ...inView, start_addr: first, end_addr: last };
  if (type === "record:host" && ip === undefined) return { ...inView, name };
  if (!addresses.includes(type)) return { ...(dnsView !== undefined && { view: dnsView }), name };
  return { ...inView, [ip?.includes(":") ? "ipv6addr" : "ipv4addr"]: ip };
}

/** Search fields for all values that were read of an object. They identify an object without a token. */
export function everythingRead(thing: Made): Values {
  const own = Object.entries(wireExtattrs(thing.extattrs)).flatMap(([name, { value, inheritance_source }]) =>
    inheritance_source === undefined && !Array.isArray(value) ? [[name, value] as const] : [],
  );
  const uuid = identityOfResult(thing);
  return {
    ...fieldsOfPlace(thing),
    ...(uuid !== undefined && { uuid }),
    ...recordValuesOf(thing),
    ...(thing.comment && { comment: thing.comment }),
    ...(own.length > 0 && { extattrs: Object.fromEntries(own) }),
  };
}

/** Search fields for the data of a record, since several records may have one name. */
function recordValuesOf(thing: Made): Values {
  const { ip, target, flags, tag, text } = thing as unknown as Readonly<Record<string, string | undefined>>;
  const kind = kindOfType(typeOf(thing));
  if (kind === "CAA") return { ca_flag: flags, ca_tag: tag, ca_value: text };
  const [field, value] =
    kind === "A" || kind === "AAAA"
      ? [kind === "A" ? "ipv4addr" : "ipv6addr", ip]
      : [kind && targetFields[kind], target];
  return field === undefined || value === undefined ? {} : { [field]: value };
}

/** The search for this object with these values: the first step of every delete and change. */
export function searchSelf(
  thing: Pick<Made, "ref">,
  where: MarkCriteria | Values,
): Step<readonly unknown[], never> {
  const options = { where: where as object, fields: [], limit: 1 };
  return step.find(typeOf(thing) as "network", options as never) as never;
}

/** Sorts by lowest address, then by reference, so that all callers see the same order. */
export function inOrder<T extends Made>(things: readonly T[]): T[] {
  const startOf = (thing: Made) => {
    const { cidr, ip, first } = thing as unknown as Readonly<Record<string, string | undefined>>;
    return parseSpan(first ?? ip ?? cidr ?? "")?.first ?? 0n;
  };
  return [...things].sort((one, other) => {
    const [left, right] = [startOf(one), startOf(other)];
    if (left !== right) return left < right ? -1 : 1;
    return one.ref < other.ref ? -1 : 1;
  });
}
