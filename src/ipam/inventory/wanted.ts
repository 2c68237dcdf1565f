import { type Block, contains, overlaps, parseBlock } from "../../cidr.js";
import { type InventoryEntry, spanOfEntry } from "./entries.js";
import { type InventoryOptions, inventoryParts } from "./requests.js";

/** Whether an entry is to be given. */
export type Wanted = (entry: InventoryEntry) => boolean;

/**
 * What an inventory with these options holds: not what it reads for what that says of others, and not what an
 * inventory with other options holds besides. The objects of an address aren't looked at.
 */
export function wantedOf({
  networkViews,
  within,
  families = [4, 6],
  include = inventoryParts,
}: InventoryOptions): Wanted {
  const views = networkViews === undefined ? undefined : [networkViews].flat();
  const blocks = within === undefined ? undefined : outermost([within].flat());
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

/** Without those that lie in another. */
export function outermost(texts: readonly string[]): Block[] {
  const blocks = texts.flatMap((text) => parseBlock(text) ?? []);
  return blocks.filter((block, index) =>
    blocks.every(
      (other, place) =>
        place === index || !contains(other, block) || (contains(block, other) && place > index),
    ),
  );
}
