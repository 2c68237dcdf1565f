/** The schema of an object type in a WAPI version, without newer types, fields and functions. */

import { isBeforeRenaming, renamedTypes } from "../../schema/older-names.js";
import {
  compareVersions,
  existsAt,
  type FieldSchema,
  type ObjectSchema,
  objectSchema,
  objectTypes,
} from "../../schema/schema.js";
import { goneTypes } from "./gone-types.js";

/** Corrections of the facts, from recorded grids. */
const seenSince: Readonly<Record<string, string>> = {
  // Guess dname-since (recorded; cannot): known to be absent from 2.5 only.
  "record:dname": "2.6",
};

/** A span of versions: from the first to the last with its patch versions. */
interface Known {
  readonly since: string;
  readonly until?: string;
}

/**
 * What the schema of a 2.12.1 grid lacks, with the versions that have it, as far as known. It takes precedence over the
 * facts.
 */
const laterThan2121: Readonly<Record<string, readonly Known[]>> = {
  datacollectioncluster: [{ since: "2.13.1" }],
  gmcgroup: [{ since: "2.13.1" }],
  gmcschedule: [{ since: "2.13.1" }],
  "awsrte53taskgroup role_arn": [{ since: "2.13.1" }],
  "awsrte53taskgroup sync_child_accounts": [{ since: "2.13.1" }],
  "awsuser govcloud_enabled": [{ since: "2.13.1" }],
  "grid:threatinsight last_checked_for_package_update": [{ since: "2.13.1" }],
  "grid:threatinsight last_updated_package_version": [{ since: "2.13.1" }],
  "member:dns atc_fwd_forward_first": [],
  "member:dns lan1_ipsd": [],
  "member:dns lan1_ipv6_ipsd": [],
  "member:dns lan2_ipsd": [],
  "member:dns lan2_ipv6_ipsd": [],
  "member:dns mgmt_ipsd": [],
  "member:dns mgmt_ipv6_ipsd": [],
  "parentalcontrol:subscriber ident": [],
  "parentalcontrol:subscriber zvelo_update_failure_in_days": [{ since: "2.13.1" }],
  "parentalcontrol:subscribersite enable_global_allow_list_rpz": [{ since: "2.13.1" }],
  "parentalcontrol:subscribersite enable_rpz_filtering_bypass": [{ since: "2.13.1" }],
  "parentalcontrol:subscribersite global_allow_list_rpz": [{ since: "2.13.1" }],
  // It was added to both lines of releases.
  "record:host use_dns_ea_inheritance": [{ since: "2.12.3", until: "2.12" }, { since: "2.13.4" }],
  // Recorded on 2.13. No schema shows a search-only argument.
  "record:host network": [{ since: "2.13" }],
  "record:ns extattrs": [{ since: "2.13.7" }],
  "vdiscoverytask enable_filter": [{ since: "2.13.1" }],
  "vdiscoverytask network_filter": [{ since: "2.13.1" }],
  "vdiscoverytask network_list": [{ since: "2.13.1" }],
};

/** The old names of their fields, by current name. */
const oldFieldNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "grid:threatinsight": {
    allowlist_update_policy: "whitelist_update_policy",
    current_allowlist: "current_whitelist",
    dns_tunnel_block_list_rpz_zones: "dns_tunnel_black_list_rpz_zones",
    enable_allowlist_auto_download: "enable_whitelist_auto_download",
    enable_allowlist_scheduled_download: "enable_whitelist_scheduled_download",
    last_allowlist_update_time: "last_whitelist_update_time",
    last_allowlist_update_version: "last_whitelist_update_version",
    last_checked_for_allowlist_update: "last_checked_for_whitelist_update",
    scheduled_allowlist_download: "scheduled_whitelist_download",
  },
  "hsm:entrustnshieldgroup": { entrustnshield_hsm: "thales_hsm" },
  "hsm:thaleslunagroup": { thalesluna: "hsm_safenet" },
};

/** The current name of a type that the version knows by its old name; any other name unchanged. */
export function presentName(type: string, version: string): string {
  return isBeforeRenaming(version) ? presentType(type) : type;
}

/** The current name of a type, from a name in any version. */
export function presentType(type: string): string {
  return renamedTypes[type] ?? type;
}

const oldNames = new Map(Object.entries(renamedTypes).map(([old, present]) => [present, old]));

/** The name of a type in a version. */
export function nameAt(type: string, version: string): string {
  return (isBeforeRenaming(version) ? oldNames.get(type) : undefined) ?? type;
}

const surfaces = new Map<string, ObjectSchema | undefined>();

/** The schema of an object type in a version; `undefined` if the type is unknown there. */
export function schemaAt(type: string, version: string): ObjectSchema | undefined {
  const id = `${type} ${version}`;
  if (!surfaces.has(id)) surfaces.set(id, surfaceOf(type, version));
  return surfaces.get(id);
}

/** All object types of a version, by current name. */
export function typesAt(version: string): readonly string[] {
  return [...objectTypes(), ...goneTypes.keys()].filter((type) => schemaAt(type, version) !== undefined);
}

function surfaceOf(type: string, version: string): ObjectSchema | undefined {
  const schema = objectSchema(type) ?? (isBeforeRenaming(version) ? goneTypes.get(type) : undefined);
  const since = seenSince[type] ?? (oldNames.has(type) ? undefined : schema?.since);
  if (!schema || !isKnown(type, since === undefined ? {} : { since }, version)) return undefined;
  const fields = [...schema.fields].filter(([name, field]) => isKnown(`${type} ${name}`, field, version));
  return {
    ...schema,
    fields: new Map(fields.map(([name, field]) => namedAt(type, name, field, version))),
    functions: new Map(
      [...schema.functions].filter(([name, call]) => isKnown(`${type} ${name}`, call, version)),
    ),
  };
}

function namedAt(type: string, name: string, field: FieldSchema, version: string): [string, FieldSchema] {
  const old = isBeforeRenaming(version) ? oldFieldNames[type]?.[name] : undefined;
  return old === undefined ? [name, field] : [old, { ...field, name: old }];
}

/** Consecutive versions of the facts with other versions between them. 2.12.1 is known from its own schema. */
const gaps = [
  { after: "2.12", upTo: "2.13.1" },
  { after: "2.13.1", upTo: "2.13.6" },
] as const;

/**
 * If a 2.12.1 grid has something that the facts have only since the end of a gap, it is known in the whole gap.
 * Otherwise `laterThan2121` decides. Guess second-version-gap (analogy; cannot): so it is in the second gap, of which
 * nobody has seen a schema.
 */
function isKnown(
  id: string,
  item: { readonly since?: string; readonly until?: string },
  version: string,
): boolean {
  const later = laterThan2121[id];
  if (later !== undefined && compareVersions(version, "2.12") > 0)
    return later.some((known) => existsAt(known, version));
  const { since, until } = item;
  const isInside = ({ after, upTo }: (typeof gaps)[number]) =>
    compareVersions(version, after) > 0 && compareVersions(version, upTo) < 0;
  const latest = gaps.find(isInside)?.upTo ?? version;
  return existsAt(since === undefined ? {} : { since }, latest) && existsAt(until ? { until } : {}, version);
}
