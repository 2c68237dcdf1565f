/** IPv6 fixed addresses: an address, a prefix to delegate, or both, for the client with a DUID. */

import { formatAddress } from "../../cidr.js";
import { conflict, missingForCreate } from "../model/answers.js";
import { canonicalDuid, canonicalMac } from "../model/hardware-address.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { ipv6 } from "./address-family.js";
import { cloudInfo } from "./any-network.js";
import { completeOptions } from "./dhcp-options.js";
import {
  anyFixedAddressRules,
  placeFixedAddress,
  refuseSameAddress,
  sameClientIn,
} from "./fixed-address-place.js";
import { canonicalAddress, networkViewNumber, networkViewOf } from "./network-place.js";
import { fillFromTemplate } from "./templates.js";

const anyFixedAddress = anyFixedAddressRules(ipv6);

export const ipv6FixedAddressRules: Rules = {
  ...anyFixedAddress,
  internal: "dns.fixed_address",
  key: (fixed, grid) => `dns.fixed_address$${addressOrPrefix(fixed)}.${networkViewNumber(fixed, grid)}..`,
  name: (fixed, grid) => [addressOrPrefix(fixed), String(networkViewOf(fixed, grid).values["name"])],
  defaults: {
    address_type: "ADDRESS",
    cloud_info: cloudInfo,
    discover_now_status: "NONE",
    match_client: "DUID",
    network_view: "default",
    preferred_lifetime: 27000,
    valid_lifetime: 43200,
  },

  beforeCreate(draft, grid) {
    fillFromTemplate(draft, "ipv6fixedaddresstemplate", grid);
    settle(draft, undefined, grid);
  },
  beforeUpdate: settle,

  searchValue: {
    ...anyFixedAddress.searchValue,
    duid: (value) => canonicalDuid("duid", value),
    ipv6prefix: (value) => formatAddress(canonicalAddress("ipv6prefix", value, ipv6)),
    mac_address: (value) => canonicalMac("mac_address", value),
  },
};

function addressOrPrefix({ values }: Draft | Entity): string {
  return String(values["ipv6addr"] ?? values["ipv6prefix"]);
}

function settle(draft: Draft, before: Entity | undefined, grid: Grid): void {
  settleClient(draft);
  settlePrefix(draft);
  completeOptions(draft, 6);
  if (draft.values["address_type"] === "PREFIX") {
    networkViewOf(draft, grid);
    return;
  }
  if (draft.values["ipv6addr"] === undefined) throw missingForCreate("ipv6addr");
  const network = placeFixedAddress(draft, ipv6, grid);
  refuseSameClient(draft, before, network, grid);
  refuseSameAddress(draft, before, ipv6, grid);
}

function settleClient({ values }: Draft): void {
  const { duid = "", mac_address: mac = "", match_client: match = "DUID" } = values;
  if (duid !== "") values["duid"] = canonicalDuid("duid", duid);
  if (mac !== "") values["mac_address"] = canonicalMac("mac_address", mac);
  if (match === "MAC_ADDRESS" ? mac === "" : duid === "") {
    throw missingForCreate(match === "MAC_ADDRESS" ? "mac_address" : "duid");
  }
}

function settlePrefix({ values }: Draft): void {
  const { address_type: type = "ADDRESS", ipv6prefix: prefix = "", ipv6prefix_bits: bits } = values;
  if (prefix !== "") values["ipv6prefix"] = formatAddress(canonicalAddress("ipv6prefix", prefix, ipv6));
  if (type === "ADDRESS") return;
  if (prefix === "") throw missingForCreate("ipv6prefix");
  if (bits === undefined) throw missingForCreate("ipv6prefix_bits");
}

/**
 * Guess duid-sentence (analogy; asks secondDuidIsRefused): the sentence follows the one for MAC addresses. A DUID is
 * known to be unique in a network.
 */
function refuseSameClient(draft: Draft, before: Entity | undefined, network: Entity, grid: Grid): void {
  const field = draft.values["match_client"] === "MAC_ADDRESS" ? "mac_address" : "duid";
  const other = sameClientIn(network, draft, before, field, ipv6, grid);
  if (!other) return;
  const title = field === "duid" ? "DUID" : "MAC address";
  const both = `${String(other.values["ipv6addr"])} and ${String(draft.values["ipv6addr"])}`;
  throw conflict(
    `${title} ${String(draft.values[field])} is used in two fixed addresses ${both}, which are in the same network ${String(network.values["network"])}.`,
  );
}
