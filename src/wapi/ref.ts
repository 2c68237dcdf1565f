import { invalid } from "../errors.js";
import type { Ref } from "../schema/field.js";

// Layers above take the types of the wire from here: they don't know the schema.
export type { Ref };

/** The parts of a reference: `record:host` / `ZG5zLmhvc3Q…` / `web1.example.com/default`. */
export interface RefParts {
  readonly type: string;
  /** Together with the type, what identifies the object. Opaque. */
  readonly id: string;
  /** For people: names as they were when the grid wrote the reference; may be cut short or absent. */
  readonly name: string | undefined;
}

const shape = /^([a-z][a-z0-9_]*(?::[a-z0-9_]+)*)\/([\w+=-]+)(?::(.*))?$/;
/** What has no place in a reference, and would let one reach another path, query or host. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0020\u007f?#\\\p{Cs}]|(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/iu;
const example = "network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0/24/default";

/**
 * The parts of a reference, or `undefined` if the text is none.
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
 * A reference that came as plain text (from a file, an argument, another program), checked and typed.
 *
 * @throws {InvalidRequestError} if the text is no reference, or one of another object type
 * @example
 * await wapi.get(ref("network", process.argv[2]));
 */
export function ref<T extends string>(type: T, text: string): Ref<T> {
  if (refParts(text).type !== type)
    throw invalid("ref", text, `not a reference of type ${type}`, `${type}/ZG5z…`);
  return text as Ref<T>;
}

/**
 * Whether a reference is one of this type: tells apart what comes in several (`ipv4address.objects`, `search`).
 *
 * @example
 * const hosts = address.objects?.filter((object) => isRef("record:host", object));
 */
export function isRef<T extends string>(type: T, text: string): text is Ref<T> {
  return parseRef(text)?.type === type;
}

/**
 * Whether a row is an object of this type: tells apart what a `search` finds.
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

/** The parts of a reference that a request is about to use. */
export function refParts(text: unknown): RefParts {
  const parts = typeof text === "string" ? parseRef(text) : undefined;
  if (parts === undefined) throw invalid("ref", text, "not a WAPI reference", example);
  return parts;
}

/**
 * A checked reference as the last part of a URL path. Sent as the grid wrote it (names come percent-encoded
 * already); anything else that a path can't hold is encoded, and dot segments were refused with {@link refParts}.
 */
export function refPath(text: string): string {
  return text.replace(/%(?![0-9a-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]/giu, encodeURIComponent);
}
