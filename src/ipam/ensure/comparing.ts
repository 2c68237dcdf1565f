import { type ExtensibleAttributes, wireExtattrs } from "../../wapi/extattrs.js";
import { isReadable } from "../../wapi/type-facts.js";
import type { Ownership } from "../marks/ownership.js";
import { isSameOptions, type OptionsRow, ownOptions, type WireOption } from "../requests/dhcp-options.js";
import type { Desired } from "./description.js";
import type { Compared, Correction, Found, Judged, Row } from "./entry.js";

/** What of an entry isn't as it should be. */
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
 * What every object is compared by.
 *
 * @param type - its object type, which says which of its fields can be read
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
    // A grid leaves out a comment that is empty.
    actual: ({ row }) => ownership.withoutMark(String(row["comment"] ?? "")),
    correct: () => object({ comment: wanted }),
  };
}

/**
 * An attribute's value counts wherever it comes from; that there should be none is true of one that only comes from a
 * parent, which the object itself doesn't have.
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

/** A field of the object, compared and set as it is. */
export function comparedField(name: string, wanted: unknown, source = name, field = name): Compared {
  return {
    field,
    wanted,
    actual: ({ row }) => row[source],
    correct: () => object({ fields: { [source]: wanted } }),
  };
}

/** A field of the grid's own; of some lists the order means nothing. */
function comparedListed(name: string, wanted: unknown): Compared {
  return {
    ...comparedField(name, wanted, name, `fields.${name}`),
    isSame: (actual, { row }) => same({ [name]: wanted }, { ...row, [name]: actual }),
  };
}

/** A time to live holds only together with its switch. */
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

/** Fields that are compared have to be read: of options also whether they count. */
export function fieldsOf(type: string, { fields = {} }: Desired): string[] {
  const names = Object.keys(fields).filter((name) => isReadable(type, name));
  return names.includes("options") ? [...new Set([...names, "use_options"])] : names;
}

/** A description whose options count: a grid ignores them without their switch. */
export function withSwitches<Entry extends Desired>(entry: Entry): Entry {
  const { options, use_options } = entry.fields ?? {};
  if (!Array.isArray(options) || options.length === 0 || use_options !== undefined) return entry;
  return { ...entry, fields: { ...entry.fields, use_options: true } };
}

/** Of structures only what is described is compared; what a grid leaves out is empty. */
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

/** DHCP options are compared by what they mean, and the members that serve a network in any order. */
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

/** The same elements, in whatever order. */
export function sameSet(wanted: readonly unknown[], actual: unknown): boolean {
  const list = Array.isArray(actual) ? actual : [];
  return JSON.stringify([...wanted].sort()) === JSON.stringify([...list].sort());
}

/** A grid writes attributes by their definition's type: `"100"` of a text, `100` of a number, and `"True"` for true. */
function sameValue(wanted: unknown, actual: unknown): boolean {
  if (wanted === null) return actual === null;
  const texts = (value: unknown) => [value ?? []].flat().map(textOf);
  return sameSet(texts(wanted), texts(actual));
}

function textOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}

/** The one row there can be. */
export function firstRow(rows: readonly Row[]): Row | undefined {
  return rows[0];
}
