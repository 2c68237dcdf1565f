/** Read-only types that list the objects of several others: `allnsgroup`, `dtc:monitor`, `dtc:object` … */

import { searchParameterMissing } from "../model/answers.js";
import { relativeName } from "../model/names.js";
import type { Grid, Row, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import { monitorTypes, trafficControlTypes } from "./dtc-types.js";
import { policyRecordTypes } from "./rpz-records.js";

interface Listing {
  readonly type: string;
  /** The listed types, with their names in the list. */
  readonly sources: Readonly<Record<string, string>>;
  /** The field with the type of a row's object. */
  readonly kindField: string;
  /** The field with the reference of a row's object. */
  readonly refField?: string;
  /** Fields that a row copies from its object. */
  readonly fields: readonly string[];
  /** Names are shown relative to their zone. */
  readonly relativeNames?: true;
  /** A required search argument. */
  readonly needs?: string;
}

const listings: readonly Listing[] = [
  {
    type: "allnsgroup",
    kindField: "type",
    sources: {
      nsgroup: "AUTH",
      "nsgroup:delegation": "DELEGATION",
      "nsgroup:forwardingmember": "FORWARDING_MEMBER",
      "nsgroup:forwardstubserver": "FORWARD_STUB_SERVER",
      "nsgroup:stubmember": "STUB_MEMBER",
    },
    fields: ["comment", "name"],
  },
  {
    type: "allrpzrecords",
    kindField: "type",
    refField: "record",
    sources: Object.fromEntries(policyRecordTypes.map((type) => [type, type])),
    fields: ["comment", "disable", "name", "ttl", "view", "zone"],
    relativeNames: true,
    needs: "zone",
  },
  {
    type: "dtc:monitor",
    kindField: "type",
    refField: "monitor",
    sources: monitorTypes,
    fields: ["comment", "interval", "name", "port", "retry_down", "retry_up", "timeout"],
  },
  {
    type: "dtc:object",
    kindField: "abstract_type",
    refField: "object",
    sources: trafficControlTypes,
    fields: ["comment", "name"],
  },
  {
    type: "dtc:allrecords",
    kindField: "type",
    refField: "record",
    sources: Object.fromEntries(
      ["a", "aaaa", "cname", "naptr", "srv"].map((kind) => [`dtc:record:${kind}`, `dtc:record:${kind}`]),
    ),
    fields: ["comment", "disable", "dtc_server", "ttl"],
    needs: "dtc_server",
  },
];

export const listingRules: readonly Rules[] = listings.map((listing) => ({
  type: listing.type,
  rows(conditions, grid) {
    const { needs } = listing;
    if (needs !== undefined && !conditions.some(({ field }) => field === needs))
      throw searchParameterMissing(needs);
    const settled = conditions.filter(({ field, value }) => field === listing.kindField && value === "ALL");
    return { rows: rowsOf(listing, grid), settled };
  },
  row: (key, grid) => rowsOf(listing, grid).find((row) => row.key === key),
  ...(listing.type === "dtc:object" && { read: { display_type: displayType, status: () => "NONE" } }),
}));

function displayType({ values }: Row): Json | undefined {
  return values["abstract_type"];
}

/** Rows in the order in which the objects were created, whatever their types. */
function rowsOf(listing: Listing, grid: Grid): Row[] {
  const entities = Object.keys(listing.sources).flatMap((type) => [...grid.all(type)]);
  return entities.sort((left, right) => left.id - right.id).map((entity) => rowOf(entity, listing, grid));
}

function rowOf(entity: Entity, listing: Listing, grid: Grid): Row {
  const values: Record<string, Json> = { [listing.kindField]: listing.sources[entity.type] ?? entity.type };
  for (const field of listing.fields) {
    const value = grid.read(entity, field);
    if (value !== undefined) values[field] = value;
  }
  if (listing.relativeNames) values["name"] = relativeName(String(values["name"]), String(values["zone"]));
  if (listing.refField !== undefined) values[listing.refField] = grid.link(entity);
  // Attributes stay in stored form, so that the row is shown and searched like any other object.
  const { extattrs } = entity.values;
  return {
    type: listing.type,
    id: 0,
    key: entity.key,
    links: {},
    values: extattrs ? { ...values, extattrs } : values,
  };
}
