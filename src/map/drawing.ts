/** The figures of a map and their places, which are the same in every format. */

import {
  type Address,
  addressBits,
  type Block,
  blockOf,
  blocksOf,
  contains,
  formatAddress,
  type Span,
  size,
  subnets,
} from "../cidr.js";
import { childrenOf, freeIn, type Outline, type Plot, type PlotAddress, type PlotRange } from "./outline.js";
import { conflictMark, fillOf, kinds, type Tone } from "./palette.js";
import { type Area, areasOf, type SheetRow, type SheetShape, sheetOf } from "./sheet.js";
import { lastPart, shareOf, shortCidr } from "./words.js";

/** A sheet with its figures. Later ones lie on top. */
export interface Drawing {
  readonly rows: readonly SheetRow[];
  readonly figures: readonly Figure[];
}

/** The subject of a figure. */
export type Subject =
  | { readonly kind: "plot"; readonly plot: Plot }
  | { readonly kind: "free"; readonly span: Span }
  | { readonly kind: "range"; readonly range: PlotRange }
  | { readonly kind: "address"; readonly address: PlotAddress }
  | { readonly kind: "unused"; readonly address: Address; readonly range: PlotRange | undefined };

export interface Figure {
  readonly subject: Subject;
  /** `frame`: a container around its content. */
  readonly tone: Tone | "frame";
  readonly areas: readonly Area[];
  /** Names for the first line. The longest that fits is shown. */
  readonly names: readonly string[];
  /** For a second line. */
  readonly detail: string;
}

/** A subnet of at most this size shows every address, used or not. */
const mostCells = 1024n;

/** @param focus - the container or subnet to draw; without it, the whole map */
export function drawingOf(outline: Outline, focus: Plot | undefined, shape: SheetShape): Drawing {
  if (focus?.kind === "subnet") return subnetDrawing(focus, shape);
  const [only, ...others] = childrenOf(outline, undefined);
  // The only block of a map is drawn directly.
  if (focus === undefined && only !== undefined && others.length === 0)
    return drawingOf(outline, only, shape);
  return containerDrawing(outline, focus, shape);
}

function containerDrawing(outline: Outline, focus: Plot | undefined, shape: SheetShape): Drawing {
  const outer = focus === undefined ? childrenOf(outline, undefined) : [focus];
  const inside = outline.plots.slice(focus === undefined ? 0 : focus.index + 1, focus?.end);
  const leaves = inside.filter(({ kind }) => kind === "subnet");
  const rows = sheetOf(outer, leaves.length > 0 ? leaves : inside, shape);
  const shown = focus === undefined ? inside : [focus, ...inside];
  return { rows, figures: shown.flatMap((plot) => plotFigures(outline, rows, plot, plot === focus)) };
}

function plotFigures(outline: Outline, rows: readonly SheetRow[], plot: Plot, isFocus: boolean): Figure[] {
  const free = freeIn(outline, plot).flatMap((span) => freeFigures(rows, span));
  return isFocus ? free : [plotFigure(rows, plot), ...free];
}

function plotFigure(rows: readonly SheetRow[], plot: Plot): Figure {
  const { cidr, comment, percent } = plot;
  const isContainer = plot.kind === "container";
  const names = comment !== "" && isContainer ? [`${cidr} ${comment}`, cidr] : [cidr];
  return {
    subject: { kind: "plot", plot },
    tone: isContainer ? "frame" : fillOf(percent),
    areas: areasOf(rows, plot),
    names: [...names, shortCidr(cidr), `/${plot.prefixLength}`],
    detail: comment === "" ? shareOf(plot) : comment,
  };
}

/** A free block that is smaller than this part of a row gets no figure: the gap shows it. */
const leastFree = 512n;

/** The CIDR blocks of a gap. Each can be taken as a whole. */
function freeFigures(rows: readonly SheetRow[], span: Span): Figure[] {
  const least = size(rows.find(({ kind }) => kind === "row") ?? span) / leastFree;
  if (size(span) < least) return [];
  return [...blocksOf(span)]
    .filter((block) => size(block) >= least)
    .map((block) => ({
      subject: { kind: "free", span: block },
      tone: "free",
      areas: areasOf(rows, block).filter(({ row, rows: count }) => count > 1 || rows[row]?.kind === "row"),
      names: [`/${block.prefixLength} free`, `/${block.prefixLength}`],
      detail: "",
    }));
}

function subnetDrawing(subnet: Plot, shape: SheetShape): Drawing {
  const used = subnet.addresses ?? [];
  const bits = addressBits(subnet.family);
  const asBlock = (address: Address): Block => blockOf(address, bits);
  const isSmall = size(subnet) <= mostCells && subnet.addresses !== undefined;
  const cells = isSmall ? [...subnets(subnet, bits)] : used.map(asBlock);
  const rows = sheetOf([subnet], cells, shape);
  const taken = new Set(used.map(({ value }) => value));
  const unused = isSmall ? cells.filter(({ first }) => !taken.has(first)) : [];
  return {
    rows,
    figures: [
      ...subnet.ranges.map((range) => rangeFigure(rows, range)),
      ...unused.map((cell) => unusedFigure(rows, cell, subnet)),
      ...used.map((address) => addressFigure(rows, address, asBlock(address))),
    ],
  };
}

function rangeFigure(rows: readonly SheetRow[], range: PlotRange): Figure {
  const areas = areasOf(rows, range);
  return { subject: { kind: "range", range }, tone: "range", areas, names: [], detail: "" };
}

function unusedFigure(rows: readonly SheetRow[], cell: Block, subnet: Plot): Figure {
  const address = { family: cell.family, value: cell.first };
  const range = subnet.ranges.find((one) => contains(one, address));
  return {
    subject: { kind: "unused", address, range },
    tone: range === undefined ? "unused" : "range",
    areas: areasOf(rows, cell),
    names: [lastPart(formatAddress(address))],
    detail: "",
  };
}

function addressFigure(rows: readonly SheetRow[], address: PlotAddress, block: Block): Figure {
  const last = lastPart(formatAddress(address));
  const [letter] = kinds[address.kind];
  const mark = address.conflict ? conflictMark : "";
  return {
    subject: { kind: "address", address },
    tone: address.kind,
    areas: areasOf(rows, block),
    names: [`${letter}${mark} ${last}`, `${letter}${mark}`, mark || letter],
    detail: address.names[0] ?? address.client ?? "",
  };
}
