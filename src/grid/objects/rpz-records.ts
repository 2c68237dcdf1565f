/** Rules of response policy zones: records whose names end in the zone's name, which may be left out. */

import {
  type Address,
  formatAddress,
  formatBlock,
  parseAddress,
  parseBlock,
  reverseName,
} from "../../cidr.js";
import { objectTypes } from "../../schema/schema.js";
import { missingForCreate, parentNotFound, recordExists } from "../model/answers.js";
import { canonicalName, relativeName, reversedLabels } from "../model/names.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { viewLink } from "./name-links.js";
import { recordName, zoneOf } from "./record-place.js";
import { recordKeys } from "./record-types.js";
import { canonicalAddresses, searchAddress, viewName } from "./records.js";
import { nameKey, viewOf, zoneName, zoneNamed } from "./zone-lookup.js";

/** The label above the address of a rule, by the last part of the rule's type. */
const addressLabels: Readonly<Record<string, string>> = {
  ipaddress: "rpz-ip",
  ipaddressdn: "rpz-ip",
  clientipaddress: "rpz-client-ip",
  clientipaddressdn: "rpz-client-ip",
};

/** Text fields that are shown even if they are empty: an empty `canonical` blocks. */
const shownEmpty = ["canonical", "flags", "regexp", "services"];

function policyRules(type: string): Rules {
  const [kind = "", match = ""] = type.slice("record:rpz:".length).split(":");
  const label = addressLabels[match];
  const internal = `dns.bind_${kind}`;
  const key = (rule: Draft | Entity, grid: Grid) => `${internal}$${keyOf(rule, kind, label, grid)}`;
  const settle = (draft: Draft, before: Entity | undefined, grid: Grid) => {
    canonicalAddresses(draft);
    placeRule(draft, label !== undefined, grid);
    const same = grid.byKey(type, key(draft, grid));
    if (same && same.id !== before?.id) throw recordExists(recordName(draft));
  };
  const required = kind === "cname" ? ["name", "rp_zone"] : undefined;
  return {
    type,
    internal,
    key,
    name: (rule, grid) => [recordName(rule), viewName(rule, grid)],
    names: { view: viewLink },
    defaults: { view: "default" },
    ...(required ? { required } : {}),
    read: {
      zone: (rule, { grid }) => zoneName(zoneOf(rule, grid)),
      rp_zone: (rule, { grid }) => zoneName(zoneOf(rule, grid)),
      ...(match !== "ipaddress" && { is_ipv4: (rule) => !recordName(rule).includes(":") }),
      ...(match === "ipaddress" && { is_ipv4: () => undefined }),
      ...Object.fromEntries(
        shownEmpty.map((field) => [
          field,
          ({ values }: Entity) => values[field] ?? (kind === "naptr" ? "" : undefined),
        ]),
      ),
    },
    searchValue: searchAddress,
    beforeCreate(draft, grid) {
      if (kind === "cname" && draft.values["canonical"] === undefined) throw missingForCreate("canonical");
      settle(draft, undefined, grid);
    },
    beforeUpdate: settle,
  };
}

/** Finds the rule's zone, and normalizes its name. */
function placeRule(draft: Draft, isAboutAddress: boolean, grid: Grid): void {
  const { values } = draft;
  const rpZone = values["rp_zone"] ?? (draft.links["zone"] && zoneName(zoneOf(draft, grid)));
  const zone = zoneNamed(canonicalName(String(rpZone)), viewOf(draft, grid), grid);
  if (zone?.type !== "zone_rp") throw parentNotFound();
  draft.links["zone"] = zone.id;
  const name = values["name"] ?? nameByAddress(draft, zone);
  values["name"] = canonicalName(String(name));
  if (isAboutAddress) values["name"] = canonicalRuleAddress(recordName(draft), zone);
}

/** The name of a rule about PTR records that gives an address: `4.3.2.1.in-addr.arpa.ZONE`. */
function nameByAddress({ values }: Draft, zone: Entity): string {
  const address = parseAddress(String(values["ipv4addr"] ?? values["ipv6addr"]));
  if (!address) throw missingForCreate("name");
  return `${reverseName(address)}.${zoneName(zone)}`;
}

/** `2001:DB8:0::1.ZONE` → `2001:db8::1.zone` */
function canonicalRuleAddress(name: string, zone: Entity): string {
  const text = relativeName(name, zoneName(zone));
  const address = parseAddress(text);
  const block = parseBlock(text);
  const canonical = address ? formatAddress(address) : block ? formatBlock(block) : text;
  return `${canonical}.${zoneName(zone)}`;
}

/**
 * What follows the `$`: as of an ordinary record of that kind. Guess policy-record-keys (analogy; asks
 * policyKeysAreOrdinary): but for rules about addresses, the whole of it.
 */
function keyOf(rule: Draft | Entity, kind: string, label: string | undefined, grid: Grid): string {
  const ordinary = recordKeys[kind];
  if (!ordinary) return nameKey(viewOf(rule, grid), recordName(rule));
  if (label === undefined) return ordinary(rule, grid);
  const zone = zoneName(zoneOf(rule, grid));
  const owner = ownerOf(relativeName(recordName(rule), zone), label);
  const whole = { ...rule, values: { ...rule.values, name: `${owner}.${zone}` } };
  const { ipv4addr, ipv6addr } = rule.values;
  const address = ipv4addr ?? ipv6addr;
  if (address === undefined) return ordinary(whole, grid);
  return [nameKey(viewOf(rule, grid), zone), reversedLabels(owner), String(address)].join(",");
}

/** The name in DNS of a rule about an address: its prefix length, its parts from the last to the first, the label. */
function ownerOf(text: string, label: string): string {
  const block = parseBlock(text);
  const address: Address | undefined = block
    ? { family: block.family, value: block.first }
    : parseAddress(text);
  if (!address) return `${text}.${label}`;
  const length = block?.prefixLength ?? (address.family === 4 ? 32 : 128);
  const spelled = formatAddress(address).replace("::", ":zz:").replace(/^:|:$/g, "");
  const parts = spelled.split(address.family === 4 ? "." : ":");
  return [length, ...parts.reverse(), label].join(".");
}

export const policyRecordTypes = objectTypes().filter((type) => type.startsWith("record:rpz:"));

export const policyRecordRules: readonly Rules[] = policyRecordTypes.map(policyRules);
