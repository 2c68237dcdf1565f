/** Roaming hosts: clients that get an address in any network of a view. */

import { duplicateObject, missingForCreate } from "../model/answers.js";
import { canonicalDuid, canonicalMac } from "../model/hardware-address.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { completeOptions, readOptions } from "./dhcp-options.js";
import { networkViewLink } from "./name-links.js";
import { networkViewName, networkViewNumber, networkViewOf } from "./network-place.js";
import { fillFromTemplate } from "./templates.js";

export const roamingHostRules: Rules = {
  type: "roaminghost",
  internal: "dns.roaming_host",
  key: (host, grid) => `dns.roaming_host$${String(host.values["name"])}/${networkViewNumber(host, grid)}`,
  name: (host, grid) => [String(host.values["name"]), networkViewName(host, grid)],
  required: ["name"],
  defaults: {
    address_type: "IPV4",
    network_view: "default",
    preferred_lifetime: 27000,
    valid_lifetime: 43200,
  },
  names: { network_view: networkViewLink },
  parent: networkViewOf,
  beforeCreate(draft, grid) {
    fillFromTemplate(draft, "fixedaddresstemplate", grid);
    settle(draft, undefined, grid);
  },
  beforeUpdate: settle,
  read: { options: readOptions },
  searchValue: {
    mac: (value) => canonicalMac("mac", value),
    ipv6_mac_address: (value) => canonicalMac("ipv6_mac_address", value),
    ipv6_duid: (value) => canonicalDuid("ipv6_duid", value),
  },
};

function settle(draft: Draft, before: Entity | undefined, grid: Grid): void {
  const view = networkViewOf(draft, grid);
  const name = String(draft.values["name"]);
  const same = grid.find("roaminghost", "name", name).find(({ links }) => links["networkView"] === view.id);
  if (same && same.id !== before?.id) throw duplicateObject(name, "roaming_host");
  settleClient(draft);
  completeOptions(draft, 4);
  completeOptions(draft, 6, "ipv6_options");
}

/** Each family that the host is served in needs an identifier of the client. */
function settleClient({ values }: Draft): void {
  for (const field of ["mac", "ipv6_mac_address"]) {
    const value = values[field];
    if (value !== undefined) values[field] = canonicalMac(field, value);
  }
  const { ipv6_duid: duid, address_type: type = "IPV4" } = values;
  if (duid !== undefined) values["ipv6_duid"] = canonicalDuid("ipv6_duid", duid);
  if (type !== "IPV6")
    requireOne(values, "match_client", { MAC_ADDRESS: "mac", CLIENT_ID: "dhcp_client_identifier" });
  if (type !== "IPV4")
    requireOne(values, "ipv6_match_option", { DUID: "ipv6_duid", V6_MAC_ADDRESS: "ipv6_mac_address" });
}

function requireOne(values: Draft["values"], choice: string, fields: Readonly<Record<string, string>>): void {
  const chosen = values[choice];
  if (chosen === undefined) throw missingForCreate(choice);
  const field = fields[String(chosen)];
  if (field !== undefined && (values[field] ?? "") === "") throw missingForCreate(field);
}
