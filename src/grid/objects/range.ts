/** DHCP ranges, and reserved ranges: those that no server serves. */

import { type Address, contains, formatAddress, formatSpan, parseAddress, type Span } from "../../cidr.js";
import { conflict, dataError, invalidValue, missingForCreate } from "../model/answers.js";
import type { Draft, Grid, ReadContext, Rules } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { type AddressFamily, ipv4, ipv6 } from "./address-family.js";
import { cloudInfo } from "./any-network.js";
import { memberNames, settledMember } from "./dhcp-members.js";
import { completeOptions, readOptions } from "./dhcp-options.js";
import { networkViewLink } from "./name-links.js";
import { rangesByNetwork } from "./network-contents.js";
import {
  canonicalAddress,
  canonicalBlockText,
  leafAround,
  networkViewName,
  networkViewNumber,
  networkViewOf,
  spaceAround,
} from "./network-place.js";
import { readDhcpUtilization } from "./network-utilization.js";
import { exclusionsOf, nextAddressesInRange } from "./next-available.js";
import { fillFromTemplate } from "./templates.js";

const sharedDefaults: JsonObject = {
  cloud_info: cloudInfo,
  network_view: "default",
  recycle_leases: true,
  server_association_type: "NONE",
};

const ipv4Own: Partial<Rules> = {
  defaults: {
    ...sharedDefaults,
    high_water_mark: 95,
    high_water_mark_reset: 85,
    ignore_id: "NONE",
    lease_scavenge_time: -1,
    low_water_mark: 0,
    low_water_mark_reset: 10,
  },
  read: { network: readNetwork, options: readOptions, ...readDhcpUtilization(spanOfRange) },
};

const ipv6Own: Partial<Rules> = {
  defaults: { ...sharedDefaults, address_type: "ADDRESS", preferred_lifetime: 27000, valid_lifetime: 43200 },
  read: { network: readNetwork },
};

export const rangeRules: readonly Rules[] = [rulesOf(ipv4, ipv4Own), rulesOf(ipv6, ipv6Own)];

function rulesOf(names: AddressFamily, own: Partial<Rules>): Rules {
  return {
    ...own,
    type: names.range,
    internal: "dns.dhcp_range",
    key: (range, grid) => `dns.dhcp_range$${ends(range).join("/")}///${networkViewNumber(range, grid)}/`,
    name: (range, grid) => [...ends(range), networkViewName(range, grid)],
    names: { network_view: networkViewLink },
    parent: networkOf,

    beforeCreate(draft, grid) {
      fillFromTemplate(draft, `${names.range}template`, grid);
      settle(draft, undefined, names, grid);
    },
    beforeUpdate: (draft, before, grid) => settle(draft, before, names, grid),

    searchValue: {
      start_addr: (value) => formatAddress(canonicalAddress("start_addr", value, names)),
      end_addr: (value) => formatAddress(canonicalAddress("end_addr", value, names)),
      network: canonicalBlockText,
    },
    rows: rangesByNetwork(names),
    functions: { next_available_ip: nextAddressesInRange },
  };
}

/** First and last address, or prefix, as the internal key and the reference name them. */
function ends({ values }: Draft | Entity): string[] {
  const { start_addr, end_addr, ipv6_start_prefix, ipv6_end_prefix } = values;
  return [String(start_addr ?? ipv6_start_prefix), String(end_addr ?? ipv6_end_prefix)];
}

function spanOfRange({ values }: Entity): Span {
  const first = parseAddress(String(values["start_addr"]));
  const last = parseAddress(String(values["end_addr"]));
  if (!first || !last) throw new Error("a range without addresses");
  return { family: first.family, first: first.value, last: last.value };
}

function readNetwork(range: Entity, { grid }: ReadContext): Json | undefined {
  return networkOf(range, grid)?.values["network"];
}

function networkOf(range: Entity, grid: Grid): Entity | undefined {
  const start = parseAddress(ends(range)[0] ?? "");
  return start && leafAround(networkViewOf(range, grid).id, start, grid);
}

function settle(draft: Draft, before: Entity | undefined, names: AddressFamily, grid: Grid): void {
  networkViewOf(draft, grid);
  const network = isPrefixRange(draft)
    ? placePrefixes(draft, names, grid)
    : placeAddresses(draft, before, names, grid);
  refuseOtherNetwork(draft, network);
  settleServer(draft, network, grid);
  completeOptions(draft, names.family);
}

/** Whether an IPv6 range consists of prefixes to delegate, with or without addresses. */
function isPrefixRange({ values }: Draft): boolean {
  return values["address_type"] === "PREFIX";
}

