/**
 * What a grid begins with: the objects of a fresh one, and whatever a test wants beside them, in a few words.
 */

import { dataError, unknownObjectType } from "./answers.js";
import { draftForCreate } from "./draft.js";
import { createObject } from "./engine.js";
import type { Grid } from "./grid.js";
import { freshGrid } from "./objects/fresh-grid.js";
import type { Entity, Json, JsonObject } from "./rules.js";
import { schemaAt } from "./versions.js";

/** Attributes as plain values: `{ Site: "Paris" }`. */
type Attributes = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** What several of the forms below share. */
interface Common {
  readonly comment?: string;
  readonly extattrs?: Attributes;
}

/**
 * Objects to begin with, in a short form; every one passes the same rules as a create through the API.
 *
 * @example
 * grid.seed({
 *   attributes: ["Request ID", { name: "Floor", type: "INTEGER" }],
 *   containers: ["10.0.0.0/8"],
 *   networks: ["10.0.0.0/24", { network: "10.0.1.0/24", extattrs: { Site: "Paris" } }],
 *   zones: ["example.com"],
 *   hosts: [{ name: "web.example.com", addresses: ["10.0.0.10"] }],
 *   leases: [{ address: "10.0.0.60", mac: "02:00:00:00:00:01" }],
 * });
 */
export interface GridSeed {
  /** Definitions of extensible attributes; a name alone is a `STRING`. */
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
  readonly zones?: readonly (string | ({ readonly fqdn: string; readonly view?: string } & Common))[];
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
  readonly leases?: readonly {
    readonly address: string;
    readonly mac?: string;
    readonly hostname?: string;
    readonly ends?: number;
    readonly networkView?: string;
  }[];
  /** Anything else, in wire form: `{ type: "vlanview", values: { name: "corp", start_vlan_id: 1, end_vlan_id: 99 } }`. */
  readonly objects?: readonly { readonly type: string; readonly values: JsonObject }[];
}

/** The objects of a fresh grid, past the checks of a create: many of them can't be created through the API. */
export function seedFreshGrid(grid: Grid): void {
  for (const { type, values } of freshGrid) grid.create(type, values);
  grid.create("networkview", { name: "default", is_default: true });
  if (grid.find("view", "name", "default").length === 0) {
    grid.create("view", { name: "default", is_default: true }, { networkView: defaultNetworkView(grid).id });
  }
}

/** Throws the grid's own refusal for whatever a create would refuse. */
export function seedGrid(grid: Grid, seed: GridSeed): void {
  for (const [type, body] of bodies(seed)) createByWire(grid, type, body);
  for (const lease of seed.leases ?? []) createLease(grid, lease);
}

/** The creates that a seed stands for, in an order in which each finds what it needs. */
function* bodies(seed: GridSeed): Generator<readonly [type: string, body: JsonObject]> {
  for (const item of seed.attributes ?? []) {
    yield [
      "extensibleattributedef",
      typeof item === "string" ? { name: item, type: "STRING" } : definition(item),
    ];
  }
  for (const item of seed.networkViews ?? []) yield ["networkview", body(item, "name")];
  for (const item of seed.dnsViews ?? []) yield ["view", body(item, "name")];
  for (const item of seed.containers ?? []) yield networkBody(item, "networkcontainer");
  for (const item of seed.networks ?? []) yield networkBody(item, "network");
  for (const { start, end, ...rest } of seed.ranges ?? []) {
    yield [ofFamily("range", start), { start_addr: start, end_addr: end, ...wireNames(rest) }];
  }
  for (const item of seed.zones ?? []) yield ["zone_auth", body(item, "fqdn")];
  for (const { addresses, mac, dns, ...rest } of seed.hosts ?? []) {
    yield [
      "record:host",
      {
        ...wireNames(rest),
        ...hostAddresses(addresses, mac),
        ...(dns === false ? { configure_for_dns: false } : {}),
      },
    ];
  }
  for (const { address, ...rest } of seed.fixedAddresses ?? []) {
    const field = address.includes(":") ? "ipv6addr" : "ipv4addr";
    const reserved = rest.mac === undefined && rest.duid === undefined ? { match_client: "RESERVED" } : {};
    yield [ofFamily("fixedaddress", address), { [field]: address, ...reserved, ...wireNames(rest) }];
  }
  for (const { type, values } of seed.objects ?? []) yield [type, values];
}

function createByWire(grid: Grid, type: string, values: JsonObject): Entity {
  const schema = schemaAt(type, grid.version);
  if (!schema) throw unknownObjectType(type);
  return createObject(draftForCreate(schema, values, grid, grid.version), grid);
}

function createLease(grid: Grid, lease: NonNullable<GridSeed["leases"]>[number]): void {
  const view = lease.networkView ?? "default";
  const [networkView] = grid.find("networkview", "name", view);
  if (!networkView) throw dataError(`leases: no network view ${view}`);
  const now = grid.clock.seconds();
  const values = {
    address: lease.address,
    binding_state: "ACTIVE",
    protocol: lease.address.includes(":") ? "IPV6" : "IPV4",
    starts: now,
    ends: now + (lease.ends ?? 3600),
    ...(lease.mac === undefined ? {} : { hardware: lease.mac }),
    ...(lease.hostname === undefined ? {} : { client_hostname: lease.hostname }),
  };
  grid.create("lease", values, { networkView: networkView.id });
}

function networkBody(
  item: string | { readonly network: string },
  type: "network" | "networkcontainer",
): readonly [type: string, body: JsonObject] {
  const network = typeof item === "string" ? item : item.network;
  return [ofFamily(type, network), body(item, "network")];
}

/** `network` for IPv4, `ipv6network` for IPv6. */
function ofFamily(type: string, address: string): string {
  return address.includes(":") ? `ipv6${type}` : type;
}

function hostAddresses(addresses: readonly string[], mac: string | undefined): JsonObject {
  const dhcp = mac === undefined ? {} : { mac, configure_for_dhcp: true };
  const ipv4addrs = addresses
    .filter((address) => !address.includes(":"))
    .map((ipv4addr) => ({ ipv4addr, ...dhcp }));
  const ipv6addrs = addresses.filter((address) => address.includes(":")).map((ipv6addr) => ({ ipv6addr }));
  return { ...(ipv4addrs.length > 0 ? { ipv4addrs } : {}), ...(ipv6addrs.length > 0 ? { ipv6addrs } : {}) };
}

function definition(item: { readonly [field: string]: Json | undefined }): JsonObject {
  return wireNames({ type: "STRING", ...item });
}

function body(item: string | object, field: string): JsonObject {
  return typeof item === "string" ? { [field]: item } : wireNames(item);
}

/** The short form's camelCase as the grid spells it; plain attributes as the grid wraps them. */
function wireNames(item: object): JsonObject {
  const entries = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === "extattrs") return [key, wrapped(value)];
      return [key === "networkView" ? "network_view" : key, value];
    }),
  );
}

function wrapped(attributes: Attributes): JsonObject {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { value }]));
}

function defaultNetworkView(grid: Grid): Entity {
  return grid.first("networkview");
}
