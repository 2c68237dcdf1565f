/** DHCP options: completes names and numbers on writes, and shows the effective lease time first on reads. */

import { conflict, invalidValue, protocolError, requiredMemberMissing } from "../model/answers.js";
import type { Draft, Grid, ReadContext } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { checkOption } from "./dhcp-option-values.js";

/** Standard options by number (RFC 2132 and the IANA register), as the grid names them. */
const optionNames: Readonly<Record<number, string>> = {
  1: "subnet-mask",
  2: "time-offset",
  3: "routers",
  4: "time-servers",
  5: "ien116-name-servers",
  6: "domain-name-servers",
  7: "log-servers",
  8: "cookie-servers",
  9: "lpr-servers",
  10: "impress-servers",
  11: "resource-location-servers",
  12: "host-name",
  13: "boot-size",
  14: "merit-dump",
  15: "domain-name",
  16: "swap-server",
  17: "root-path",
  18: "extensions-path",
  19: "ip-forwarding",
  20: "non-local-source-routing",
  21: "policy-filter",
  22: "max-dgram-reassembly",
  23: "default-ip-ttl",
  24: "path-mtu-aging-timeout",
  25: "path-mtu-plateau-table",
  26: "interface-mtu",
  27: "all-subnets-local",
  28: "broadcast-address",
  29: "perform-mask-discovery",
  30: "mask-supplier",
  31: "router-discovery",
  32: "router-solicitation-address",
  33: "static-routes",
  34: "trailer-encapsulation",
  35: "arp-cache-timeout",
  36: "ieee802-3-encapsulation",
  37: "default-tcp-ttl",
  38: "tcp-keepalive-interval",
  39: "tcp-keepalive-garbage",
  40: "nis-domain",
  41: "nis-servers",
  42: "ntp-servers",
  43: "vendor-encapsulated-options",
  44: "netbios-name-servers",
  45: "netbios-dd-server",
  46: "netbios-node-type",
  47: "netbios-scope",
  48: "font-servers",
  49: "x-display-manager",
  51: "dhcp-lease-time",
  60: "vendor-class-identifier",
  64: "nisplus-domain",
  65: "nisplus-servers",
  66: "tftp-server-name",
  67: "bootfile-name",
  68: "mobile-ip-home-agent",
  69: "smtp-server",
  70: "pop-server",
  71: "nntp-server",
  72: "www-server",
  73: "finger-server",
  74: "irc-server",
  75: "streettalk-server",
  76: "streettalk-directory-assistance-server",
  77: "user-class",
  81: "fqdn",
  82: "relay-agent-information",
  119: "domain-search",
  120: "sip-servers",
  121: "classless-static-routes",
  150: "tftp-server-address",
};

const ipv6OptionNames: Readonly<Record<number, string>> = {
  21: "dhcp6.sip-servers-names",
  22: "dhcp6.sip-servers-addresses",
  23: "dhcp6.name-servers",
  24: "dhcp6.domain-search",
  27: "dhcp6.nis-servers",
  28: "dhcp6.nisp-servers",
  29: "dhcp6.nis-domain-name",
  30: "dhcp6.nisp-domain-name",
  31: "dhcp6.sntp-servers",
  32: "dhcp6.info-refresh-time",
  33: "dhcp6.bcms-server-d",
  34: "dhcp6.bcms-server-a",
};

/**
 * The options whose `use_option` switch counts. For other options the grid keeps the switch only if a client sent it.
 */
const switchedOptions = [
  "routers",
  "router-templates",
  "domain-name-servers",
  "domain-name",
  "broadcast-address",
  "broadcast-address-offset",
  "dhcp-lease-time",
  "dhcp6.name-servers",
];

/** Vendor class of the standard options. Guess ipv6-vendor-class (analogy; asks ipv6VendorClass): IPv6's. */
const vendorClasses = { 4: "DHCP", 6: "DHCP6" } as const;

/** The lease time of the grid's own DHCP properties. */
const DEFAULT_LEASE_TIME = "43200";

const optionNumbers = numbersByName(optionNames);
/**
 * `domain-name-servers` is a valid name on IPv6 networks. Guess ipv6-name-servers (analogy; asks ipv6NameServers):
 * that it stands for the option of DHCPv6.
 */
const ipv6OptionNumbers = new Map([...numbersByName(ipv6OptionNames), ["domain-name-servers", 23]]);

function numbersByName(names: Readonly<Record<number, string>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(names).map(([number, name]) => [name, Number(number)]));
}

/** Completes the options of a draft: the number from the name, the name from the number, the vendor class. */
export function completeOptions({ values }: Draft, family: 4 | 6, field = "options"): void {
  const options = values[field];
  if (Array.isArray(options)) values[field] = options.map((option: JsonObject) => completed(option, family));
}

function completed(option: JsonObject, family: 4 | 6): JsonObject {
  const names = family === 4 ? optionNames : ipv6OptionNames;
  const numbers = family === 4 ? optionNumbers : ipv6OptionNumbers;
  if (family === 6) refuseIpv4Option(option);
  const { name = names[Number(option["num"])], vendor_class = vendorClasses[family] } = option;
  if ("use_option" in option && !switchedOptions.includes(String(name)))
    throw protocolError(`Option ${String(name ?? option["num"])} can not have a use_option flag`);
  const num = option["num"] ?? numbers.get(String(name));
  if (name === undefined && num === undefined) throw requiredMemberMissing("name");
  // Guess unknown-option-sentence (open; asks unknownOptionIsRefused): the sentence. Options of a custom option space
  // can be named by their number as well.
  if (num === undefined) throw invalidValue("name", name ?? null, "Unknown option name");
  if (vendor_class === vendorClasses[family]) {
    checkOption({ ...option, num }, numbers.get(String(name)), family);
  }
  const use = option["use_option"] ?? (switchedOptions.includes(String(name)) ? true : undefined);
  return {
    name: name ?? `option-${num}`,
    num,
    ...(use === undefined ? {} : { use_option: use }),
    value: option["value"] ?? "",
    vendor_class,
  };
}

/** Router advertisements announce the routers of IPv6 networks, which are set elsewhere. */
function refuseIpv4Option({ name }: JsonObject): void {
  if (name !== "routers") return;
  throw conflict("Set the option DHCP.routers from the General Properties section.");
}

/** IPv4 options as read: the effective lease time first, even if it is inherited. */
export function readOptions(entity: Entity, { grid }: ReadContext): Json {
  const options = optionsOf(entity);
  const own = options.find(isLeaseTime);
  const first = own ?? leaseTimeOption(inheritedLeaseTime(entity, grid), false);
  return [first, ...options.filter((option) => option !== own)];
}

function inheritedLeaseTime(entity: Entity, grid: Grid): string {
  for (let above = parentOf(entity, grid); above; above = parentOf(above, grid)) {
    const option = above.values["use_options"] === true ? optionsOf(above).find(isLeaseTime) : undefined;
    if (option !== undefined && option["use_option"] === true) return String(option["value"]);
  }
  return DEFAULT_LEASE_TIME;
}

function parentOf(entity: Entity, grid: Grid): Entity | undefined {
  return grid.rules(entity.type).parent?.(entity, grid);
}

function optionsOf({ values }: Entity): readonly JsonObject[] {
  return Array.isArray(values["options"]) ? values["options"] : [];
}

function isLeaseTime({ num, vendor_class }: JsonObject): boolean {
  return num === 51 && vendor_class === vendorClasses[4];
}

function leaseTimeOption(value: string, use: boolean): JsonObject {
  return { name: "dhcp-lease-time", num: 51, use_option: use, value, vendor_class: vendorClasses[4] };
}
