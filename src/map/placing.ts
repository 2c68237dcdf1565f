/** Converts parts of rows to pixels: places rows below each other, and gives containers headings if there is room. */

import type { Drawing, Figure } from "./drawing.js";
import type { Plot } from "./outline.js";
import type { Tone } from "./palette.js";
import type { SheetRow } from "./sheet.js";

export interface Paper {
  readonly left: number;
  readonly top: number;
  /** The width of a row, without its label. */
  readonly width: number;
  readonly rowHeight: number;
}

/** A rectangle of a figure. */
export interface Box {
  readonly figure: Figure;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The height of a container's heading, which its content leaves free; 0 without a heading. */
  readonly heading: number;
}

export const headingHeight = 14;
const skippedHeight = 16;
/** The least height below a container's heading. */
const leastHeight = 16;

/** The top of each row, and the bottom of the last. */
export function rowEdges(rows: readonly SheetRow[], { top, rowHeight }: Paper): number[] {
  const edges = [top];
  for (const row of rows) {
    edges.push((edges.at(-1) ?? top) + (row.kind === "skipped" ? skippedHeight : rowHeight));
  }
  return edges;
}

/** A row height that gives the sheet about the wanted height. */
export function rowHeightFor(rows: readonly SheetRow[], height: number, least: number, most: number): number {
  const skipped = rows.filter(({ kind }) => kind === "skipped").length;
  const even = Math.floor((height - skipped * skippedHeight) / Math.max(rows.length - skipped, 1));
  return Math.min(Math.max(even, least), most);
}

/** A container around the current figure. */
interface Frame {
  readonly plot: Plot;
  readonly row: number;
  readonly heading: number;
}

/** Every rectangle, in the order in which to draw. */
export function boxesOf({ rows, figures }: Drawing, paper: Paper): Box[] {
  const edges = rowEdges(rows, paper);
  const boxes: Box[] = [];
  let frames: Frame[] = [];
  for (const figure of figures) {
    frames = frames.filter(({ plot }) => liesIn(figure, plot));
    const frame = frameOf(figure, frames, paper);
    for (const { row, rows: count, x, width } of figure.areas) {
      const heading = frames.reduce((sum, frame) => (frame.row === row ? sum + frame.heading : sum), 0);
      const top = (edges[row] ?? 0) + heading;
      const bottom = edges[row + count] ?? top;
      boxes.push({
        figure,
        x: paper.left + x * paper.width,
        y: top,
        width: width * paper.width,
        height: bottom - top,
        heading: row === frame?.row ? frame.heading : 0,
      });
    }
    if (frame !== undefined) frames.push(frame);
  }
  return boxes;
}

function liesIn({ subject }: Figure, { first, last }: Plot): boolean {
  const span = subject.kind === "plot" ? subject.plot : subject.kind === "free" ? subject.span : undefined;
  return span !== undefined && first <= span.first && span.last <= last;
}

/**
 * The frame of a container. It has a heading only if there is room for the heading's text and for the content below.
 */
function frameOf(
  { subject, tone, areas }: Figure,
  around: readonly Frame[],
  paper: Paper,
): Frame | undefined {
  const [area] = areas;
  if (subject.kind !== "plot" || tone !== "frame" || area === undefined) return undefined;
  const above = around.reduce((sum, { row, heading }) => (row === area.row ? sum + heading : sum), 0);
  const isRoomy = paper.rowHeight - above - headingHeight >= leastHeight && area.width * paper.width >= 60;
  return { plot: subject.plot, row: area.row, heading: isRoomy ? headingHeight : 0 };
}

/** Whether a figure has an edge. Empty subnets have one, unless it would cover them. */
export function hasEdge(tone: Tone | "frame", width: number): boolean {
  return tone === "empty" && width > 4;
}

/**
 * How much of a width is hatched: all of a range, but only an edge of a full subnet, so that its text stays legible.
 */
export function hatchedPart(tone: Tone, width: number): number {
  if (tone === "range") return width;
  return tone === "full" ? Math.min(width / 3, 8) : 0;
}
