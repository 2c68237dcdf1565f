import {
  type Block,
  blocksOf,
  compareSpans,
  contains,
  firstOf,
  formatAddress,
  formatBlock,
  gaps,
  lastOf,
  parseBlock,
  parseSpan,
  type Span,
  size,
} from "../../cidr.js";
import type { Row } from "../../wapi/types.js";
import { percentOf } from "../capacity/free-space.js";
import type { RangeRow as SomeRange } from "../objects/rows.js";
import type { MapBlock, MapContainer, MapRange, MapSubnet } from "./map-results.js";

type NetworkField = "network" | "comment" | "extattrs" | "utilization";

export type NetworkRow = Partial<Omit<Row<"network", NetworkField>, "_ref">>;

type RangeRow = Pick<SomeRange, "start_addr" | "end_addr" | "comment">;

/** The rows of a map, in any order; a row may occur twice. */
export interface MapRows {
  readonly containers: readonly NetworkRow[];
  readonly subnets: readonly NetworkRow[];
  readonly ranges: readonly RangeRow[];
}

interface Plot extends Block {
  readonly kind: MapBlock["kind"];
  readonly row: NetworkRow;
}

interface PlacedRange extends Span {
  readonly comment: string | undefined;
}

/**
 * Builds the tree of containers and subnets.
 *
 * @param places - the blocks to show. A block without an object of its own becomes a container of the objects in it.
 *   `undefined` shows everything
 */
export function growTree(rows: MapRows, places: readonly Block[] | undefined): MapBlock[] {
  const plots = sorted([...plotsOf(rows.containers, "container"), ...plotsOf(rows.subnets, "subnet")]);
  const ranges = sorted(rows.ranges.flatMap(placedRange));
  if (places === undefined) return grow(plots, ranges);
  return places.flatMap((place) => {
    const inside = within(plots, place);
    const [outer] = inside;
    if (outer === undefined) return [];
    const isObject = outer.prefixLength === place.prefixLength;
    return grow(isObject ? inside : [{ ...place, kind: "container", row: {} }, ...inside], ranges);
  });
}

function grow(plots: readonly Plot[], ranges: readonly PlacedRange[]): MapBlock[] {
  return families(plots).map(([outer, inside]) =>
    outer.kind === "container" ? containerOf(outer, inside, ranges) : subnetOf(outer, ranges),
  );
}

/** The outermost of sorted plots, each with the plots in it. */
function families(plots: readonly Plot[]): [outer: Plot, inside: Plot[]][] {
  const found: [Plot, Plot[]][] = [];
  for (const plot of plots) {
    const last = found.at(-1);
    if (last !== undefined && contains(last[0], plot)) last[1].push(plot);
    else found.push([plot, []]);
  }
  return found;
}

function containerOf(plot: Plot, inside: readonly Plot[], ranges: readonly PlacedRange[]): MapContainer {
  const given = inside.reduce((sum, each) => (each.kind === "subnet" ? sum + size(each) : sum), 0n);
  return {
    kind: "container",
    ...described(plot),
    percent: percentOf(given, size(plot)),
    children: grow(inside, ranges),
    free: [...gaps(plot, inside)].flatMap((gap) => [...blocksOf(gap)]).map(formatBlock),
  };
}

function subnetOf(plot: Plot, ranges: readonly PlacedRange[]): MapSubnet {
  const { utilization } = plot.row;
  return {
    kind: "subnet",
    ...described(plot),
    // The grid counts in tenths of a percent.
    percent: utilization === undefined ? undefined : utilization / 10,
    ranges: within(ranges, plot).map((range): MapRange => {
      const [first, last] = [formatAddress(firstOf(range)), formatAddress(lastOf(range))];
      return { first, last, comment: range.comment };
    }),
    addresses: undefined,
  };
}

function described({ row, ...block }: Plot): Pick<MapBlock, "cidr" | "comment" | "extattrs"> {
  return { cidr: formatBlock(block), comment: row.comment || undefined, extattrs: row.extattrs ?? {} };
}

function plotsOf(rows: readonly NetworkRow[], kind: Plot["kind"]): Plot[] {
  return rows.flatMap((row) => {
    const block = parseBlock(row.network ?? "");
    return block === undefined ? [] : { ...block, kind, row };
  });
}

/** The span of a range; none for a range of IPv6 prefixes, which has no addresses. */
function placedRange({ start_addr, end_addr, comment }: RangeRow): PlacedRange[] {
  const span = parseSpan(`${start_addr}-${end_addr}`);
  return span === undefined ? [] : [{ ...span, comment: comment || undefined }];
}

/** Sorts by first address, the larger span first, and drops repetitions. */
function sorted<T extends Span>(spans: readonly T[]): T[] {
  const inOrder = [...spans].sort(compareSpans);
  return inOrder.filter((span, index) => {
    const before = inOrder[index - 1];
    return before === undefined || before.first !== span.first || before.last !== span.last;
  });
}

/** The spans that lie in a block. They are sorted: the first is found by binary search. */
function within<T extends Span>(spans: readonly T[], block: Block): T[] {
  let low = 0;
  for (let high = spans.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as T).first < block.first) low = middle + 1;
    else high = middle;
  }
  const found: T[] = [];
  for (let index = low; index < spans.length && (spans[index] as T).first <= block.last; index += 1) {
    const span = spans[index] as T;
    if (contains(block, span)) found.push(span);
  }
  return found;
}
