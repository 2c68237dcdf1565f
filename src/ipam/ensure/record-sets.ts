import { createHash } from "node:crypto";
import type { Ownership } from "../marks/ownership.js";
import type { RecordKind } from "../objects/record-kinds.js";
import { canonicalValue, hasMarks, isSameValue, plainValue } from "../objects/records.js";
import type { Changes } from "../plan/requests.js";
import type { Row } from "./entry.js";

/** The data of a record, by WAPI field. */
export type RecordValues = Readonly<Record<string, unknown>>;

/** The records of one type and name in a description. */
export interface RecordSet {
  readonly type: RecordKind;
  /** The name; for PTR records the address. */
  readonly name: string;
  readonly wanted: readonly RecordValues[];
  /** Whether all other records of the set are deleted. */
  readonly exclusive: boolean;
  /** The beginning of the request ids of this description. */
  readonly scope: string | undefined;
}

/** The kinds of which a name usually has one record. If there is only one, the description changes it. */
const lone: readonly RecordKind[] = ["A", "AAAA", "PTR", "CNAME"];

/**
 * The rows for the described records of a set: those with the same data, then those that may be replaced. This description may replace
 * records that it has made, or with `exclusive` any. Other records stay.
 */
export function recordsOfSet(
  set: RecordSet,
  rows: readonly Row[],
  ownership: Ownership,
): { readonly rows: readonly (Row | undefined)[]; readonly surplus: readonly Row[] } {
  const left = [...rows];
  const take = (fits: (row: Row) => boolean) => {
    const index = left.findIndex(fits);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const same = set.wanted.map((values) => take((row) => says(row, values)));
  const isAlone = lone.includes(set.type) && set.wanted.length === 1 && rows.length === 1;
  const mayReplace = (row: Row) => {
    if (isOfZone(row) || isForeign(row, ownership)) return false;
    const maker = makerOf(row, set, ownership);
    return set.exclusive || maker === "this" || (isAlone && (maker === "nobody" || set.scope === undefined));
  };
  const found = same.map((row) => row ?? take(mayReplace));
  return { rows: found, surplus: set.exclusive ? left.filter((row) => !isOfZone(row)) : [] };
}

/** Whether a record has another owner. Such a record is never replaced. */
function isForeign(row: Row, ownership: Ownership): boolean {
  const owner = ownership.ownerNamed(row);
  return owner !== undefined && owner !== ownership.owner;
}

/** Whether the grid has made the record for a name server of the zone. */
function isOfZone(row: Row): boolean {
  return row["creator"] === "SYSTEM";
}

function says(row: Row, values: RecordValues): boolean {
  return Object.entries(values).every(([field, value]) =>
    isSameValue(field, plainValue(field, row[field]), value),
  );
}

/** The description that has made a record, by its request id; `"nobody"` if it has none. */
function makerOf(row: Row, { scope, type }: RecordSet, ownership: Ownership): "this" | "other" | "nobody" {
  const id = ownership.requestIdOf(row);
  if (id === undefined) return "nobody";
  const start = `${scope}/${type}:`;
  const isOurs = scope !== undefined && id.startsWith(start) && /^[0-9a-f]{12}$/.test(id.slice(start.length));
  return isOurs ? "this" : "other";
}

/** The request id of a record. It has a hash of the data, so that the records of a set have different ids. */
export function recordId({ scope, type, name }: RecordSet, values: RecordValues): string | undefined {
  if (scope === undefined || !hasMarks(type)) return undefined;
  const said = Object.entries(values).map(([field, value]) => [field, canonicalValue(field, value)]);
  const hash = createHash("sha256").update(JSON.stringify([name, ...said]));
  return `${scope}/${type}:${hash.digest("hex").slice(0, 12)}`;
}

/** The change of a record's request id, which is needed when its data change. */
export function renamed(id: string | undefined, row: Row, ownership: Ownership): Changes {
  if (id === undefined) return {};
  const { requestIdAttribute } = ownership;
  if (requestIdAttribute !== undefined) return { extattrs: { [requestIdAttribute]: id } };
  const comment = ownership.withoutMark(String(row["comment"] ?? ""));
  return { comment: ownership.marksOf({ comment, requestId: id }).comment };
}
