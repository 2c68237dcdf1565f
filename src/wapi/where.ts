import { checkObject, invalid } from "../errors.js";
import type { FieldSchema } from "../schema/schema.js";
import { wireValue } from "./extattrs.js";
import { fieldFacts, type TypeFacts, unknown } from "./type-facts.js";

/** One search argument: the key with its modifier (`comment~:`), and a value for the URL, or a structure. */
export type SearchArgument = readonly [key: string, value: string | number | boolean | object];

/** The operators of a criterion: the grid's modifiers by name. */
export interface Operators {
  readonly equals?: unknown;
  readonly matches?: unknown;
  readonly ignoreCase?: unknown;
  readonly not?: unknown;
  readonly gte?: unknown;
  readonly lte?: unknown;
}

const operators = ["equals", "matches", "ignoreCase", "not", "gte", "lte"] as const;
const anyModifier = "=!:~<>";

/**
 * The search arguments of a `where`.
 *
 * @throws {InvalidRequestError} for a field that can't be searched, an operator that it doesn't have, and for
 *   `undefined`: a filter that silently vanished would return everything
 */
export function searchArguments(facts: TypeFacts, where: object = {}): SearchArgument[] {
  checkObject("where", where, { comment: "blue" }, "an object of criteria by field");
  refuseExclusive(facts, where);
  return Object.entries(where).flatMap(([name, criterion]) => {
    if (name === "extattrs") return extattrArguments(facts, criterion);
    const field = searchable(facts, name);
    return criterionArguments(name, criterion, field?.searchableBy ?? anyModifier, `where.${name}`);
  });
}

function searchable(facts: TypeFacts, name: string): FieldSchema | undefined {
  const field = fieldFacts(facts, name, "where");
  if (field === undefined || field.searchableBy !== "") return field;
  const possible = [...(facts.schema?.fields.values() ?? [])].filter((one) => one.searchableBy !== "");
  const example = Object.fromEntries(possible.slice(0, 1).map((one) => [one.name, "…"]));
  throw invalid(`where.${name}`, name, `${facts.type} can't be searched by this field`, example);
}

function refuseExclusive(facts: TypeFacts, where: object): void {
  for (const group of facts.schema?.mutuallyExclusive ?? []) {
    const given = group.filter((name) => name in where);
    if (given.length > 1)
      throw invalid("where", given, `${facts.type} takes one of these at a time`, given[0]);
  }
}

function extattrArguments(facts: TypeFacts, attributes: unknown): SearchArgument[] {
  fieldFacts(facts, "extattrs", "where");
  checkObject("where.extattrs", attributes, { Site: "Paris" }, "criteria by attribute name");
  return Object.entries(attributes).flatMap(([name, criterion]) => {
    const at = `where.extattrs.${name}`;
    if (name === "" || /[!:~<>=]$/.test(name)) {
      throw invalid(at, name, "an attribute name that ends like a search modifier can't be searched", "Site");
    }
    return everyOf(criterion, at)
      .flatMap((one) => criterionArguments(`*${name}`, one, anyModifier, at))
      .map(([key, value]): SearchArgument => [key, wireValue(value, at) as string | number]);
  });
}

/** A list requires all its values of an attribute that may have several: each is a separate criterion. */
function everyOf(criterion: unknown, at: string): readonly unknown[] {
  const values = (value: unknown) => {
    if (!Array.isArray(value)) return [value];
    if (value.length === 0) throw invalid(at, value, "an empty list has no value to search for", ["a", "b"]);
    return value;
  };
  if (Array.isArray(criterion)) return values(criterion);
  if (typeof criterion !== "object" || criterion === null) return [criterion];
  const { ignoreCase, ...asked }: Operators = criterion;
  const [[operator, value] = [], ...others] = Object.entries(asked);
  if (operator === undefined || others.length > 0 || !Array.isArray(value)) return [criterion];
  return values(value).map((one) => ({ [operator]: one, ...(ignoreCase !== undefined && { ignoreCase }) }));
}

/**
 * Search arguments as the members of a JSON object, in which a key occurs only once. A second value of an attribute
 * becomes a regular expression that matches only this value.
 *
 * @throws {InvalidRequestError} for more than two values of one attribute
 */
export function searchObject(
  criteria: readonly SearchArgument[],
): Record<string, string | number | boolean | object> {
  const object = new Map<string, SearchArgument[1]>();
  for (const [key, value] of criteria) {
    if (object.get(key) === value) continue;
    const exact = exactPattern(key, value);
    if (!object.has(key)) object.set(key, value);
    else if (exact !== undefined && !object.has(exact[0])) object.set(...exact);
    else
      throw invalid(
        `where.extattrs.${key.replace(/^\*/, "")}`,
        value,
        "such a search takes two values at most",
        ["a", "b"],
      );
  }
  return Object.fromEntries(object);
}

/** "Equals" as a regular expression. */
function exactPattern(key: string, value: SearchArgument[1]): SearchArgument | undefined {
  if (/[!~<>]:?$/.test(key)) return undefined;
  const pattern = `^${String(value).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`;
  return key.endsWith(":") ? [`${key.slice(0, -1)}~:`, pattern] : [`${key}~`, pattern];
}

function criterionArguments(key: string, criterion: unknown, allowed: string, at: string): SearchArgument[] {
  const asked = operatorsOf(criterion, at);
  const ignoreCase = asked.ignoreCase === true ? ":" : "";
  const wanted: [modifier: string, value: unknown][] = [];
  if ("equals" in asked) wanted.push([ignoreCase, asked.equals]);
  if ("matches" in asked) wanted.push([`~${ignoreCase}`, asked.matches]);
  if ("not" in asked) wanted.push(["!", asked.not]);
  if ("gte" in asked) wanted.push([">", asked.gte]);
  if ("lte" in asked) wanted.push(["<", asked.lte]);
  if (wanted.length === 0) throw invalid(at, criterion, "has no operator", { equals: "…" });
  if (ignoreCase && !("equals" in asked || "matches" in asked)) {
    throw invalid(at, criterion, "ignoreCase goes with equals or matches", { equals: "…", ignoreCase: true });
  }
  return wanted.map(([modifier, value]) => {
    refuseModifier(modifier, allowed, at);
    return [`${key}${modifier}`, searchValue(value, at)];
  });
}

/** A plain value means "equals"; an object names its operators. */
function operatorsOf(criterion: unknown, at: string): Operators {
  if (typeof criterion !== "object" || criterion === null || Array.isArray(criterion)) {
    return { equals: criterion };
  }
  const wrong = Object.keys(criterion).find((name) => !(operators as readonly string[]).includes(name));
  if (wrong !== undefined) throw unknown(at, wrong, "search operator", operators);
  return criterion;
}

const spelled: Readonly<Record<string, string>> = {
  "=": "equals",
  ":": "ignoreCase",
  "~": "matches",
  "!": "not",
  "<": "lte",
  ">": "gte",
};

function refuseModifier(modifier: string, allowed: string, at: string): void {
  const missing = [...(modifier || "=")].find((letter) => !allowed.includes(letter));
  if (missing === undefined) return;
  const possible = [...allowed].map((letter) => spelled[letter]).join(", ");
  throw invalid(at, spelled[missing], `the grid can't search this field so; it takes ${possible}`, possible);
}

function searchValue(value: unknown, at: string): string | number | boolean | object {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date))
    return value;
  const problem =
    value === undefined
      ? "undefined would search for everything; leave the criterion out if that is meant"
      : "one text, number or boolean is compared at a time";
  throw invalid(at, value, problem, "…");
}
