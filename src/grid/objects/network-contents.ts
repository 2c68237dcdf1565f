/** Searches for ranges and fixed addresses by `network`, through the address space. */

import { type Block, parseBlock } from "../../cidr.js";
import type { Grid, Row, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { type FamilySpace, spaceOf } from "../store/space.js";
import type { AddressFamily } from "./address-family.js";
import { isLeaf } from "./network-place.js";
import { askedViews, isExact } from "./network-search.js";

type Rows = NonNullable<Rules["rows"]>;

export function rangesByNetwork(names: AddressFamily): Rows {
  return byNetwork(names, ({ ranges }, block) => [...ranges.overlapping(block)].map(({ id }) => id));
}

export function fixedAddressesByNetwork(names: AddressFamily): Rows {
  return byNetwork(names, ({ addresses }, block) =>
    [...addresses.addresses(block)].flatMap((value) => addresses.holders(value)),
  );
}

/** @param idsIn - gives the ids of objects in the block, of all types */
function byNetwork(names: AddressFamily, idsIn: (space: FamilySpace, block: Block) => number[]): Rows {
  return (conditions, grid) => {
    const condition = conditions.find((each) => each.field === "network" && isExact(each));
    const views = askedViews(conditions, grid);
    if (!condition || !views) return undefined;
    const block = parseBlock(String(condition.value));
    if (block?.family !== names.family) return { rows: [], settled: [condition] };
    const spaces = views
      .map(({ id }) => spaceOf(grid).of(id, names.family))
      .filter((space) => hasLeaf(space, block, grid));
    const rows = spaces.flatMap((space) => idsIn(space, block).map((id) => grid.get(id)));
    const types = [names.range, names.fixedAddress];
    return { rows: rows.filter((row): row is Row => isOneOf(row, types)), settled: [condition] };
  };
}

function hasLeaf({ networks }: FamilySpace, block: Block, grid: Grid): boolean {
  const network = grid.get(networks.find(block)?.id);
  return network !== undefined && isLeaf(network);
}

function isOneOf(entity: Entity | undefined, types: readonly string[]): boolean {
  return entity !== undefined && types.includes(entity.type);
}
