/** Points at things in the picture, by mouse, finger or keys: draws a frame around the thing and describes it. */

import { type Block, blockOf, contains, formatBlock } from "../../cidr.js";
import type { Subject } from "../drawing.js";
import { childrenOf, type Outline, type Plot } from "../outline.js";
import type { Box } from "../placing.js";
import { element } from "./elements.js";
import type { Picture } from "./picture.js";
import { describe, linkTo, spanOfSubject } from "./things.js";

/** The least width of a thing that a click opens. For a narrower one it opens the row first. */
const leastWidth = 12;

/** What the page shows now. */
export interface Shown {
  readonly outline: Outline;
  readonly view: Plot | undefined;
  readonly picture: Picture;
}

const map = element("map", HTMLDivElement);
const ring = element("ring", HTMLDivElement);
const tip = element("tip", HTMLDivElement);
const said = element("said", HTMLParagraphElement);

let shown: Shown | undefined;
/** The stops of the arrow keys, in address order: things without other things in them. */
let stops: readonly Box[] | undefined;
let stop = -1;
/** The column of the up and down keys. It is kept through rows that are one thing. */
let column: number | undefined;

/** Begins with a new picture and points at nothing. */
export function pointInto(next: Shown): void {
  shown = next;
  stops = undefined;
  stop = -1;
  column = undefined;
  hide();
}

/** Sorted at the first key press, so that mouse users do not wait for it. */
function stopsNow(): readonly Box[] {
  stops ??= shown?.picture.boxes.filter(isStop).sort(byAddress) ?? [];
  return stops;
}

function isStop({ figure, width }: Box, index: number, boxes: readonly Box[]): boolean {
  const { subject } = figure;
  // A range may have several rows, but is one thing.
  return (
    subject.kind !== "range" && figure.tone !== "frame" && width > 0 && boxes[index - 1]?.figure !== figure
  );
}