function placePrefixes(draft: Draft, names: AddressFamily, grid: Grid): Entity {
  const { ipv6_start_prefix: start, ipv6_end_prefix: end } = draft.values;
  if (start === undefined || end === undefined) throw missingForCreate("ipv6_start_prefix");
  const [first, last] = [
    canonicalAddress("ipv6_start_prefix", start, names),
    canonicalAddress("ipv6_end_prefix", end, names),
  ];
  draft.values["ipv6_start_prefix"] = formatAddress(first);
  draft.values["ipv6_end_prefix"] = formatAddress(last);
  return parentOf(draft, { family: names.family, first: first.value, last: last.value }, grid);
}

function placeAddresses(draft: Draft, before: Entity | undefined, names: AddressFamily, grid: Grid): Entity {
  const { values } = draft;
  for (const field of ["start_addr", "end_addr"])
    if (values[field] === undefined) throw missingForCreate(field);
  const [first, last] = [
    canonicalAddress("start_addr", values["start_addr"], names),
    canonicalAddress("end_addr", values["end_addr"], names),
  ];
  values["start_addr"] = formatAddress(first);
  values["end_addr"] = formatAddress(last);
  if (first.value > last.value) throw wrongOrder(first, last);
  const span = { family: names.family, first: first.value, last: last.value };
  const network = parentOf(draft, span, grid);
  refuseOverlap(draft, span, before, names, grid);
  checkExclusions(draft, span, names);
  return network;
}

function wrongOrder(first: Address, last: Address): Error {
  const [start, end] = [formatAddress(first), formatAddress(last)];
  return dataError(`Invalid range with start address '${start}' and end address '${end}'.`);
}

/** Only the beginning of the sentence is known. */
function parentOf(draft: Draft, span: Span, grid: Grid): Entity {
  const network = leafAround(networkViewOf(draft, grid).id, span, grid);
  if (network) return network;
  throw conflict(`Cannot find the parent network for the DHCP range ${ends(draft).join("-")}.`);
}

/** Guess range-overlap-sentence (documented; asks overlappingRangeIsRefused): the sentence. The refusal is known. */
function refuseOverlap(
  draft: Draft,
  span: Span,
  before: Entity | undefined,
  names: AddressFamily,
  grid: Grid,
): void {
  const overlapping = [...spaceAround(draft, names, grid).ranges.overlapping(span)];
  const other = overlapping.find(({ id }) => id !== before?.id);
  if (other) throw conflict(`The DHCP range ${formatSpan(span)} overlaps the range ${formatSpan(other)}.`);
}

/**
 * Exclusions in the grid's spelling, all inside the range. Guess exclusion-sentence (open; asks
 * strayExclusionIsRefused): the sentence.
 */
function checkExclusions({ values }: Draft, span: Span, names: AddressFamily): void {
  const { exclude } = values;
  if (!Array.isArray(exclude)) return;
  values["exclude"] = exclude.map((exclusion: JsonObject) => ({
    ...exclusion,
    start_address: formatAddress(canonicalAddress("start_address", exclusion["start_address"], names)),
    end_address: formatAddress(canonicalAddress("end_address", exclusion["end_address"], names)),
  }));
  const outside = exclusionsOf({ values }).find((each) => each.first > each.last || !contains(span, each));
  if (outside)
    throw dataError(`The exclusion range ${formatSpan(outside)} is outside of ${formatSpan(span)}.`);
}

/** Refuses a named network that does not contain the range. */
function refuseOtherNetwork(draft: Draft, network: Entity): void {
  const { network: asked } = draft.values;
  delete draft.values["network"];
  if (asked === undefined || asked === "" || canonicalBlockText(asked) === network.values["network"]) return;
  throw conflict(`Cannot find the parent network for the DHCP range ${ends(draft).join("-")}.`);
}

/** The field with the server of the range, by `server_association_type`. */
const servers: Readonly<Record<string, string>> = {
  MEMBER: "member",
  FAILOVER: "failover_association",
  MS_SERVER: "ms_server",
};

/** Normalizes the server of a range. A member must serve the range's network as well. */
function settleServer(draft: Draft, network: Entity, grid: Grid): void {
  const { member, server_association_type: association } = draft.values;
  const field = servers[String(association)];
  if (field !== undefined && (draft.values[field] ?? "") === "") throw missingForCreate(field);
  if (association !== "MEMBER" || !isObject(member)) return;
  const settled = settledMember(member, grid);
  draft.values["member"] = settled;
  if (memberNames(network).includes(String(settled["name"]))) return;
  // Guess range-member-sentence (open; cannot): the sentence.
  const cidr = String(network.values["network"]);
  throw invalidValue("member", settled["name"] ?? "", `The member does not serve the network ${cidr}`);
}
