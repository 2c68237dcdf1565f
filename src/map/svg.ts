/** Renders a map as one static SVG picture with a title and a description. The same map gives the same picture. */

import type { AddressMap } from "../ipam/map/map-results.js";
import { drawingOf, type Figure } from "./drawing.js";
import { legendOf } from "./legend.js";
import { escapeMarkup } from "./markup.js";
import { childrenOf, type Outline, outlineOf } from "./outline.js";
import { dark, light, type Scheme } from "./palette.js";
import {
  type Box,
  boxesOf,
  hasEdge,
  hatchedPart,
  headingHeight,
  type Paper,
  rowEdges,
  rowHeightFor,
} from "./placing.js";
import type { SheetRow } from "./sheet.js";
import { fitting, rowLabel, shortened, sizesOf, summaryOf } from "./words.js";

export interface SvgOptions {
  /** Width of the whole picture in pixels. */
  readonly width: number;
}

/** Width of a character as a part of the font size, slightly too wide. */
const charWidth = 0.6;
const nameSize = 11;
const detailSize = 10;
/** Narrower figures are drawn together with their neighbours. */
const speck = 2;

export function renderSvg(map: AddressMap, { width }: SvgOptions): string {
  const outline = outlineOf(map);
  const drawing = drawingOf(outline, undefined, { rows: 64 });
  const labels = drawing.rows.map((row) => (row.kind === "row" ? rowLabel(row) : ""));
  const left = Math.ceil(Math.max(...labels.map((label) => label.length)) * nameSize * charWidth) + 24;
  const rowHeight = rowHeightFor(drawing.rows, 640, 12, 44);
  const paper: Paper = { left, top: 76, width: width - left - 16, rowHeight };
  const bottom = rowEdges(drawing.rows, paper).at(-1) ?? 0;
  const legend = legendLines(outline, width, bottom + 28);
  const height = Math.ceil(legend.bottom + 12);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeMarkup(`Address map of ${map.title}`)}</title>`,
    `<desc id="description">${escapeMarkup(summaryOf(outline).join(" "))}</desc>`,
    `<style>${styleSheet()}</style>`,
    patterns,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...heading(outline, width),
    ...rowLines(drawing.rows, paper),
    ...boxLines(boxesOf(drawing, paper)),
    ...legend.lines,
    "</svg>",
    "",
  ].join("\n");
}

function styleSheet(): string {
  const rules = (scheme: Scheme) => [
    `.paper{fill:${scheme.paper}}.ink{fill:${scheme.ink}}.faint{fill:${scheme.faint}}`,
    `.frame{fill:none;stroke:${scheme.ink};stroke-width:1.5}.thin{stroke-width:.6}.hatch{stroke:${scheme.paper};stroke-width:1}.dot{fill:${scheme.line}}.edge{fill:none;stroke:${scheme.tones.high.fill}}`,
    ...Object.entries(scheme.tones).map(
      ([tone, { fill, text }]) => `.${tone}{fill:${fill}}.on-${tone}{fill:${text}}`,
    ),
    `.free,.unused{stroke:${scheme.line};stroke-width:.5;stroke-dasharray:2 2}`,
  ];
  return [
    `text{font:${nameSize}px system-ui,sans-serif}.detail{font-size:${detailSize}px}.h{font-size:18px;font-weight:600}.mono{font-family:ui-monospace,monospace;font-size:10.5px}`,
    ...rules(light),
    `@media (prefers-color-scheme:dark){${rules(dark).join("")}}`,
  ].join("");
}

const patterns =
  '<defs><pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><circle class="dot" cx="2.5" cy="2.5" r=".6"/></pattern><pattern id="hatching" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="5"/></pattern></defs>';

function heading(outline: Outline, width: number): string[] {
  const [first = "", ...rest] = summaryOf(outline);
  const most = Math.floor((width - 32) / (12 * charWidth));
  return [
    text(16, 30, "ink h", shortened(outline.title, Math.floor((width - 32) / 11))),
    text(16, 48, "ink", shortened(first, most)),
    text(16, 64, "faint", shortened(rest.join(" "), most)),
  ];
}

function rowLines(rows: readonly SheetRow[], paper: Paper): string[] {
  const edges = rowEdges(rows, paper);
  return rows.flatMap((row, index) => {
    const y = edges[index] ?? 0;
    const height = (edges[index + 1] ?? y) - y;
    const middle = y + height / 2 + 4;
    if (row.kind === "skipped") {
      return [text(paper.left, middle, "faint detail", `⋮ nothing in ${sizesOf(row)}, not drawn`)];
    }
    return [text(12, middle, "ink mono", rowLabel(row)), rect("free", paper.left, y, paper.width, height)];
  });
}

function boxLines(boxes: readonly Box[]): string[] {
  const specks = new Map<string, Map<string, string>>();
  const lines: string[] = [];
  const frames: string[] = [];
  for (const box of boxes) {
    if (box.width < speck) {
      if (box.figure.tone !== "free") addSpeck(specks, box);
    } else if (box.figure.tone === "frame") {
      frames.push(...frameLines(box));
    } else {
      lines.push(...figureLines(box));
    }
  }
  const dust = [...specks].map(
    ([tone, paths]) => `<path class="${tone}" d="${[...paths.values()].join("")}"/>`,
  );
  return [...lines, ...dust, ...frames];
}

/** Adds one mark for all figures at the same place. */
function addSpeck(specks: Map<string, Map<string, string>>, { figure, x, y, height }: Box): void {
  const column = Math.floor(x / speck) * speck;
  const paths = specks.get(figure.tone) ?? new Map<string, string>();
  specks.set(figure.tone, paths);
  paths.set(`${column},${y}`, `M${column} ${round(y + 0.5)}h${speck}v${round(height - 1)}h-${speck}z`);
}

function figureLines(box: Box): string[] {
  const { figure, x, y, width, height } = box;
  const gap = width > 4 ? 1 : 0.25;
  const [inX, inY, inWidth, inHeight] = [x + gap / 2, y + 0.5, width - gap, height - 1];
  return [
    rect(figure.tone, inX, inY, inWidth, inHeight),
    ...patternLines(figure.tone, inX, inY, inWidth, inHeight),
    ...labels(figure, box),
  ];
}

/** A pattern or an edge shows free, empty, full and range, in addition to the colour. */
function patternLines(tone: Figure["tone"], x: number, y: number, width: number, height: number): string[] {
  if (tone === "free") return [rect("", x, y, width, height, "url(#dots)")];
  if (hasEdge(tone, width)) return [rect("edge", x + 0.5, y + 0.5, width - 1, height - 1)];
  const part = tone === "frame" ? 0 : hatchedPart(tone, width);
  return part === 0 ? [] : [rect("", x + width - part, y, part, height, "url(#hatching)")];
}

function frameLines({ figure, x, y, width, height, heading }: Box): string[] {
  const most = Math.floor((width - 8) / (nameSize * charWidth));
  const forecast = forecastOf(figure);
  const names = forecast === undefined ? [] : figure.names.map((one) => `${one}, ${forecast}`);
  const name = heading > 0 ? fitting(most, ...names, ...figure.names) : "";
  return [
    rect(height < 20 ? "frame thin" : "frame", x + 0.75, y + 0.25, width - 1.5, height - 0.5),
    ...(name === "" ? [] : [text(x + 5, y + headingHeight - 3.5, "ink detail", name)]),
  ];
}

/** The forecast of a figure. A picture shows it, since nobody can point at a block to read it. */
function forecastOf({ subject }: Figure): string | undefined {
  return subject.kind === "plot" ? subject.plot.forecast : undefined;
}

function labels(figure: Figure, { x, y, width, height }: Box): string[] {
  const name = fitting(Math.floor((width - 6) / (nameSize * charWidth)), ...figure.names);
  if (name === "" || height < 12) return [];
  const most = Math.floor((width - 8) / (detailSize * charWidth));
  const said = forecastOf(figure) ?? figure.detail;
  const detail = height >= 28 && said !== "" ? shortened(said, most) : "";
  const tone = `on-${figure.tone}`;
  const baseline = detail === "" ? y + Math.min(height / 2 + 4, 20) : y + 13;
  return [
    text(x + 5, baseline, tone, name),
    ...(detail.length < 3 ? [] : [text(x + 5, y + 25, `${tone} detail`, detail)]),
  ];
}

function legendLines(outline: Outline, width: number, top: number): { lines: string[]; bottom: number } {
  const lines: string[] = [];
  let [x, y] = [16, top];
  for (const { tone, letter, name } of legendOf(outline, childrenOf(outline, undefined))) {
    const needed = 24 + name.length * nameSize * 0.55 + 14;
    if (x + needed > width - 16) [x, y] = [16, y + 20];
    lines.push(rect(tone, x, y - 11, 16, 14));
    lines.push(...patternLines(tone, x, y - 11, 16, 14));
    if (letter !== "") lines.push(text(x + 4, y, `on-${tone}`, letter));
    lines.push(text(x + 22, y, "ink", name));
    x += needed;
  }
  return { lines, bottom: y };
}

function rect(tone: string, x: number, y: number, width: number, height: number, fill?: string): string {
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect ${fill === undefined ? `class="${tone}"` : `fill="${fill}"`} ${place}/>`;
}

function text(x: number, y: number, tone: string, content: string): string {
  return `<text class="${tone}" x="${round(x)}" y="${round(y)}">${escapeMarkup(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
