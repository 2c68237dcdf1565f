/**
 * Translates the short form of a {@link GridSeed} into creates. Items may come from a file, so their shape is not
 * trusted: the grid itself refuses what is missing or wrong.
 */

import { isObject } from "../model/values.js";
import type { Json, JsonObject } from "../store/entity.js";

/** Attributes as plain values: `{ Site: "Paris" }`. */
type Attributes = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** Fields that several of the forms below share. */
interface Common {
  readonly comment?: string;
  readonly extattrs?: Attributes;
}

/**
 * Objects to begin with, in a short form. Each passes the same rules as a create through the API.
 *
 * @example
 * grid.seed({
 *   attributes: ["Request ID", { name: "Floor", type: "INTEGER" }],
 *   containers: ["10.0.0.0/8"],
 *   networks: ["10.0.0.0/24", { network: "10.0.1.0/24", extattrs: { Site: "Paris" } }],
 *   zones: ["example.com", "10.0.0.0/24"],
 *   records: [{ type: "CNAME", name: "www.example.com", canonical: "web.example.com" }],
 *   hosts: [{ name: "web.example.com", addresses: ["10.0.0.10"] }],
 *   leases: [{ address: "10.0.0.60", mac: "02:00:00:00:00:01" }],
 * });
 */
export interface GridSeed {
  /** Definitions of extensible attributes; a name alone is a `STRING`. Existing definitions stay as they are. */
  readonly attributes?: readonly (
    | string
    | { readonly name: string; readonly type?: string; readonly [field: string]: Json | undefined }
  )[];
  readonly networkViews?: readonly (string | ({ readonly name: string } & Common))[];
  readonly dnsViews?: readonly (
    | string
    | ({ readonly name: string; readonly networkView?: string } & Common)
  )[];
  /** IPv4 or IPv6 CIDRs. */
  readonly containers?: readonly (
    | string
    | ({ readonly network: string; readonly networkView?: string } & Common)
  )[];
  readonly networks?: readonly (
    | string
    | ({ readonly network: string; readonly networkView?: string } & Common)
  )[];
  readonly ranges?: readonly ({
    readonly start: string;
    readonly end: string;
    readonly networkView?: string;
  } & Common)[];
  /** Names, or CIDRs for reverse zones. */
  readonly zones?: readonly (string | ({ readonly fqdn: string; readonly view?: string } & Common))[];
  /** Records in wire form with their kind: `{ type: "A", name: "www.example.com", ipv4addr: "10.0.0.1" }`. */
  readonly records?: readonly ({
    readonly type: string;
    readonly name?: string;
    readonly view?: string;
    readonly [field: string]: Json | undefined | Attributes;
  } & Common)[];
  /** Host records; `dns: false` for names without a zone. */
  readonly hosts?: readonly ({
    readonly name: string;
    readonly addresses: readonly string[];
    readonly mac?: string;
    readonly dns?: boolean;
    readonly view?: string;
    readonly networkView?: string;
  } & Common)[];
  readonly fixedAddresses?: readonly ({
    readonly address: string;
    readonly mac?: string;
    readonly duid?: string;
    readonly name?: string;
    readonly networkView?: string;
  } & Common)[];
  /** Active DHCP leases, which no create can make. `ends`: seconds from now, default an hour. */
  readonly leases?: readonly SeededLease[];
  /** Anything else, in wire form: `{ type: "vlanview", values: { name: "corp", start_vlan_id: 1, end_vlan_id: 99 } }`. */
  readonly objects?: readonly { readonly type: string; readonly values: JsonObject }[];
}

/** A lease of a {@link GridSeed}. */
export interface SeededLease {
  readonly address: string;
  readonly mac?: string;
  readonly duid?: string;
  readonly hostname?: string;
  readonly ends?: number;
  readonly networkView?: string;
}

/** Sections that are creates; leases aren't, since no create can make one. */
export type CreatedSection = Exclude<keyof GridSeed, "leases">;

export type Create = readonly [type: string, body: JsonObject];

/** The create that one item of a section stands for. */
export function createOf(section: CreatedSection, item: Json): Create {
  const fields = isObject(item) ? item : { [shorthand[section] ?? ""]: item };
  return forms[section](wireNames(fields));
}

/** The field that an item sets if it is only a text. */
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

/** Converts camelCase to the grid's spelling, and plain attributes to the grid's form. */
function wireNames({ networkView, extattrs, ...rest }: JsonObject): JsonObject {
  const attributes = isObject(extattrs)
    ? Object.fromEntries(Object.entries(extattrs).map(([name, value]) => [name, { value }]))
    : extattrs;
  return given({ ...rest, network_view: networkView, extattrs: attributes });
}

/** The fields of a create without undefined ones. */
export function given(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
