/** Draws the map on a canvas. It is drawn again only when its content changes: pointing at things moves a frame above it. */

import { formatAddress } from "../../cidr.js";
import { type Drawing, drawingOf, type Figure, type Subject } from "../drawing.js";
import type { Outline, Plot } from "../outline.js";
import { dark, light, type Scheme } from "../palette.js";
import {
  type Box,
  boxesOf,
  hasEdge,
  hatchedPart,
  headingHeight,
  type Paper,
  rowEdges,
  rowHeightFor,
} from "../placing.js";
import { fitting, rowLabel, shortened, sizesOf } from "../words.js";

const nameFont = "11px system-ui, sans-serif";
const detailFont = "10px system-ui, sans-serif";
const labelFont = "10.5px ui-monospace, monospace";
const nameWidth = 6.3;
const detailWidth = 5.7;
/** The least width of the picture. In a narrower window it scrolls. */
const leastWidth = 300;
/** The width of the frame around a match. */
const markWidth = 2;

export interface Picture {
  readonly drawing: Drawing;
  readonly paper: Paper;
  readonly boxes: readonly Box[];
  readonly edges: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** The picture for a window of this size. */
export function pictureOf(outline: Outline, view: Plot | undefined, width: number, height: number): Picture {
  const drawing = drawingOf(outline, view, { rows: 64 });
  const isNarrow = width < 640;
  const labels = drawing.rows.map((row) => (row.kind === "row" ? labelOf(row, isNarrow) : ""));
  const left = Math.ceil(Math.max(...labels.map((label) => label.length)) * 6.4) + 10;
  const rowHeight = rowHeightFor(drawing.rows, height, 11, 44);
  const paper = { left, top: 1, width: Math.max(width, leastWidth) - left - 2, rowHeight };
  const edges = rowEdges(drawing.rows, paper);
  return {
    drawing,
    paper,
    boxes: boxesOf(drawing, paper),
    edges,
    width: left + paper.width + 2,
    height: Math.ceil((edges.at(-1) ?? 0) + 2),
  };
}

function labelOf(row: Parameters<typeof rowLabel>[0], isNarrow: boolean): string {
  return isNarrow ? formatAddress({ family: row.family, value: row.first }) : rowLabel(row);
}

/** The current colour scheme: paper is always light. */
export function schemeNow(): Scheme {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches && !matchMedia("print").matches;
  return isDark ? dark : light;
}

/** An empty canvas of the picture's size. */
function penFor(
  canvas: HTMLCanvasElement,
  { width, height }: Picture,
  scale: number,
): CanvasRenderingContext2D | null {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.setProperty("--width", `${width}px`);
  canvas.style.setProperty("--height", `${height}px`);
  const pen = canvas.getContext("2d");
  pen?.scale(scale, scale);
  return pen;
}

/** Draws frames around matches above the picture, which does not change. */
export function drawMarks(
  canvas: HTMLCanvasElement,
  picture: Picture,
  isMarked: (subject: Subject) => boolean,
  { scheme, scale }: { readonly scheme: Scheme; readonly scale: number },
): void {
  const pen = penFor(canvas, picture, scale);
  if (pen === null) return;
  for (const [colour, width] of [
    [scheme.paper, 3 * markWidth],
    [scheme.mark, markWidth],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    for (const { figure, x, y, width, height } of picture.boxes) {
      if (isMarked(figure.subject)) pen.strokeRect(x, y, Math.max(width, 1), height);
    }
  }
}

export function draw(canvas: HTMLCanvasElement, picture: Picture, scheme: Scheme, scale: number): void {
  const pen = penFor(canvas, picture, scale);
  if (pen === null) return;
  pen.fillStyle = scheme.paper;
  pen.fillRect(0, 0, picture.width, picture.height);
  drawRows(pen, picture, scheme);
  const patterns = { hatching: hatchingIn(pen, scheme), dots: dotsIn(pen, scheme) };
  for (const box of picture.boxes) if (box.figure.tone !== "frame") drawBox(pen, box, scheme, patterns);
  for (const box of picture.boxes) if (box.figure.tone === "frame") drawFrame(pen, box, scheme);
}

function drawRows(pen: CanvasRenderingContext2D, picture: Picture, scheme: Scheme): void {
  const { drawing, edges, paper } = picture;
  const isNarrow = picture.width < 640;
  for (const [index, row] of drawing.rows.entries()) {
    const [top = 0, bottom = 0] = [edges[index], edges[index + 1]];
    const middle = (top + bottom) / 2 + 4;
    pen.fillStyle = scheme.faint;
    if (row.kind === "skipped") {
      pen.font = detailFont;
      pen.fillText(`⋮ nothing in ${sizesOf(row)}, not drawn`, paper.left + 2, middle);
      continue;
    }
    pen.font = labelFont;
    pen.fillText(labelOf(row, isNarrow), 0, middle);
    pen.fillStyle = scheme.tones.free.fill;
    pen.fillRect(paper.left, top, paper.width, bottom - top);
  }
}

/** Patterns for "full", "range" and "free", for readers who do not distinguish the colours, and for paper. */
interface Patterns {
  readonly hatching: CanvasPattern | null;
  readonly dots: CanvasPattern | null;
}

function drawBox(pen: CanvasRenderingContext2D, box: Box, scheme: Scheme, patterns: Patterns): void {
  const { figure, x, y, width, height } = box;
  if (figure.tone === "frame") return;
  const { fill, text } = scheme.tones[figure.tone];
  const gap = width > 4 ? 1 : 0;
  const place = [x + gap / 2, y + 0.5, width - gap, height - 1] as const;
  if (figure.tone === "free" || figure.tone === "unused") {
    if (width < 4) return;
    pen.strokeStyle = scheme.line;
    pen.lineWidth = 0.5;
    pen.strokeRect(...place);
    if (figure.tone === "free" && patterns.dots !== null) {
      pen.fillStyle = patterns.dots;
      pen.fillRect(...place);
    }
  } else {
    pen.fillStyle = fill;
    // A part of a pixel is blended with its neighbours, so that many narrow things look as dense as they are.
    pen.fillRect(place[0], place[1], Math.max(place[2], 0.5), place[3]);
    if (hasEdge(figure.tone, width)) {
      pen.strokeStyle = scheme.tones.high.fill;
      pen.lineWidth = 1;
      pen.strokeRect(place[0] + 0.5, place[1] + 0.5, place[2] - 1, place[3] - 1);
    }
    if (patterns.hatching !== null && width > 4 && (figure.tone === "full" || figure.tone === "range")) {
      const strip = hatchedPart(figure.tone, width);
      pen.fillStyle = patterns.hatching;
      pen.fillRect(place[0] + place[2] - strip, place[1], strip, place[3]);
    }
  }
  if (width < 14 || height < 12) return;
  pen.fillStyle = text;
  drawLabels(pen, figure, box);
}

function drawLabels(pen: CanvasRenderingContext2D, figure: Figure, { x, y, width, height }: Box): void {
  const name = fitting(Math.floor((width - 6) / nameWidth), ...figure.names);
  if (name === "") return;
  const most = Math.floor((width - 8) / detailWidth);
  const detail = height >= 28 && figure.detail !== "" ? shortened(figure.detail, most) : "";
  pen.font = nameFont;
  // A font may be wider than expected. Then the text is narrowed to the box.
  pen.fillText(name, x + 4, detail === "" ? y + Math.min(height / 2 + 4, 20) : y + 13, width - 6);
  if (detail.length < 3) return;
  pen.font = detailFont;
  pen.fillText(detail, x + 4, y + 25, width - 6);
}

function drawFrame(
  pen: CanvasRenderingContext2D,
  { figure, x, y, width, height, heading }: Box,
  scheme: Scheme,
): void {
  pen.strokeStyle = scheme.ink;
  pen.lineWidth = height < 20 ? 0.6 : 1.5;
  pen.strokeRect(x + 0.75, y + 0.25, width - 1.5, height - 0.5);
  if (heading === 0) return;
  const name = fitting(Math.floor((width - 8) / nameWidth), ...figure.names);
  pen.fillStyle = scheme.ink;
  pen.font = detailFont;
  pen.fillText(name, x + 5, y + headingHeight - 3.5, width - 8);
}

function hatchingIn(pen: CanvasRenderingContext2D, scheme: Scheme): CanvasPattern | null {
  return patternIn(pen, 6, (brush) => {
    brush.strokeStyle = scheme.paper;
    brush.globalAlpha = 0.6;
    brush.beginPath();
    for (const start of [-6, 0, 6]) {
      brush.moveTo(start, 6);
      brush.lineTo(start + 6, 0);
    }
    brush.stroke();
  });
}

function dotsIn(pen: CanvasRenderingContext2D, scheme: Scheme): CanvasPattern | null {
  return patternIn(pen, 5, (brush) => {
    brush.fillStyle = scheme.line;
    brush.fillRect(2, 2, 1, 1);
  });
}

/** A repeated square tile. */
function patternIn(
  pen: CanvasRenderingContext2D,
  side: number,
  paint: (brush: CanvasRenderingContext2D) => void,
): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = tile.height = side;
  const brush = tile.getContext("2d");
  if (brush === null) return null;
  paint(brush);
  return pen.createPattern(tile, "repeat");
}
