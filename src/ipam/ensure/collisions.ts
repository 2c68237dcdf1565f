import { type Block, contains, overlaps, parseBlock } from "../../cidr.js";
import type { Judged } from "./entry.js";
import type { Surplus } from "./pruning.js";

/** A block that goes or comes. */
interface Piece {
  readonly kind: string;
  readonly block: Block;
}

/**
 * What has to go before anything is made, and what can wait. Addresses, ranges and records go first: they may stand in
 * the way. A subnet or container waits unless it does: the last one in a container that goes turns that into a subnet,
 * which nothing can be taken from.
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

/** A container may lie around the other; nothing else may. */
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
