/** Rules that all kinds of zone share: names and formats, one zone for each name and view, parents, and deletion. */

import { parseInterface } from "../../cidr.js";
import { conflict, dataError, invalidValue, parentNotFound } from "../model/answers.js";
import { canonicalName, dnsName, nameProblem } from "../model/names.js";
import type { Draft, Grid, ReadContext, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { checkServers } from "./dns-servers.js";
import { viewLink } from "./name-links.js";
import {
  nameKey,
  reverseZoneSpelling,
  viewOf,
  type ZoneSpelling,
  zoneAbove,
  zoneName,
  zoneNamed,
  zonesBelow,
} from "./zone-lookup.js";

/** Rules of one kind of zone: the shared ones and its own. */
export function zoneRules(type: string, own: Partial<Rules> = {}): Rules {
  return {
    type,
    names: { view: viewLink },
    key: (zone, grid) => `dns.zone$${nameKey(viewOf(zone, grid), String(zone.values["_dns_name"]))}`,
    name: (zone, grid) => [String(zone.values["fqdn"]), String(viewOf(zone, grid).values["name"])],
    ...own,
    defaults: { view: "default", zone_format: "FORWARD", locked: false, ...own.defaults },
    read: { ...readZone, ...own.read },
    functions: { lock_unlock_zone: lockOrUnlock, ...own.functions },

    beforeCreate(draft, grid) {
      spell(draft);
      refuseSameName(draft, grid);
      checkServers(draft, grid);
      own.beforeCreate?.(draft, grid);
    },

    beforeUpdate(draft, before, grid) {
      if (draft.links["view"] !== before.links["view"]) throw conflict("Cannot move zones between views");
      checkServers(draft, grid);
      own.beforeUpdate?.(draft, before, grid);
    },

    beforeDelete(zone, args, grid) {
      if (args["remove_subzones"] !== false)
        for (const below of zonesBelow(zone, grid)) grid.delete(below, args);
      for (const record of grid.linkedOfAnyType("zone", zone.id)) grid.delete(record);
    },
  };
}

/** The kind of a zone's primary: one of its own servers, or of its name server group's. */
export function primaryType({ values }: Entity, grid: Grid): string {
  const [group] =
    typeof values["ns_group"] === "string" ? grid.find("nsgroup", "name", values["ns_group"]) : [];
  const { grid_primary, external_primaries, ms_primaries } = group?.values ?? values;
  if (isFilled(grid_primary)) return "Grid";
  if (isFilled(external_primaries)) return "External";
  return isFilled(ms_primaries) ? "Microsoft" : "None";
}

function isFilled(list: Json | undefined): boolean {
  return Array.isArray(list) && list.length > 0;
}

export function readNetworkView(zone: Entity, grid: Grid): Json | undefined {
  return grid.read(viewOf(zone, grid), "network_view");
}

/** Normalizes `fqdn`, and stores the zone's name in DNS. */
function spell(draft: Draft): void {
  const { fqdn, zone_format: format = "FORWARD" } = draft.values;
  const given = String(fqdn);
  const spelling = format === "FORWARD" ? forwardSpelling(given) : reverseSpelling(given, String(format));
  draft.values["fqdn"] = spelling.fqdn;
  draft.values["_dns_name"] = spelling.dnsName;
}

function forwardSpelling(given: string): ZoneSpelling {
  if (given === ".") return { fqdn: ".", dnsName: "." };
  const problem = nameProblem(given);
  if (problem) throw problem;
  // Guess block-as-zone-sentence (open; asks blockAsZoneIsRefused): which of its sentences the grid has for an
  // address block without the format of a reverse zone.
  if (parseInterface(given)) throw dataError("Invalid domain name");
  const name = canonicalName(given);
  return { fqdn: name, dnsName: name };
}

/**
 * Reverse zones are written as CIDR. Guess arpa-zone-name (clients; asks arpaZoneIsAccepted): their name in
 * `in-addr.arpa` or `ip6.arpa`, which examples of clients give, is kept as it is.
 */
function reverseSpelling(given: string, format: string): ZoneSpelling {
  if (given.toLowerCase().endsWith(format === "IPV4" ? ".in-addr.arpa" : ".ip6.arpa")) {
    return forwardSpelling(given);
  }
  const spelling = reverseZoneSpelling(given);
  const family = given.includes(":") ? "IPV6" : "IPV4";
  // Guess reverse-zone-sentence (open; asks badReverseZoneIsRefused): the sentence.
  if (!spelling || family !== format) throw invalidValue("fqdn", given, `Invalid ${format} network`);
  return spelling;
}

/** Refuses a second zone of a name in a view, of any kind. */
function refuseSameName(draft: Draft, grid: Grid): void {
  const name = String(draft.values["_dns_name"]);
  if (!zoneNamed(name, viewOf(draft, grid), grid)) return;
  throw conflict(`Duplicate object '${String(draft.values["fqdn"])}' of type zone exists in the database.`);
}

/** A part of a reverse zone's address block; `undefined`, which leaves the field out, for a forward zone. */
function readBlock(zone: Entity, part: 0 | 1): string | undefined {
  const { fqdn, zone_format: format } = zone.values;
  if ((format !== "IPV4" && format !== "IPV6") || !String(fqdn).includes("/")) return undefined;
  return String(fqdn).split("/")[part];
}

const readZone: NonNullable<Rules["read"]> = {
  address: (zone) => readBlock(zone, 0),
  mask_prefix: (zone) => readBlock(zone, 1),
  // Guess reverse-display (analogy; asks reverseZoneDisplay): reverse zones are displayed as CIDR here as well.
  display_domain: ({ values }) => values["fqdn"],
  dns_fqdn: ({ values }) => dnsName(String(values["fqdn"])),
  parent: readParent,
  locked_by: ({ values }) => (values["locked"] === true ? values["_locked_by"] : undefined),
  ms_managed: () => "NONE",
  ms_read_only: () => false,
  using_srg_associations: () => false,
};

function readParent(zone: Entity, { grid }: ReadContext): Json | undefined {
  const above = zoneAbove(zoneName(zone), viewOf(zone, grid), grid);
  return above && zoneName(above);
}

function lockOrUnlock(zone: Entity, { operation }: JsonObject, grid: Grid): JsonObject {
  const locked = operation !== "UNLOCK";
  grid.update(zone, { locked, _locked_by: locked ? grid.user : undefined });
  return {};
}

export const forwardZoneRules = zoneRules("zone_forward");
export const stubZoneRules = zoneRules("zone_stub");
export const responsePolicyZoneRules = zoneRules("zone_rp", {
  defaults: { rpz_severity: "MAJOR", rpz_type: "LOCAL", primary_type: "None" },
  read: {
    network_view: (zone, { grid }) => readNetworkView(zone, grid),
    primary_type: (zone, { grid }) => primaryType(zone, grid),
  },
});

/** A delegation lies in its parent zone, which must exist. */
export const delegatedZoneRules = zoneRules("zone_delegated", {
  beforeCreate(draft, grid) {
    const above = zoneAbove(String(draft.values["_dns_name"]), viewOf(draft, grid), grid);
    if (above?.type !== "zone_auth") throw parentNotFound();
  },
});
