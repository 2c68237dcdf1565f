/**
 * IPv4 fixed addresses: an address for one client, known by MAC, client id or relay agent, or a reservation for none.
 */

import { conflict, missingForCreate } from "../model/answers.js";
import { canonicalMac, NO_MAC } from "../model/hardware-address.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { ipv4 } from "./address-family.js";
import { cloudInfo } from "./any-network.js";
import { completeOptions, readOptions } from "./dhcp-options.js";
import {
  anyFixedAddressRules,
  placeFixedAddress,
  refuseSameAddress,
  sameClientIn,
} from "./fixed-address-place.js";
import { networkViewNumber } from "./network-place.js";
import { fillFromTemplate } from "./templates.js";

const anyFixedAddress = anyFixedAddressRules(ipv4);

export const fixedAddressRules: Rules = {
  ...anyFixedAddress,
  internal: "dns.fixed_address",
  key: (fixed, grid) =>
    `dns.fixed_address$${String(fixed.values["ipv4addr"])}.${networkViewNumber(fixed, grid)}..`,
  required: ["ipv4addr"],
  defaults: {
    cloud_info: cloudInfo,
    discover_now_status: "NONE",
    match_client: "MAC_ADDRESS",
    network_view: "default",
  },

  beforeCreate(draft, grid) {
    fillFromTemplate(draft, "fixedaddresstemplate", grid);
    settle(draft, undefined, grid);
  },
  beforeUpdate: settle,

  read: { ...anyFixedAddress.read, options: readOptions },
  searchValue: { ...anyFixedAddress.searchValue, mac: (value) => canonicalMac("mac", value) },
};

function settle(draft: Draft, before: Entity | undefined, grid: Grid): void {
  settleClient(draft, before);
  const network = placeFixedAddress(draft, ipv4, grid);
  for (const identity of identities) refuseSameClient(identity, draft, before, network, grid);
  refuseSameAddress(draft, before, ipv4, grid);
  completeOptions(draft, 4);
}

// --- the client ------------------------------------------------------------------------------------------------

/** The field that identifies the client, by `match_client`. */
const identifiers: Readonly<Record<string, string>> = {
  MAC_ADDRESS: "mac",
  CLIENT_ID: "dhcp_client_identifier",
  CIRCUIT_ID: "agent_circuit_id",
  REMOTE_ID: "agent_remote_id",
};

/** Normalizes `match_client` and `mac`, which depend on each other. */
function settleClient(draft: Draft, before: Entity | undefined): void {
  const { values, given } = draft;
  if (values["mac"] !== undefined) values["mac"] = canonicalMac("mac", values["mac"]);
  const match = before ? matchAfterUpdate(draft, before) : matchOfNew(draft);
  values["match_client"] = match;
  if (match === "RESERVED") values["mac"] = NO_MAC;
  // A MAC that no longer identifies the client is cleared, unless the same request sets one.
  else if (before && match !== "MAC_ADDRESS" && match !== matchOf(before) && !given.has("mac"))
    delete values["mac"];
}

function matchOfNew({ values }: Draft): string {
  const { mac = "", match_client: asked } = values;
  // Clients reserve an address by a zero MAC, whatever the other fields are.
  if (mac === NO_MAC) return "RESERVED";
  if (asked === undefined && mac === "") {
    throw conflict("MAC address is required when match_client is undefined");
  }
  const match = String(asked ?? "MAC_ADDRESS");
  const identifier = identifiers[match];
  // A MAC alone identifies the client, too.
  if (identifier !== undefined && mac === "" && (values[identifier] ?? "") === "") {
    throw missingForCreate(identifier);
  }
  return match;
}

/** A reservation stays one, whatever MAC is sent, until a request changes `match_client`. */
function matchAfterUpdate({ values, given }: Draft, before: Entity): string {
  const match = given.has("match_client") ? String(values["match_client"]) : matchOf(before);
  return match === "MAC_ADDRESS" && values["mac"] === NO_MAC ? "RESERVED" : match;
}

function matchOf({ values }: Entity): string {
  return String(values["match_client"] ?? "MAC_ADDRESS");
}

interface Identity {
  readonly match: string;
  readonly field: string;
  readonly title: string;
}

/**
 * What is unique in a network. Guess client-identifier-sentence (documented; asks secondClientIdentifierIsRefused):
 * the words for client identifiers, which follow those for MAC addresses.
 */
const identities: readonly Identity[] = [
  { match: "MAC_ADDRESS", field: "mac", title: "MAC address" },
  { match: "CLIENT_ID", field: "dhcp_client_identifier", title: "Client identifier" },
];

/** The error for the same address with the same MAC has the same words: this check comes first. */
function refuseSameClient(
  { match, field, title }: Identity,
  draft: Draft,
  before: Entity | undefined,
  network: Entity,
  grid: Grid,
): void {
  const { [field]: client = "", match_client, ipv4addr } = draft.values;
  if (match_client !== match || client === "") return;
  const other = sameClientIn(network, draft, before, field, ipv4, grid);
  if (other?.values["match_client"] !== match) return;
  const both = `${String(other.values["ipv4addr"])} and ${String(ipv4addr)}`;
  throw conflict(
    `${title} ${String(client)} is used in two fixed addresses ${both}, which are in the same network ${String(network.values["network"])}.`,
  );
}
