import { createHash } from "node:crypto";
import type { Ownership } from "../marks/ownership.js";
import type { RecordKind } from "../objects/record-kinds.js";
import { canonicalValue, hasMarks, isSameValue, plainValue } from "../objects/records.js";
import type { Changes } from "../plan/requests.js";
import type { Row } from "./entry.js";

/** What records of one type and name shall say, as values of their fields. */
export type RecordValues = Readonly<Record<string, unknown>>;

/** The records of one type and name in a description. */
export interface RecordSet {
  readonly type: RecordKind;
  /** What all of them have in common: the name, of a PTR record the address. */
  readonly name: string;
  readonly wanted: readonly RecordValues[];
  /** Whether there shall be no others, whoever made them. */
  readonly exclusive: boolean;
  /** What the records of this description are known by. */
  readonly scope: string | undefined;
}

/** Of which a name has one as a rule: where there is but one, it is the described one, which leads elsewhere. */
const lone: readonly RecordKind[] = ["A", "AAAA", "PTR", "CNAME"];

/**
 * Which record is which of a set: the one that says the same, else one that may be replaced: that this description made,
 * or any, where the set is complete. Others stay beside it.
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

/** What another owner has made is never replaced, whatever its description is called. */
function isForeign(row: Row, ownership: Ownership): boolean {
  const owner = ownership.ownerNamed(row as Parameters<Ownership["ownerNamed"]>[0]);
  return owner !== undefined && owner !== ownership.owner;
}

/** A record that comes of a zone's own name servers: it goes with these. */
function isOfZone(row: Row): boolean {
  return row["creator"] === "SYSTEM";
}

function says(row: Row, values: RecordValues): boolean {
  return Object.entries(values).every(([field, value]) =>
    isSameValue(field, plainValue(field, row[field]), value),
  );
}

/** Which description has made a record; nobody where it doesn't say. */
function makerOf(row: Row, { scope, type }: RecordSet, ownership: Ownership): "this" | "other" | "nobody" {
  const id = ownership.requestIdOf(row as Parameters<Ownership["requestIdOf"]>[0]);
  if (id === undefined) return "nobody";
  const start = `${scope}/${type}:`;
  const isOurs = scope !== undefined && id.startsWith(start) && /^[0-9a-f]{12}$/.test(id.slice(start.length));
  return isOurs ? "this" : "other";
}

/** The request id of a record: what it says is a part of it, so that two of a set have two. */
export function recordId({ scope, type, name }: RecordSet, values: RecordValues): string | undefined {
  if (scope === undefined || !hasMarks(type)) return undefined;
  const said = Object.entries(values).map(([field, value]) => [field, canonicalValue(field, value)]);
  const hash = createHash("sha256").update(JSON.stringify([name, ...said]));
  return `${scope}/${type}:${hash.digest("hex").slice(0, 12)}`;
}

/** The change of a record that is given another id, together with what it says. */
export function renamed(id: string | undefined, row: Row, ownership: Ownership): Changes {
  if (id === undefined) return {};
  const { requestIdAttribute } = ownership;
  if (requestIdAttribute !== undefined) return { extattrs: { [requestIdAttribute]: id } };
  const comment = ownership.withoutMark(String(row["comment"] ?? ""));
  return { comment: ownership.marksOf({ comment, requestId: id }).comment };
}
