/** Renders a map for the terminal: one line for each row, and one character for each block of addresses. */

import {
  addressBits,
  type Block,
  blockOf,
  contains,
  intersection,
  overlaps,
  type Span,
  size,
  subnets,
} from "../cidr.js";
import type { AddressMap } from "../ipam/map/map-results.js";
import { legendOf } from "./legend.js";
import { childrenOf, type Outline, outlineOf, type Plot } from "./outline.js";
import { type Fill, fillOf, fills, kinds, type Tone } from "./palette.js";
import { type SheetRow, sheetOf } from "./sheet.js";
import {
  describeAddress,
  describePlot,
  printable,
  rowLabel,
  shortened,
  sizesOf,
  summaryOf,
} from "./words.js";

export interface TextOptions {
  /** Width of a line in characters. */
  readonly width: number;
  /** Whether to write escape sequences for colours, which only a terminal understands. */
  readonly colour: boolean;
  /** Whether to use only ASCII, for terminals and files without other characters. */
  readonly ascii: boolean;
}

const mostRows = 32;
/** A map of at most this many addresses shows each one. */
const mostAddresses = 2048n;
/** How many subnets are listed below the picture. */
const mostListed = 20;

type Sign = readonly [unicode: string, ascii: string, colour: number];

/** Characters, and colours of the terminal's own palette. */
const signs: Readonly<Record<Fill | "free" | "range" | "unused" | "outside", Sign>> = {
  empty: ["□", "0", 36],
  low: ["░", "1", 36],
  quarter: ["▒", "2", 36],
  half: ["▓", "3", 34],
  high: ["█", "4", 34],
  full: ["X", "#", 33],
  unknown: ["▨", "?", 35],
  free: ["·", ".", 90],
  range: ["-", "-", 35],
  unused: ["░", "_", 34],
  outside: [" ", " ", 0],
};

const kindColours = { host: 32, fixed: 36, reservation: 33, lease: 35, record: 95, discovered: 93, own: 90 };

export function renderText(map: AddressMap, options: TextOptions): string {
  const outline = outlineOf(map);
  const top = childrenOf(outline, undefined);
  const cells = cellsOf(outline, top);
  const label = Math.max(...top.map((block) => rowLabel(block).length)) + 3;
  const columns = 2 ** Math.max(3, Math.floor(Math.log2(Math.max(options.width - label - 2, 8))));
  const rows = sheetOf(top, cells, { rows: mostRows, columns });
  const paint = painter(options);
  const gutter = Math.max(...rows.map((row) => (row.kind === "row" ? rowLabel(row).length : 0)));
  const lines = rows.map((row) =>
    row.kind === "row"
      ? `${rowLabel(row).padEnd(gutter)}  ${rowText(outline, row, columns, paint)}`
      : `${"".padEnd(gutter)}  ${paint(signs.free, `nothing in ${sizesOf(row)}`)}`,
  );
  const parts = [
    [outline.title, ...summaryOf(outline)].map(printable),
    lines,
    wrapped(legendTexts(outline, top, paint), options.width),
    listing(outline, options.width),
  ];
  const text = parts.filter((part) => part.length > 0).map((part) => part.join("\n"));
  return inCharacters(`${text.join("\n\n")}\n`, options);
}

/** Converts other text to the wanted characters: in ASCII, names lose other characters. */
function inCharacters(text: string, { ascii }: TextOptions): string {
  return ascii
    ? text
        .replaceAll("–", "-")
        .replaceAll("…", "~")
        .replace(/[^ -~\p{Cc}]/gu, "?")
    : text;
}

type Paint = (sign: Sign, text?: string) => string;

/** Paints signs in the wanted characters and colours. `printable` has cleaned the grid's text before. */
function painter({ colour, ascii }: TextOptions): Paint {
  return (sign, text = ascii ? sign[1] : sign[0]) =>
    colour && sign[2] > 0 ? `\u001b[${sign[2]}m${text}\u001b[0m` : text;
}

function shownSingly(top: readonly Plot[]): boolean {
  const total = top.reduce((sum, plot) => sum + size(plot), 0n);
  return total <= mostAddresses;
}

/** The blocks that decide the size of rows. */
function cellsOf(outline: Outline, top: readonly Plot[]): readonly Block[] {
  if (shownSingly(top)) return addressCells(outline);
  const { addresses } = lone(outline.plots) ?? {};
  if (addresses !== undefined)
    return addresses.map((address) => blockOf(address, addressBits(address.family)));
  return outline.plots.filter(({ kind }) => kind === "subnet");
}

/** The only subnet of the view, if there is no other. */
function lone(plots: readonly Plot[]): Plot | undefined {
  return plots.length === 1 && plots[0]?.kind === "subnet" ? plots[0] : undefined;
}

/** Blocks of one address, so that rows show single addresses. */
function addressCells({ plots }: Outline): Block[] {
  return plots
    .filter(({ kind, addresses }) => kind === "subnet" && addresses !== undefined)
    .flatMap((plot) => [...subnets(plot, addressBits(plot.family))]);
}

/** The text of one row, with as many cells as columns, or as addresses if these are fewer. */
function rowText(outline: Outline, row: SheetRow & Block, columns: number, paint: Paint): string {
  const bits = Math.min(Math.floor(Math.log2(columns)), addressBits(row.family) - row.prefixLength);
  const alone = lone(outline.plots);
  return cellsText(outline.plots, row, bits, (plots, cell) => cellText(plots, cell, paint, alone));
}

