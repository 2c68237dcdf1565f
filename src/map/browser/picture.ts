/** The map on a canvas. It is drawn again only when what it shows changes; pointing at things moves a frame above it. */

import { formatAddress } from "../../cidr.js";
import { type Drawing, drawingOf, type Figure } from "../drawing.js";
import type { Outline, Plot } from "../outline.js";
import { dark, light, type Scheme } from "../palette.js";
import {
  type Box,
  boxesOf,
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
/** Beyond this the picture is not narrowed to the window: it scrolls. */
const leastWidth = 300;

export interface Picture {
  readonly drawing: Drawing;
  readonly paper: Paper;
  readonly boxes: readonly Box[];
  readonly edges: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** What to draw, for a window of this size. */
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

/** The scheme that fits where the page is shown: paper is light. */
export function schemeNow(): Scheme {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches && !matchMedia("print").matches;
  return isDark ? dark : light;
}

export function draw(canvas: HTMLCanvasElement, picture: Picture, scheme: Scheme, scale: number): void {
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.style.setProperty("--width", `${picture.width}px`);
  canvas.style.setProperty("--height", `${picture.height}px`);
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.scale(scale, scale);
  pen.fillStyle = scheme.paper;
  pen.fillRect(0, 0, picture.width, picture.height);
  drawRows(pen, picture, scheme);
  const hatching = hatchingIn(pen, scheme);
  for (const box of picture.boxes) if (box.figure.tone !== "frame") drawBox(pen, box, scheme, hatching);
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

function drawBox(
  pen: CanvasRenderingContext2D,
  box: Box,
  scheme: Scheme,
  hatching: CanvasPattern | null,
): void {
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
  } else {
    pen.fillStyle = fill;
    // Less than a pixel is blended with what is beside it: many of them look as dense as they are.
    pen.fillRect(place[0], place[1], Math.max(place[2], 0.5), place[3]);
    if (hatching !== null && width > 4 && (figure.tone === "full" || figure.tone === "range")) {
      const strip = hatchedPart(figure.tone, width);
      pen.fillStyle = hatching;
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
  pen.fillText(name, x + 4, detail === "" ? y + Math.min(height / 2 + 4, 20) : y + 13);
  if (detail.length < 3) return;
  pen.font = detailFont;
  pen.fillText(detail, x + 4, y + 25);
}

function drawFrame(
  pen: CanvasRenderingContext2D,
  { figure, x, y, width, height }: Box,
  scheme: Scheme,
): void {
  pen.strokeStyle = scheme.ink;
  pen.lineWidth = height < 20 ? 0.6 : 1.5;
  pen.strokeRect(x + 0.75, y + 0.25, width - 1.5, height - 0.5);
  if (height <= headingHeight + 10) return;
  const name = fitting(Math.floor((width - 8) / nameWidth), ...figure.names);
  pen.fillStyle = scheme.ink;
  pen.font = detailFont;
  pen.fillText(name, x + 5, y + headingHeight - 3.5);
}

/** What says "full" or "range" to those who don't tell the colours apart. */
function hatchingIn(pen: CanvasRenderingContext2D, scheme: Scheme): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const brush = tile.getContext("2d");
  if (brush === null) return null;
  brush.strokeStyle = scheme.paper;
  brush.globalAlpha = 0.6;
  brush.beginPath();
  for (const start of [-6, 0, 6]) {
    brush.moveTo(start, 6);
    brush.lineTo(start + 6, 0);
  }
  brush.stroke();
  return pen.createPattern(tile, "repeat");
}
