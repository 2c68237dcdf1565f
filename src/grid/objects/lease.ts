/** DHCP leases. Servers (here: a seed) create them; clients can only read and clear them. */

import { formatAddress, parseAddress } from "../../cidr.js";
import { invalidValue } from "../model/answers.js";
import { canonicalDuid, canonicalMac } from "../model/hardware-address.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { networkViewLink } from "./name-links.js";
import {
  canonicalBlockText,
  leafAround,
  networkViewName,
  networkViewNumber,
  networkViewOf,
} from "./network-place.js";

export const leaseRules: Rules = {
  type: "lease",
  internal: "dns.lease",
  key: (lease, grid) => `dns.lease$${networkViewNumber(lease, grid)}/${String(lease.values["address"])}/0/`,
  name: (lease, grid) => [String(lease.values["address"]), networkViewName(lease, grid)],
  required: ["address"],
  defaults: { binding_state: "ACTIVE", network_view: "default", never_ends: false, never_starts: false },
  names: { network_view: networkViewLink },
  parent: networkOf,

  beforeCreate(draft, grid) {
    networkViewOf(draft, grid);
    settle(draft);
  },
  beforeUpdate: settle,

  read: { network: (lease, { grid }) => networkOf(lease, grid)?.values["network"] },
  searchValue: {
    address: (value) => addressText(value),
    hardware: (value) => canonicalMac("hardware", value),
    ipv6_duid: (value) => canonicalDuid("ipv6_duid", value),
    network: canonicalBlockText,
  },
};

function networkOf(lease: Entity, grid: Grid): Entity | undefined {
  const address = parseAddress(String(lease.values["address"]));
  return address && leafAround(networkViewOf(lease, grid).id, address, grid);
}

function settle({ values }: Draft): void {
  const { address = "", binding_state = "ACTIVE", hardware, ipv6_duid } = values;
  values["address"] = addressText(address);
  // Stored with the lease: it decides whether the address is free.
  values["binding_state"] = binding_state;
  values["protocol"] ??= values["address"].includes(":") ? "IPV6" : "IPV4";
  if (hardware !== undefined) values["hardware"] = canonicalMac("hardware", hardware);
  if (ipv6_duid !== undefined) values["ipv6_duid"] = canonicalDuid("ipv6_duid", ipv6_duid);
}

function addressText(value: unknown): string {
  const address = parseAddress(String(value));
  if (!address) throw invalidValue("address", String(value), "Invalid IP address");
  return formatAddress(address);
}
