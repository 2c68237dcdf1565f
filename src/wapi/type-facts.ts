import { type InvalidRequestError, invalid, invalidKind } from "../errors.js";
import { isOlderName } from "../schema/older-names.js";
import {
  compareVersions,
  existsAt,
  type FieldSchema,
  type FunctionSchema,
  factsVersion,
  type ObjectSchema,
  objectSchema,
  objectTypes,
  suggest,
} from "../schema/schema.js";

export { suggest };

/** What the client knows about one object type in the WAPI version in use. */
export interface TypeFacts {
  readonly type: string;
  /** `undefined` if the grid is newer than the facts, and may have a type of that name. */
  readonly schema: ObjectSchema | undefined;
  /** The WAPI version in use. */
  readonly version: string;
}

/** An operation on an object type, in the words of the facts' restrictions. */
export type Operation = "create" | "read" | "update" | "delete" | "function call";

/**
 * The facts of an object type.
 *
 * @throws {InvalidRequestError} if the type does not exist, not in this version, or does not have this operation
 */
export function typeFacts(type: string, version: string, operation?: Operation): TypeFacts {
  if (typeof type !== "string")
    throw invalidKind("type", type, "must be the name of an object type", "network");
  const schema = objectSchema(type);
  if (schema === undefined) {
    const mayBeNewer = gridKnowsMore(version) && /^[a-z][a-z0-9_:]*$/.test(type);
    if (mayBeNewer || isOlderName(type, version)) return { type, schema, version };
    throw unknown("type", type, "object type", objectTypes());
  }
  refuseOtherVersions("type", type, schema, version);
  if (operation !== undefined && schema.restrictions.includes(operation)) {
    throw invalid("type", type, `the grid offers no ${operation} for objects of this type`, "network");
  }
  return { type, schema, version };
}

/** A field's facts; `undefined` if only the grid can know it. `at` is the place of the name, e.g. `where`. */
export function fieldFacts(facts: TypeFacts, name: string, at: string): FieldSchema | undefined {
  const field = facts.schema?.fields.get(name);
  if (field !== undefined) refuseOtherVersions(at, name, field, facts.version);
  else if (facts.schema && !gridKnowsMore(facts.version)) {
    throw unknown(at, name, `field of ${facts.type}`, facts.schema.fields.keys());
  }
  return field;
}

/** Whether a field can be read. Some only control a create: `template`. */
export function isReadable(type: string, name: string): boolean {
  return objectSchema(type)?.fields.get(name)?.supports.includes("r") ?? true;
}

/** Whether the version in use has a field, or may have it. */
export function hasField({ schema, version }: TypeFacts, name: string): boolean {
  const field = schema?.fields.get(name);
  return field === undefined ? schema === undefined || gridKnowsMore(version) : existsAt(field, version);
}

/** A function's facts; `undefined` if only the grid can know it. */
export function functionFacts(facts: TypeFacts, name: string): FunctionSchema | undefined {
  const called = facts.schema?.functions.get(name);
  if (called !== undefined) refuseOtherVersions("function", name, called, facts.version);
  else if (facts.schema && !gridKnowsMore(facts.version)) {
    throw unknown("function", name, `function of ${facts.type}`, facts.schema.functions.keys());
  }
  return called;
}

/** Whether the grid may know names that the facts don't. */
export function gridKnowsMore(version: string): boolean {
  return compareVersions(version, factsVersion) > 0;
}

/** Names longer than this are not compared: a comparison takes time by length. */
const longestName = 100;

/** The error for an unknown name, with the closest known one. */
export function unknown(
  at: string,
  name: string,
  kind: string,
  known: Iterable<string>,
): InvalidRequestError {
  const names = [...known];
  const close = typeof name === "string" ? suggest(name.slice(0, longestName), names) : undefined;
  const problem = names.length === 0 ? `there is no ${kind}` : `unknown ${kind}`;
  return invalid(at, name, close ? `${problem}; did you mean ${close}?` : problem, close);
}

/** Refuses a name that the version in use does not have yet, or has no longer. */
function refuseOtherVersions(
  at: string,
  name: string,
  item: { readonly since?: string; readonly until?: string },
  version: string,
): void {
  if (existsAt(item, version)) return;
  const { since, until } = item;
  const early = since !== undefined && compareVersions(version, since) < 0;
  const problem = early ? `${name} exists from WAPI ${since} on` : `${name} is gone after WAPI ${until}`;
  const example = `wapiVersion: "${early ? since : until}"`;
  throw invalid(at, name, `${problem}, and this client speaks ${version}`, example);
}

/** Whether a version of WAPI has an object type. */
export function isKnownIn(type: string, version: string): boolean {
  return existsAt(objectSchema(type) ?? {}, version);
}
