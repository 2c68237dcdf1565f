import { type ExtensibleAttributes, wireExtattrs } from "../../wapi/extattrs.js";
import type { Ownership } from "../ownership.js";
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
    corrections: wrong.map(({ compared }) => compared.correct(there)),
    object: entry.read(row, belongings),
  };
}

/** What every object is compared by. */
export function comparedDescription(desired: Desired, ownership: Ownership): Compared[] {
  const { comment, extattrs = {}, fields = {} } = desired;
  return [
    ...(comment === undefined ? [] : [comparedComment(comment, ownership)]),
    ...Object.entries(extattrs).flatMap(([name, value]) =>
      value === undefined ? [] : [comparedAttribute(name, value)],
    ),
    ...Object.entries(fields).map(([name, value]) => comparedField(name, value, name, `fields.${name}`)),
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

/** Fields that are compared have to be read. */
export function fieldsOf({ fields = {} }: Desired): string[] {
  return Object.keys(fields);
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
    return Object.entries(wanted).every(([name, value]) => same(value, members[name]));
  }
  if (wanted === "" || wanted === null) return actual === undefined || actual === null || actual === "";
  return wanted === actual;
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
