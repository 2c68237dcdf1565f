import { type Block, contains, overlaps, parseBlock } from "../../cidr.js";
import { outermost } from "../sources/within.js";
import { type InventoryEntry, spanOfEntry } from "./entries.js";
import { type InventoryOptions, inventoryParts } from "./requests.js";

/** Whether the inventory yields an entry. */
export type Wanted = (entry: InventoryEntry) => boolean;

/**
 * The entries that an inventory with these options yields. It reads some others, since these need their values. The objects of an
 * address are not filtered.
 */
export function wantedOf({
  networkViews,
  within,
  families = [4, 6],
  include = inventoryParts,
}: InventoryOptions): Wanted {
  const views = networkViews === undefined ? undefined : [networkViews].flat();
  const blocks = blocksWithin(within);
  const hasAddresses = include.some((part) => ["addresses", "leases", "records"].includes(part));
  return (entry) => {
    if (views !== undefined && !views.includes(entry.networkView)) return false;
    if ("family" in entry && !families.includes(entry.family)) return false;
    switch (entry.kind) {
      case "container":
      case "subnet":
        return (
          include.includes(`${entry.kind}s`) &&
          (blocks?.some((block) => contains(block, spanOfEntry(entry))) ?? true)
        );
      case "range":
      case "address":
        return (
          (entry.kind === "range" ? include.includes("ranges") : hasAddresses) &&
          (blocks?.some((block) => overlaps(block, spanOfEntry(entry))) ?? true)
        );
      case "record":
        return blocks === undefined && include.includes(entry.type === "HOST" ? "addresses" : "records");
      default:
        return true;
    }
  };
}

/** The blocks of the option `within`; `undefined` for everything. */
export function blocksWithin(within: InventoryOptions["within"]): readonly Block[] | undefined {
  if (within === undefined) return undefined;
  return outermost([within].flat().flatMap((text) => parseBlock(text) ?? []));
}
