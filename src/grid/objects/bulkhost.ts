/** Bulk hosts: a host for each address of a span, named by a pattern. They use the span without separate records. */

import { parseAddress } from "../../cidr.js";
import { dataError, missingForCreate, parentNotFound } from "../model/answers.js";
import { canonicalName } from "../model/names.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import { ipv4 } from "./address-family.js";
import { viewLink } from "./name-links.js";
import { addressText, viewName } from "./records.js";
import { nameKey, viewOf, zoneName, zoneNamed } from "./zone-lookup.js";

export const bulkHostRules: Rules = {
  type: "bulkhost",
  internal: "dns.bulk_host",
  names: { view: viewLink },
  defaults: { view: "default", template_format: "-$1-$2-$3-$4" },
  key: (bulk, grid) => {
    const { _zone_name: zone, prefix, start_addr: start, end_addr: end } = bulk.values;
    return `dns.bulk_host$${nameKey(viewOf(bulk, grid), String(zone))}.${String(prefix)}.${String(start)}.${String(end)}`;
  },
  name: (bulk, grid) => [
    String(bulk.values["prefix"]),
    String(bulk.values["_zone_name"]),
    viewName(bulk, grid),
  ],
  beforeCreate: settle,
  beforeUpdate: (draft, _before, grid) => settle(draft, grid),
  read: {
    network_view: (bulk, { grid }) => grid.read(viewOf(bulk, grid), "network_view"),
    zone: ({ values }) => values["_zone_name"],
    dns_prefix: ({ values }) => values["prefix"],
  },
};

function settle(draft: Draft, grid: Grid): void {
  const { values } = draft;
  if (typeof values["zone"] !== "string" || values["zone"] === "") throw missingForCreate("zone");
  const zone = zoneNamed(canonicalName(values["zone"]), viewOf(draft, grid), grid);
  if (zone?.type !== "zone_auth") throw parentNotFound();
  draft.links["zone"] = zone.id;
  values["_zone_name"] = zoneName(zone);
  const [start, end] = ["start_addr", "end_addr"].map((field) => {
    values[field] = addressText(values[field] ?? "", ipv4);
    return parseAddress(String(values[field]))?.value ?? 0n;
  });
  if ((start ?? 0n) <= (end ?? 0n)) return;
  throw dataError(
    `Invalid range with start address '${String(values["start_addr"])}' and end address '${String(values["end_addr"])}'.`,
  );
}