function byAddress(one: Box, other: Box): number {
  const [a, b] = [spanOfSubject(one.figure.subject), spanOfSubject(other.figure.subject)];
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

function hide(): void {
  ring.hidden = true;
  tip.hidden = true;
}

/** The thing on top at a place in the picture; of those too narrow to hit, the nearest within two pixels. */
function boxAt({ boxes }: Picture, x: number, y: number): Box | undefined {
  const at = (slack: number) =>
    boxes.findLast(
      (box) =>
        box.x - slack <= x &&
        x < box.x + box.width + slack &&
        box.y <= y &&
        y < box.y + box.height &&
        box.figure.tone !== "frame",
    );
  return at(0) ?? at(2) ?? boxes.findLast((box) => isFrameAt(box, x, y));
}

function isFrameAt(box: Box, x: number, y: number): boolean {
  return box.x <= x && x < box.x + box.width && box.y <= y && y < box.y + box.height;
}

function point(box: Box, isAloud: boolean): void {
  ring.hidden = false;
  const width = Math.max(box.width, 4);
  Object.assign(ring.style, {
    transform: `translate(${box.x - (width - box.width) / 2}px, ${box.y}px)`,
    width: `${width}px`,
    height: `${box.height}px`,
  });
  const words = describe(box.figure.subject);
  tip.textContent = words;
  tip.hidden = false;
  placeTip(box);
  if (isAloud) said.textContent = words;
}

/** Places the tip below the thing, or above it if there is no room, and always inside the window. */
function placeTip(box: Box): void {
  const room = map.clientWidth - tip.offsetWidth - 4;
  const x = Math.max(Math.min(box.x, room), 0);
  const below = box.y + box.height + 6;
  const isLow = map.getBoundingClientRect().top + below + tip.offsetHeight > innerHeight;
  const y = isLow ? Math.max(box.y - tip.offsetHeight - 6, -tip.offsetHeight) : below;
  tip.style.transform = `translate(${x}px, ${y}px)`;
}

/**
 * The next view after a click: one level deeper, or the row of a small thing. `undefined` if there is nothing more to
 * see.
 */
export function nextView({ outline, view, picture }: Shown, { figure, width, y }: Box): Block | undefined {
  const { subject } = figure;
  if (view?.kind === "subnet") return undefined;
  const span = spanOfSubject(subject);
  const child = childrenOf(outline, view).find((plot) => contains(plot, span));
  const target = child ?? (subject.kind === "plot" ? subject.plot : undefined);
  const childWidth = picture.boxes.find((box) => isOf(box.figure.subject, target))?.width ?? width;
  if (target !== undefined && childWidth >= leastWidth) return target;
  const row = picture.drawing.rows[picture.edges.findLastIndex((edge) => edge <= y)];
  if (row?.kind === "row" && row.prefixLength !== view?.prefixLength && target !== undefined) {
    return blockOf({ family: row.family, value: row.first }, row.prefixLength);
  }
  return target;
}

function isOf(subject: Subject, plot: Plot | undefined): boolean {
  return subject.kind === "plot" && subject.plot === plot;
}

function lookInto(box: Box | undefined): void {
  const next = shown && box && nextView(shown, box);
  if (next !== undefined) location.hash = linkTo(next);
}

/** The row with a label at this position. */
function rowAt(picture: Picture, x: number, y: number): Block | undefined {
  if (x >= picture.paper.left) return undefined;
  const row = picture.drawing.rows[picture.edges.findLastIndex((edge) => edge <= y)];
  return row?.kind === "row" ? row : undefined;
}

function placeOf(event: MouseEvent): [x: number, y: number] {
  const { left, top } = map.getBoundingClientRect();
  return [event.clientX - left + map.scrollLeft, event.clientY - top];
}

map.addEventListener("pointermove", (event) => {
  if (shown === undefined) return;
  const [x, y] = placeOf(event);
  const box = boxAt(shown.picture, x, y);
  map.classList.toggle(
    "opens",
    rowAt(shown.picture, x, y) !== undefined || (box && nextView(shown, box)) !== undefined,
  );
  if (box === undefined) hide();
  else point(box, false);
});

map.addEventListener("pointerleave", hide);

map.addEventListener("click", (event) => {
  if (shown === undefined) return;
  const [x, y] = placeOf(event);
  const row = rowAt(shown.picture, x, y);
  if (row !== undefined && formatBlock(row) !== shown.view?.cidr) location.hash = linkTo(row);
  else lookInto(boxAt(shown.picture, x, y));
});

/** The next stop of each key. */
const moves: Readonly<Record<string, (from: number) => number>> = {
  ArrowRight: (from) => from + 1,
  ArrowLeft: (from) => from - 1,
  ArrowDown: (from) => nearest(from, 1),
  ArrowUp: (from) => nearest(from, -1),
  Home: () => 0,
  End: () => stopsNow().length - 1,
};

/** The thing in the next row that lies below (or above) the middle of this one. */
function nearest(from: number, direction: 1 | -1): number {
  const stops = stopsNow();
  const box = stops[from];
  if (box === undefined) return 0;
  column ??= box.x + box.width / 2;
  const edge = direction > 0 ? box.y + box.height : box.y;
  for (let index = from + direction; index >= 0 && index < stops.length; index += direction) {
    const other = stops[index] as Box;
    const isBeyond = direction > 0 ? other.y >= edge - 1 : other.y + other.height <= edge + 1;
    if (isBeyond && other.x <= column && column < other.x + other.width) return index;
  }
  return from;
}

map.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const move = moves[event.key];
  const stops = stopsNow();
  if (move !== undefined && stops.length > 0) {
    if (!/Up|Down/.test(event.key)) column = undefined;
    stop = stop < 0 && event.key !== "End" ? 0 : Math.min(Math.max(move(stop), 0), stops.length - 1);
    point(stops[stop] as Box, true);
    ring.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (event.key === "Enter" || event.key === " ") {
    lookInto(stops[stop]);
  } else if (event.key === "Escape" && !tip.hidden && stop < 0) {
    hide();
  } else if (event.key === "Escape" || event.key === "Backspace") {
    document.querySelector<HTMLAnchorElement>("#path li:nth-last-child(2) a")?.click();
  } else {
    return;
  }
  event.preventDefault();
});

map.addEventListener("blur", hide);