/** Splits recursively, each half with its own plots: of 20,000 subnets a cell has a few. */
function cellsText(
  plots: readonly Plot[],
  block: Block,
  bits: number,
  text: (plots: readonly Plot[], cell: Block) => string,
): string {
  const here = plots.filter((plot) => overlaps(plot, block));
  if (bits === 0) return text(here, block);
  const halves = [...subnets(block, block.prefixLength + 1)];
  return halves.map((half) => cellsText(here, half, bits - 1, text)).join("");
}

function cellText(plots: readonly Plot[], cell: Block, paint: Paint, alone?: Plot): string {
  if (alone?.addresses !== undefined) return addressText(alone, cell, paint);
  const inside = plots.filter((plot) => plot.kind === "subnet" && intersection(plot, cell) !== undefined);
  const [only] = inside;
  if (only === undefined)
    return paint(signs[plots.some((plot) => contains(plot, cell)) ? "free" : "outside"]);
  if (size(cell) === 1n && only.addresses !== undefined) return addressText(only, cell, paint);
  return paint(signs[fillOf(meanPercent(inside, cell))]);
}

/** The sign of a cell of several addresses: that of the first used one. */
function addressText(subnet: Plot, cell: Span, paint: Paint): string {
  const inside = subnet.addresses?.filter(({ value }) => cell.first <= value && value <= cell.last) ?? [];
  const address = inside.find(({ kind }) => kind !== "own" || size(cell) === 1n);
  if (address === undefined) {
    return paint(signs[subnet.ranges.some((range) => contains(range, cell)) ? "range" : "unused"]);
  }
  const [letter] = kinds[address.kind];
  return paint([letter, address.kind === "own" ? "=" : letter, kindColours[address.kind]]);
}

/** The mean usage of the subnets in a cell, weighted by size. */
function meanPercent(inside: readonly Plot[], cell: Block): number | undefined {
  let [weights, sum] = [0, 0];
  for (const plot of inside) {
    const part = intersection(plot, cell);
    if (part === undefined || plot.percent === undefined) continue;
    const weight = Number(size(part));
    weights += weight;
    sum += weight * plot.percent;
  }
  return weights === 0 ? undefined : sum / weights;
}

function legendTexts(outline: Outline, top: readonly Plot[], paint: Paint): Entry[] {
  const alone = lone(outline.plots);
  if (alone !== undefined && alone.addresses === undefined) {
    const used = fillOf(alone.percent);
    return fills.filter(([tone]) => tone === used).map(([tone, name]) => entryOf(tone, name, paint));
  }
  const subnets = outline.plots.filter(({ kind }) => kind === "subnet");
  const single = shownSingly(top) && subnets.some(({ addresses }) => addresses !== undefined);
  const shown = single ? subnets : top;
  const entries = new Map(
    (single ? shown.flatMap((subnet) => legendOf(outline, [subnet])) : legendOf(outline, shown)).map(
      (entry) => [`${entry.tone}${entry.letter}`, entry],
    ),
  );
  if (single && top.some(({ kind }) => kind === "container")) {
    entries.set("free", { tone: "free", letter: "", name: "free, in no subnet" });
  }
  return [...entries.values()]
    .filter(({ tone, letter }) => tone !== "frame" && letter !== "!")
    .map(({ tone, name }) => entryOf(tone as Tone, name, paint));
}

function entryOf(tone: Tone, name: string, paint: Paint): Entry {
  return { length: name.length + 2, text: `${paint(signOf(tone))} ${name}` };
}

interface Entry {
  /** The length of the text without its colours. */
  readonly length: number;
  readonly text: string;
}

function signOf(tone: Tone): Sign {
  if (tone in signs) return signs[tone as keyof typeof signs];
  const kind = tone as keyof typeof kindColours;
  const [letter] = kinds[kind];
  return [letter, kind === "own" ? "=" : letter, kindColours[kind]];
}

function wrapped(entries: readonly Entry[], width: number): string[] {
  const lines: string[] = [];
  let used = width;
  for (const { length, text } of entries) {
    const isNew = used + 3 + length > width;
    if (isNew) lines.push(text);
    else lines.push(`${lines.pop()}   ${text}`);
    used = isNew ? length : used + 3 + length;
  }
  return lines;
}

/** Lists the subnets, or the fullest of many; of a single large one, its addresses. */
function listing(outline: Outline, width: number): string[] {
  const named = outline.plots.filter(({ kind }) => kind === "subnet");
  const alone = lone(outline.plots);
  if (alone !== undefined && size(alone) > mostAddresses) return addressListing(alone, width);
  if (outline.plots.length === 1) return [];
  const shown =
    named.length <= mostListed
      ? outline.plots
      : [...named].sort((a, b) => (b.percent ?? 0) - (a.percent ?? 0)).slice(0, mostListed);
  const title = named.length <= mostListed ? [] : [`The ${mostListed} fullest subnets:`];
  return [
    ...title,
    ...shown.map((plot) => {
      const indent = named.length <= mostListed ? "  ".repeat(plot.depth) : "";
      const lasts = plot.forecast === undefined ? "" : `, ${plot.forecast}`;
      return shortened(`${indent}${printable(describePlot(plot) + lasts)}`, width);
    }),
  ];
}

function addressListing({ addresses = [] }: Plot, width: number): string[] {
  const inUse = addresses.filter(({ kind }) => kind !== "own");
  const more = inUse.length - mostListed;
  const lines = inUse.slice(0, mostListed).map((address) => printable(describeAddress(address)));
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].map((line) => shortened(line, width));
}
