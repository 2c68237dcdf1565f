/**
 * The short form of a {@link GridSeed}, put into the words of a create. Items may come from a file, so nothing about
 * them is taken for granted: what is missing or odd is left for the grid to refuse.
 */

import type { Json, JsonObject } from "./rules.js";
import type { GridSeed } from "./seed.js";
import { isObject } from "./values.js";

/** Sections that are creates; leases aren't, since no create can make one. */
export type CreatedSection = Exclude<keyof GridSeed, "leases">;

export type Create = readonly [type: string, body: JsonObject];

/** What one item of a section stands for. */
export function createOf(section: CreatedSection, item: Json): Create {
  const fields = isObject(item) ? item : { [shorthand[section] ?? ""]: item };
  return forms[section](wireNames(fields));
}

/** The field that an item stands for when it is just a text. */
const shorthand: { readonly [Section in CreatedSection]?: string } = {
  attributes: "name",
  networkViews: "name",
  dnsViews: "name",
  containers: "network",
  networks: "network",
  zones: "fqdn",
};

const forms: { readonly [Section in CreatedSection]: (item: JsonObject) => Create } = {
  attributes: (item) => ["extensibleattributedef", { type: "STRING", ...item }],
  networkViews: (item) => ["networkview", item],
  dnsViews: (item) => ["view", item],
  containers: (item) => [ofFamily("networkcontainer", item["network"]), item],
  networks: (item) => [ofFamily("network", item["network"]), item],
  ranges: ({ start, end, ...rest }) => [
    ofFamily("range", start),
    given({ start_addr: start, end_addr: end, ...rest }),
  ],
  zones: (item) => ["zone_auth", { ...reverseFormat(item["fqdn"]), ...item }],
  records: ({ type, ...rest }) => [`record:${String(type).toLowerCase()}`, rest],
  hosts: ({ addresses, mac, dns, ...rest }) => [
    "record:host",
    given({
      ...rest,
      ...hostAddresses(addresses, mac),
      configure_for_dns: dns === false ? false : undefined,
    }),
  ],
  fixedAddresses({ address, ...rest }) {
    const type = ofFamily("fixedaddress", address);
    const reserved = type === "fixedaddress" && rest["mac"] === undefined ? { match_client: "RESERVED" } : {};
    return [type, given({ [isIpv6(address) ? "ipv6addr" : "ipv4addr"]: address, ...reserved, ...rest })];
  },
  objects: ({ type, values }) => [String(type), isObject(values) ? values : {}],
};

function hostAddresses(addresses: Json | undefined, mac: Json | undefined): JsonObject {
  const all = Array.isArray(addresses) ? (addresses as readonly Json[]) : [];
  const dhcp = mac === undefined ? {} : { mac, configure_for_dhcp: true };
  const ipv4addrs = all.filter((address) => !isIpv6(address)).map((ipv4addr) => ({ ipv4addr, ...dhcp }));
  const ipv6addrs = all.filter(isIpv6).map((ipv6addr) => ({ ipv6addr }));
  return { ...(ipv4addrs.length > 0 ? { ipv4addrs } : {}), ...(ipv6addrs.length > 0 ? { ipv6addrs } : {}) };
}

/** A zone named by a CIDR holds the pointers of its addresses. */
function reverseFormat(fqdn: Json | undefined): JsonObject {
  if (typeof fqdn !== "string" || !fqdn.includes("/")) return {};
  return { zone_format: isIpv6(fqdn) ? "IPV6" : "IPV4" };
}

/** `network` for IPv4, `ipv6network` for IPv6. */
function ofFamily(type: string, address: Json | undefined): string {
  return isIpv6(address) ? `ipv6${type}` : type;
}

function isIpv6(address: Json | undefined): boolean {
  return typeof address === "string" && address.includes(":");
}

/** camelCase as the grid spells it; plain attributes as the grid wraps them. */
function wireNames({ networkView, extattrs, ...rest }: JsonObject): JsonObject {
  const attributes = isObject(extattrs)
    ? Object.fromEntries(Object.entries(extattrs).map(([name, value]) => [name, { value }]))
    : extattrs;
  return given({ ...rest, network_view: networkView, extattrs: attributes });
}

function given(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
