/** Seeds a grid with the objects of a fresh one, and with those that a test adds. */

import { networkViewNotFound, unknownObjectType } from "../model/answers.js";
import { draftForCreate } from "../model/draft.js";
import { createObject } from "../model/engine.js";
import type { Grid } from "../model/rules.js";
import { isObject } from "../model/values.js";
import { schemaAt } from "../model/versions.js";
import { freshGrid } from "../objects/fresh-grid.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { createOf, type GridSeed, type SeededLease } from "./seed-form.js";

/** Adds the objects of a fresh grid without the checks of a create: many of them can't be created through the API. */
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
 * Creates the objects of a seed by the rules of a create.
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

/** Whether an attribute of a seed is defined already, with the same type. */
function isDefined(grid: Grid, item: unknown): boolean {
  const { name, type = "STRING" } =
    typeof item === "string" ? { name: item } : (item as Record<string, unknown>);
  return grid
    .find("extensibleattributedef", "name", String(name))
    .some(({ values }) => values["type"] === type);
}

/** Each section comes after those that it needs. */
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

/** Checks the sections: a file may hold anything, and a misspelt section would go unnoticed. */
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

/** Creates an object as the API does. */
export function createByWire(grid: Grid, type: string, values: JsonObject): Entity {
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
