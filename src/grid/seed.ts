/**
 * What a grid begins with: the objects of a fresh one, and whatever a test wants beside them, in a few words.
 */

import { networkViewNotFound, unknownObjectType } from "./answers.js";
import { draftForCreate } from "./draft.js";
import { createObject } from "./engine.js";
import type { Grid } from "./grid.js";
import { freshGrid } from "./objects/fresh-grid.js";
import type { Entity, Json, JsonObject } from "./rules.js";
import { createOf } from "./seed-form.js";
import { isObject } from "./values.js";
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
 *   zones: ["example.com", "10.0.0.0/24"],
 *   records: [{ type: "CNAME", name: "www.example.com", canonical: "web.example.com" }],
 *   hosts: [{ name: "web.example.com", addresses: ["10.0.0.10"] }],
 *   leases: [{ address: "10.0.0.60", mac: "02:00:00:00:00:01" }],
 * });
 */
export interface GridSeed {
  /** Definitions of extensible attributes; a name alone is a `STRING`. Those that are there already stay as they are. */
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
  /** Records in wire form beside their kind: `{ type: "A", name: "www.example.com", ipv4addr: "10.0.0.1" }`. */
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

interface SeededLease {
  readonly address: string;
  readonly mac?: string;
  readonly duid?: string;
  readonly hostname?: string;
  readonly ends?: number;
  readonly networkView?: string;
}

/** The objects of a fresh grid, past the checks of a create: many of them can't be created through the API. */
export function seedFreshGrid(grid: Grid): void {
  grid.asSeed(() => createFreshGrid(grid));
}

function createFreshGrid(grid: Grid): void {
  for (const { type, values } of freshGrid) grid.create(type, values);
  grid.create("networkview", { name: "default", is_default: true });
  if (grid.find("view", "name", "default").length === 0) {
    grid.create("view", { name: "default", is_default: true }, { networkView: defaultNetworkView(grid).id });
  }
}

/**
 * Makes what a seed lists, each thing as a create would.
 *
 * @throws Error that names the item and quotes the grid's refusal: `seed: networks[1]: …`
 */
export function seedGrid(grid: Grid, seed: GridSeed): void {
  checkShape(seed);
  grid.asSeed(() => createSections(grid, seed));
}

function createSections(grid: Grid, seed: GridSeed): void {
  for (const section of sections) {
    for (const [index, item] of (seed[section] ?? []).entries()) {
      try {
        if (section === "attributes" && isDefined(grid, item)) continue;
        if (section === "leases") createLease(grid, item as SeededLease);
        else createByWire(grid, ...createOf(section, item as Json));
      } catch (error) {
        throw new Error(`seed: ${section}[${index}]: ${(error as Error).message}`, { cause: error });
      }
    }
  }
}

/** Whether an attribute that a seed asks for is there already, and of that type: then there is nothing to do. */
function isDefined(grid: Grid, item: unknown): boolean {
  const { name, type = "STRING" } =
    typeof item === "string" ? { name: item } : (item as Record<string, unknown>);
  return grid
    .find("extensibleattributedef", "name", String(name))
    .some(({ values }) => values["type"] === type);
}

/** In an order in which each finds what it needs. */
const sections = [
  "attributes",
  "networkViews",
  "dnsViews",
  "containers",
  "networks",
  "ranges",
  "zones",
  "hosts",
  "records",
  "fixedAddresses",
  "leases",
  "objects",
] as const satisfies readonly (keyof GridSeed)[];

/** A file may hold anything, and a misspelt section would otherwise go unnoticed. */
function checkShape(seed: GridSeed): void {
  if (!isObject(seed as Json))
    throw new Error(`seed: must be an object, e.g. { "networks": ["10.0.0.0/24"] }`);
  for (const [name, items] of Object.entries(seed)) {
    if (!(sections as readonly string[]).includes(name)) {
      throw new Error(`seed: there is no section "${name}"; one of ${sections.join(", ")}`);
    }
    if (!Array.isArray(items)) throw new Error(`seed: ${name} must be a list`);
  }
}

function createByWire(grid: Grid, type: string, values: JsonObject): Entity {
  const schema = schemaAt(type, grid.version);
  if (!schema) throw unknownObjectType(type);
  return createObject(draftForCreate(schema, values, grid, grid.version), grid);
}

function createLease(grid: Grid, lease: SeededLease): void {
  const { address, networkView = "default", ends = 3600, mac, duid, hostname } = lease;
  const [view] = grid.find("networkview", "name", networkView);
  if (!view) throw networkViewNotFound(networkView);
  const now = grid.clock.seconds();
  const values = {
    address,
    binding_state: "ACTIVE",
    starts: now,
    ends: now + ends,
    ...(mac === undefined ? {} : { hardware: mac }),
    ...(duid === undefined ? {} : { ipv6_duid: duid }),
    ...(hostname === undefined ? {} : { client_hostname: hostname }),
  };
  grid.create("lease", values, { networkView: view.id });
}

function defaultNetworkView(grid: Grid): Entity {
  return grid.first("networkview");
}
