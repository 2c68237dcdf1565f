/** What a WAPI version knows of an object type: newer types, fields and functions are unknown to it. */

import { compareVersions, existsAt, type ObjectSchema, objectSchema } from "../schema/schema.js";

/** Where the facts tell of types what grids were seen to contradict. */
const seenSince: Readonly<Record<string, string>> = {
  // Guess: known to be absent from 2.5 only.
  "record:dname": "2.6",
  // Infoblox's own suites make them through a client whose objects are those of 2.12.
  "record:https": "2.12",
  "record:svcb": "2.12",
};

/** Types that had another name up to 2.13.0, and what they are called since. */
const renamedTypes: Readonly<Record<string, string>> = {
  "grid:threatanalytics": "grid:threatinsight",
  "hsm:safenetgroup": "hsm:thaleslunagroup",
  "hsm:thalesgroup": "hsm:entrustnshieldgroup",
  "member:threatanalytics": "member:threatinsight",
  "threatanalytics:moduleset": "threatinsight:moduleset",
  "threatanalytics:whitelist": "threatinsight:allowlist",
};
const renamedIn = "2.13.1";

/** The name of today for a type that the version knows by its old one; any other name as it is. */
export function presentName(type: string, version: string): string {
  return compareVersions(version, renamedIn) < 0 ? (renamedTypes[type] ?? type) : type;
}

const surfaces = new Map<string, ObjectSchema | undefined>();

/** What a version knows of an object type; `undefined`: the type itself is unknown. */
export function schemaAt(type: string, version: string): ObjectSchema | undefined {
  const id = `${type} ${version}`;
  if (!surfaces.has(id)) surfaces.set(id, surfaceOf(type, version));
  return surfaces.get(id);
}

function surfaceOf(type: string, version: string): ObjectSchema | undefined {
  const schema = objectSchema(type);
  const since = seenSince[type] ?? (isRenamed(type) ? undefined : schema?.since);
  if (!schema || !isKnown(since === undefined ? {} : { since }, version)) return undefined;
  return {
    ...schema,
    fields: new Map([...schema.fields].filter(([, field]) => isKnown(field, version))),
    functions: new Map([...schema.functions].filter(([, call]) => isKnown(call, version))),
  };
}

function isRenamed(type: string): boolean {
  return Object.values(renamedTypes).includes(type);
}

/** Neighbouring versions that the facts were taken from, where others lie between. */
const gaps = [
  { after: "2.12", upTo: "2.13.1" },
  { after: "2.13.1", upTo: "2.13.6" },
] as const;

/**
 * Nobody looked at the versions in a gap. Guess: what came by its end is known to them already, as Ansible's modules,
 * which ask 2.12.3 for an administrator's `ssh_keys`, take for granted.
 */
function isKnown(item: { readonly since?: string; readonly until?: string }, version: string): boolean {
  const { since, until } = item;
  const isInside = ({ after, upTo }: (typeof gaps)[number]) =>
    compareVersions(version, after) > 0 && compareVersions(version, upTo) < 0;
  const latest = gaps.find(isInside)?.upTo ?? version;
  return existsAt(since === undefined ? {} : { since }, latest) && existsAt(until ? { until } : {}, version);
}
