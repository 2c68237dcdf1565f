import { invalid } from "../errors.js";
import type { Ref } from "../schema/field.js";

// The layers above import the wire's types from here: they do not import the schema.
export type { Ref };

/** The parts of a reference: `record:host` / `ZG5zLmhvc3Q…` / `web1.example.com/default`. */
export interface RefParts {
  readonly type: string;
  /** Identifies the object together with the type. Opaque. */
  readonly id: string;
  /** For people: names at the time when the grid wrote the reference. May be shortened or missing. */
  readonly name: string | undefined;
}

const shape = /^([a-z][a-z0-9_]*(?::[a-z0-9_]+)*)\/([\w+=-]+)(?::(.*))?$/;
/** Characters that a reference never contains, and that would lead to another path, query or host. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for them
const forbidden = /[\u0000-\u0020\u007f?#\\\p{Cs}]|(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/iu;
const example = "network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0/24/default";

/**
 * The parts of a reference, or `undefined` if the text is not a reference.
 *
 * @example
 * parseRef("networkview/ZG5zLm5ldHdvcmtfdmlldyQw:default/true"); // { type: "networkview", id: "ZG5z…", name: "default/true" }
 */
export function parseRef(text: string): RefParts | undefined {
  if (typeof text !== "string") return undefined;
  const [, type, id, name] = shape.exec(text) ?? [];
  if (type === undefined || id === undefined || forbidden.test(text)) return undefined;
  return { type, id, name };
}

/**
 * Checks and types a reference from plain text (a file, an argument, another program).
 *
 * @throws {InvalidRequestError} if the text is not a reference of this object type
 * @example
 * await wapi.get(ref("network", process.argv[2]));
 */
export function ref<T extends string>(type: T, text: string): Ref<T> {
  if (refParts(text).type !== type)
    throw invalid("ref", text, `not a reference of type ${type}`, `${type}/ZG5z…`);
  return text as Ref<T>;
}

/**
 * Whether a reference is of this type, for answers with several types (`ipv4address.objects`, `search`).
 *
 * @example
 * const hosts = address.objects?.filter((object) => isRef("record:host", object));
 */
export function isRef<T extends string>(type: T, text: string): text is Ref<T> {
  return parseRef(text)?.type === type;
}

/**
 * Whether a row is an object of this type, for the results of a `search`.
 *
 * @example
 * const found = await wapi.find("search", { where: { address: "10.0.0.7" } });
 * for (const row of found) if (isRow("record:host", row)) console.log(row.name);
 */
export function isRow<T extends string, Any extends { readonly _ref: Ref }>(
  type: T,
  row: Any,
): row is Extract<Any, { readonly _ref: Ref<T> }> {
  return isRef(type, (row as Any | null | undefined)?._ref ?? "");
}

/** The parts of a reference for a request. */
export function refParts(text: unknown): RefParts {
  const parts = typeof text === "string" ? parseRef(text) : undefined;
  if (parts === undefined) throw invalid("ref", text, "not a WAPI reference", example);
  return parts;
}

/**
 * A checked reference as the last part of a URL path. It is sent as the grid wrote it, with names percent-encoded
 * already. Other characters that a path can't contain are encoded. {@link refParts} has refused dot segments.
 */
export function refPath(text: string): string {
  return text.replace(/%(?![0-9a-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]/giu, encodeURIComponent);
}
