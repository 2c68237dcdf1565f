/** Finds zones: the zone of a name, the parent of a zone, and the zones below. */

import { formatBlock, parseInterface, reverseZoneOf } from "../../cidr.js";
import { reversedLabels, zoneNamesFor } from "../model/names.js";
import type { Grid } from "../model/rules.js";
import type { Entity } from "../store/entity.js";

const zoneTypes = ["zone_auth", "zone_forward", "zone_delegated", "zone_stub", "zone_rp"] as const;

/** The text of a zone and its name in DNS. They differ for reverse zones, which are written as CIDR. */
export interface ZoneSpelling {
  readonly fqdn: string;
  readonly dnsName: string;
}

/** A reverse zone from its CIDR: `10.0.0.0/24` is `0.0.10.in-addr.arpa`. */
export function reverseZoneSpelling(cidr: string): ZoneSpelling | undefined {
  const parsed = parseInterface(cidr);
  return parsed && { fqdn: formatBlock(parsed.block), dnsName: reverseZoneOf(parsed.block) };
}

/** The zone's name in DNS. */
export function zoneName(zone: Entity): string {
  return String(zone.values["_dns_name"]);
}

/** The part of internal keys for a DNS view: `._default`, `.7`. */
function viewKey(view: Entity): string {
  return view.key.slice(view.key.indexOf("$") + 1);
}

/** The beginning of internal keys: the view's part and the labels from the root down. */
export function nameKey(view: Entity, name: string): string {
  return name === "." ? viewKey(view) : `${viewKey(view)}.${reversedLabels(name)}`;
}

export function viewOf(entity: { readonly links: Entity["links"] }, grid: Grid): Entity {
  const view = grid.get(entity.links["view"]);
  if (!view) throw new Error("an object of DNS without a view");
  return view;
}

/** The zone of this exact name, of any type. */
export function zoneNamed(name: string, view: Entity, grid: Grid): Entity | undefined {
  const key = `dns.zone$${nameKey(view, name)}`;
  for (const type of zoneTypes) {
    const zone = grid.byKey(type, key);
    if (zone) return zone;
  }
  return undefined;
}

/** The zone that a record of this name belongs to: the longest match. */
export function zoneAround(name: string, view: Entity, grid: Grid): Entity | undefined {
  for (const candidate of zoneNamesFor(name)) {
    const zone = zoneNamed(candidate, view, grid);
    if (zone) return zone;
  }
  return undefined;
}

/** The zone that a zone of this name lies in. */
export function zoneAbove(name: string, view: Entity, grid: Grid): Entity | undefined {
  for (const candidate of zoneNamesFor(name)) {
    const zone = candidate === name ? undefined : zoneNamed(candidate, view, grid);
    if (zone) return zone;
  }
  return undefined;
}

export function zonesOfView(view: Entity, grid: Grid): Entity[] {
  return zoneTypes.flatMap((type) => grid.linked(type, "view", view.id));
}

/** The zones inside a zone, at any depth. */
export function zonesBelow(zone: Entity, grid: Grid): Entity[] {
  const name = zoneName(zone);
  return zonesOfView(viewOf(zone, grid), grid).filter((other) => {
    const otherName = zoneName(other);
    return otherName !== name && [...zoneNamesFor(otherName)].includes(name);
  });
}
