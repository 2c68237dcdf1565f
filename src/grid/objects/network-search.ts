/** Searches networks and containers through the tree of networks. */

import { contains, parseAddress, parseBlock } from "../../cidr.js";
import { valueTest } from "../model/condition.js";
import type { Condition, Grid, Row, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import type { NetworkNode, NetworkTree } from "../store/network-tree.js";
import { spaceOf } from "../store/space.js";
import type { AddressFamily } from "./address-family.js";
import { blockOfNetwork, canonicalAddress, canonicalBlockText, defaultNetworkView } from "./network-place.js";

type Search = Pick<Rules, "matches" | "searchValue" | "rows">;

/** @param type - the network or the container type of the family */
export function networkSearch(type: string, names: AddressFamily): Search {
  return {
    searchValue: {
      network: canonicalBlockText,
      network_container: canonicalBlockText,
      contains_address: (value) => {
        canonicalAddress("contains_address", value, names);
        return value;
      },
    },
    matches: { network: matchesNetwork, contains_address: containsAddress },
    rows(conditions, grid) {
      const settled = conditions.find((condition) => isExact(condition) && finders[condition.field]);
      const asksForAddress = settled?.field === "contains_address";
      const views = asksForAddress ? viewsOfAddress(conditions, grid) : askedViews(conditions, grid);
      const find = settled && finders[settled.field];
      if (!views || !settled || !find) return undefined;
      const trees = views.map(({ id }) => spaceOf(grid).of(id, names.family).networks);
      const nodes = trees.flatMap((tree) => find(tree, String(settled.value)));
      const found = nodes.map(({ id }) => grid.get(id)).filter((network) => network?.type === type);
      return { rows: found as Row[], settled: [settled] };
    },
  };
}

export function isExact({ operator, ignoreCase, attribute }: Condition): boolean {
  return operator === "=" && !ignoreCase && !attribute;
}

/**
 * The network views of a search: the one that it names, or all. `undefined` if it names a view that does not exist, or
 * a pattern, which the engine handles.
 */
export function askedViews(conditions: readonly Condition[], grid: Grid): Entity[] | undefined {
  const asked = conditions.filter(({ field, attribute }) => field === "network_view" && !attribute);
  if (asked.length === 0) return [...grid.all("networkview")];
  if (!asked.every(isExact)) return undefined;
  const [view] = grid.find("networkview", "name", String(asked[0]?.value));
  return view && [view];
}

/** The same for a search that looks for one address. */
export function viewsOfAddress(conditions: readonly Condition[], grid: Grid): Entity[] | undefined {
  const names = conditions.some(({ field, attribute }) => field === "network_view" && !attribute);
  const inDefault = !names && grid.assumptions.addressSearchesDefaultView;
  return inDefault ? [defaultNetworkView(grid)] : askedViews(conditions, grid);
}

/** Finders in the tree of a network view, by field of the condition. */
const finders: Readonly<Record<string, (tree: NetworkTree, value: string) => NetworkNode[]>> = {
  network: exactly,
  network_container: rightBelow,
  contains_address: around,
};

function exactly(tree: NetworkTree, cidr: string): NetworkNode[] {
  const block = parseBlock(cidr);
  const node = block?.family === tree.family ? tree.find(block) : undefined;
  return node ? [node] : [];
}

/** The networks directly below a CIDR. `/` stands for the network view itself. */
function rightBelow(tree: NetworkTree, cidr: string): NetworkNode[] {
  if (cidr === "/") return [...tree.top()];
  return exactly(tree, cidr).flatMap((node) => [...node.children()]);
}

function around(tree: NetworkTree, text: string): NetworkNode[] {
  const address = parseAddress(text);
  const node = address && tree.smallestAround(address);
  return node ? [node] : [];
}

/** Prepared once for each search: a row costs a look-up and a match. */
const networkTests = new WeakMap<Condition, (network: string) => boolean>();

function matchesNetwork({ values }: Row, condition: Condition): boolean {
  let test = networkTests.get(condition);
  if (test === undefined) {
    test = networkTest(condition);
    networkTests.set(condition, test);
  }
  return test(String(values["network"]));
}

/**
 * A pattern is matched against the address alone. A prefix length in it must be equal. So `172.18.2.0/24` as a pattern
 * also finds 172.18.200.0/24, but no /25.
 */
function networkTest(condition: Condition): (network: string) => boolean {
  const [, pattern = "", prefixLength] = /^(.*?)(?:\/(\d+)\$?)?$/s.exec(String(condition.value)) ?? [];
  if (condition.operator !== "~" || prefixLength === undefined) return valueTest(condition);
  const fitsAddress = valueTest({ ...condition, value: pattern });
  return (network) => {
    const [address = "", length] = network.split("/");
    return length === prefixLength && fitsAddress(address);
  };
}

function containsAddress(network: Row, { value }: Condition): boolean {
  const address = parseAddress(String(value as Json));
  return address !== undefined && contains(blockOfNetwork(network), address);
}
