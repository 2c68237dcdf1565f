/**
 * Lays out addresses like words on a page: in rows from left to right, one below the other. All rows of a block have
 * the same size, a power of two, so that every CIDR block is one rectangle: a part of one row, or some whole rows.
 */

import {
  addressBits,
  type Block,
  blockOf,
  contains,
  intersection,
  type Span,
  size,
  subnets,
} from "../cidr.js";

/** A row shows a block, or stands for many empty rows that are not shown. */
export type SheetRow = ({ readonly kind: "row" } & Block) | ({ readonly kind: "skipped" } & Span);

/** A place on the sheet: `x` and `width` are parts of a row, from 0 to 1. */
export interface Area {
  readonly row: number;
  readonly rows: number;
  readonly x: number;
  readonly width: number;
}

/** The limits of a sheet. */
export interface SheetShape {
  /** The most rows. */
  readonly rows: number;
  /** How many slots of the usual size a row should have. Default: as many as there are rows. */
  readonly columns?: number;
}

/** Slots of the usual size in a row if only occupied rows are shown. */
const sparseRowBits = 4;
/** More slots of the usual size than this (as a power of two) are never shown one by one in IPv6. */
const denseBits = 12;

/**
 * @param outer - the blocks to show, in order, without overlaps
 * @param inside - the blocks in them; the size of rows follows from their most common size
 */
export function sheetOf(outer: readonly Block[], inside: readonly Block[], shape: SheetShape): SheetRow[] {
  if (outer.length > 4) return outer.map((block) => ({ kind: "row", ...block }));
  return outer.flatMap((block) =>
    rowsOf(
      block,
      inside.filter((one) => contains(block, one) && one.prefixLength > block.prefixLength),
      { ...shape, rows: Math.floor(shape.rows / outer.length) },
    ),
  );
}

function rowsOf(block: Block, inside: readonly Block[], { rows, columns }: SheetShape): SheetRow[] {
  const slot = usualPrefix(inside) ?? Math.min(block.prefixLength + 8, addressBits(block.family));
  const slots = slot - block.prefixLength;
  if (block.family === 6 && slots > denseBits) return occupiedRows(block, inside, slot, rows);
  const wanted = columns === undefined ? Math.round(slots / 2) : slots - Math.floor(Math.log2(columns));
  const rowBits = Math.min(Math.max(wanted, 0), Math.floor(Math.log2(rows)));
  return [...subnets(block, block.prefixLength + rowBits)].map((row) => ({ kind: "row", ...row }));
}

/**
 * For IPv6, which has more room than a picture: only rows with content, and between them rows that show how much is
 * left out.
 */
function occupiedRows(block: Block, inside: readonly Block[], slot: number, most: number): SheetRow[] {
  const largest = Math.min(...inside.map(({ prefixLength }) => prefixLength), slot);
  let prefixLength = Math.max(Math.min(slot - sparseRowBits, largest), block.prefixLength);
  let occupied = blocksAround(inside, prefixLength);
  while (occupied.length > most && prefixLength > block.prefixLength) {
    prefixLength -= 1;
    occupied = blocksAround(inside, prefixLength);
  }
  const rows: SheetRow[] = [];
  let next = block.first;
  const skipTo = (end: bigint) => {
    if (next < end) rows.push({ kind: "skipped", family: block.family, first: next, last: end - 1n });
  };
  for (const row of occupied) {
    skipTo(row.first);
    rows.push({ kind: "row", ...row });
    next = row.last + 1n;
  }
  skipTo(block.last + 1n);
  return rows;
}

/** The blocks of a prefix length around the sorted blocks, each once. */
function blocksAround(inside: readonly Block[], prefixLength: number): Block[] {
  const around: Block[] = [];
  for (const { family, first } of inside) {
    const block = blockOf({ family, value: first }, prefixLength);
    if (around.at(-1)?.first !== block.first) around.push(block);
  }
  return around;
}

/** The most frequent prefix length; of several the longest. */
function usualPrefix(blocks: readonly Block[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { prefixLength } of blocks) counts.set(prefixLength, (counts.get(prefixLength) ?? 0) + 1);
  return [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || b - a)[0]?.[0];
}

/** The areas of a span on the sheet. A block has one area, a range up to three. */
export function areasOf(rows: readonly SheetRow[], span: Span): Area[] {
  const areas: { row: number; rows: number; x: number; width: number }[] = [];
  for (let index = firstRow(rows, span.first); index < rows.length; index += 1) {
    const row = rows[index] as SheetRow;
    const part = intersection(row, span);
    if (part === undefined) break;
    const whole = Number(size(row));
    const x = row.kind === "skipped" ? 0 : Number(part.first - row.first) / whole;
    const width = row.kind === "skipped" ? 1 : Number(size(part)) / whole;
    const above = areas.at(-1);
    if (above !== undefined && above.x === x && above.width === width) above.rows += 1;
    else areas.push({ row: index, rows: 1, x, width });
  }
  return areas;
}

/** The row with this address, by binary search. */
function firstRow(rows: readonly SheetRow[], value: bigint): number {
  let low = 0;
  for (let high = rows.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as SheetRow).last < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
