import { type ExtensibleAttributes, wireExtattrs } from "../../wapi/extattrs.js";
import { isReadable } from "../../wapi/type-facts.js";
import type { Ownership } from "../marks/ownership.js";
import { isSameOptions, type OptionsRow, ownOptions, type WireOption } from "../requests/dhcp-options.js";
import type { Desired } from "./description.js";
import type { Compared, Correction, Found, Judged } from "./entry.js";

/** Compares an entry with its row: the differences, and the corrections. */
export function judge(found: Found): Judged {
  const { entry, row, belongings } = found;
  if (row === undefined) return { found, differences: [], corrections: [], object: undefined };
  const there = { ...found, row };
  const wrong = entry.compared.flatMap((compared) => {
    const actual = compared.actual(there);
    const isSame = compared.isSame?.(actual, there) ?? same(compared.wanted, actual);
    return isSame ? [] : [{ compared, actual }];
  });
  return {
    found,
    differences: wrong.map(({ compared: { field, wanted }, actual }) => ({ field, wanted, actual })),
    corrections: wrong.flatMap(({ compared }) => compared.correct(there)),
    object: entry.read(row, belongings),
  };
}

/**
 * The comparisons of comment, attributes and fields, which every object has.
 *
 * @param type - the object type, which decides which fields can be read
 */
export function comparedDescription(type: string, desired: Desired, ownership: Ownership): Compared[] {
  const { comment, extattrs = {}, fields = {} } = desired;
  return [
    ...(comment === undefined ? [] : [comparedComment(comment, ownership)]),
    ...Object.entries(extattrs).flatMap(([name, value]) =>
      value === undefined ? [] : [comparedAttribute(name, value)],
    ),
    ...Object.entries(fields)
      .filter(([name]) => isReadable(type, name))
      .map(([name, value]) => comparedListed(name, value)),
  ];
}

function comparedComment(wanted: string, ownership: Ownership): Compared {
  return {
    field: "comment",
    wanted,
    // A grid leaves out an empty comment.
    actual: ({ row }) => ownership.withoutMark(String(row["comment"] ?? "")),
    correct: () => object({ comment: wanted }),
  };
}

/**
 * An inherited value counts as the value of an attribute. But `null` demands only that the object has no value of its own.
 */
function comparedAttribute(name: string, wanted: unknown): Compared {
  return {
    field: `extattrs.${name}`,
    wanted,
    actual: ({ row }) => {
      const attributes = (row["extattrs"] ?? {}) as ExtensibleAttributes;
      const wire = wireExtattrs(attributes)[name];
      return wanted === null && wire?.inheritance_source !== undefined ? null : (wire?.value ?? null);
    },
    isSame: (actual) => sameValue(wanted, actual),
    correct: () => object({ extattrs: { [name]: wanted } as NonNullable<Desired["extattrs"]> }),
  };
}

/** The comparison of a field that is set as it is. */
export function comparedField(name: string, wanted: unknown, source = name, field = name): Compared {
  return {
    field,
    wanted,
    actual: ({ row }) => row[source],
    correct: () => object({ fields: { [source]: wanted } }),
  };
}

/** The comparison of a field in `fields`. Some lists are compared in any order. */
function comparedListed(name: string, wanted: unknown): Compared {
  return {
    ...comparedField(name, wanted, name, `fields.${name}`),
    isSame: (actual, { row }) => same({ [name]: wanted }, { ...row, [name]: actual }),
  };
}

/** The comparison of a time to live, which a grid ignores without `use_ttl`. */
export function comparedTtl(ttl: number): Compared {
  return {
    field: "ttl",
    wanted: ttl,
    actual: ({ row }) => (row["use_ttl"] === true ? row["ttl"] : undefined),
    correct: () => object({ fields: { ttl, use_ttl: true } }),
  };
}

export function object(changes: Extract<Correction, { kind: "object" }>["changes"]): Correction {
  return { kind: "object", changes };
}

/** The fields to read for the comparison. Options need their switch, too. */
export function fieldsOf(type: string, { fields = {} }: Desired): string[] {
  const names = Object.keys(fields).filter((name) => isReadable(type, name));
  return names.includes("options") ? [...new Set([...names, "use_options"])] : names;
}

/** Adds `use_options` to an entry with options: a grid ignores options without it. */
export function withSwitches<Entry extends Desired>(entry: Entry): Entry {
  const { options, use_options } = entry.fields ?? {};
  if (!Array.isArray(options) || options.length === 0 || use_options !== undefined) return entry;
  return { ...entry, fields: { ...entry.fields, use_options: true } };
}

/** Whether a value is as described. Of structures only described members are compared. A missing value counts as empty. */
export function same(wanted: unknown, actual: unknown): boolean {
  if (Array.isArray(wanted)) {
    const list = Array.isArray(actual) ? actual : [];
    return wanted.length === list.length && wanted.every((one, index) => same(one, list[index]));
  }
  if (typeof wanted === "object" && wanted !== null) {
    const members = (typeof actual === "object" && actual !== null ? actual : {}) as Readonly<
      Record<string, unknown>
    >;
    return Object.entries(wanted).every(([name, value]) => sameMember(name, value, members));
  }
  if (wanted === "" || wanted === null) return actual === undefined || actual === null || actual === "";
  return wanted === actual;
}

/** DHCP options are compared by their meaning, and members in any order. */
function sameMember(name: string, wanted: unknown, members: Readonly<Record<string, unknown>>): boolean {
  const actual = members[name];
  if (name === "options" && areOptions(wanted)) {
    return isSameOptions(ownOptions({ options: wanted }), ownOptions({ ...members } as OptionsRow));
  }
  if (name !== "members" || !Array.isArray(wanted)) return same(wanted, actual);
  const left = Array.isArray(actual) ? [...actual] : [];
  const isAmong = (one: unknown) => {
    const found = left.findIndex((candidate) => same(one, candidate));
    if (found >= 0) left.splice(found, 1);
    return found >= 0;
  };
  return wanted.every(isAmong) && left.length === 0;
}

function areOptions(value: unknown): value is readonly WireOption[] {
  return Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null);
}

/** Whether two lists have the same elements in any order. */
export function sameSet(wanted: readonly unknown[], actual: unknown): boolean {
  const list = Array.isArray(actual) ? actual : [];
  return JSON.stringify([...wanted].sort()) === JSON.stringify([...list].sort());
}

/** Compares attribute values as texts: a grid shows them by their type, such as `"100"` or `100`, and `"True"` for true. */
function sameValue(wanted: unknown, actual: unknown): boolean {
  if (wanted === null) return actual === null;
  const texts = (value: unknown) => [value ?? []].flat().map(textOf);
  return sameSet(texts(wanted), texts(actual));
}

function textOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}
