import { type Block, contains, overlaps, parseBlock } from "../../cidr.js";
import type { Judged } from "./entry.js";
import type { Surplus } from "./pruning.js";

/** A block that is deleted or made. */
interface Piece {
  readonly kind: string;
  readonly block: Block;
}

/**
 * Divides deletions into those before and those after the creates. Addresses, ranges and records are deleted first, since they may be
 * in the way. A subnet or container is deleted last unless it is in the way: if the last block of a container is deleted, the grid
 * turns the container into a subnet, and nothing can be taken from it.
 */
export function inOrder(
  surplus: readonly Surplus[],
  judged: readonly Judged[],
): { readonly first: readonly Surplus[]; readonly last: readonly Surplus[] } {
  const coming = judged.flatMap(({ found: { entry, row } }) =>
    row === undefined ? pieceOf(entry.kind, entry.key) : [],
  );
  const waits = ({ kind, key, isReplaced }: Surplus) => {
    if (isReplaced) return false;
    if (kind !== "subnet" && kind !== "container") return false;
    return !pieceOf(kind, key).some((going) => coming.some((one) => collide(going, one)));
  };
  return { first: surplus.filter((one) => !waits(one)), last: surplus.filter(waits) };
}

function pieceOf(kind: string, key: string): Piece[] {
  const block = kind === "subnet" || kind === "container" ? parseBlock(key) : undefined;
  return block === undefined ? [] : [{ kind, block }];
}

/** Whether two blocks overlap, and none is a container around the other. */
function collide(one: Piece, other: Piece): boolean {
  if (!overlaps(one.block, other.block)) return false;
  return !isAround(one, other) && !isAround(other, one);
}

function isAround(outer: Piece, inner: Piece): boolean {
  return (
    outer.kind === "container" &&
    contains(outer.block, inner.block) &&
    outer.block.prefixLength < inner.block.prefixLength
  );
}
