/** The page of a map. Its address holds the current view, so that links and the back button work. */

import { parseBlock } from "../../cidr.js";
import { legendOf } from "../legend.js";
import { childrenOf, type Plot, pathTo, viewOf } from "../outline.js";
import { unpackOutline } from "../packed.js";
import { describePlot, usageOf } from "../words.js";
import { element, make, marked } from "./elements.js";
import { draw, drawMarks, schemeNow } from "./picture.js";
import { keptPicture } from "./pictures.js";
import { pointInto, type Shown } from "./pointing.js";
import { markInTable, showTable } from "./table.js";
import { findPlots, linkTo, listingOf, markingOf } from "./things.js";

const outline = unpackOutline(JSON.parse(element("data", HTMLScriptElement).text));
const [only, ...others] = childrenOf(outline, undefined);
/** The first view: the only block, or all of several blocks. */
const whole = others.length === 0 ? only : undefined;

const canvas = element("canvas", HTMLCanvasElement);
const map = element("map", HTMLDivElement);
const heading = element("heading", HTMLHeadingElement);
const search = element("search", HTMLInputElement);
let shown: Shown | undefined;
/** Whether a thing in the picture matches the search. */
let isMarked: ReturnType<typeof markingOf> = () => false;

function viewInAddress(): Plot | undefined {
  const block = parseBlock(named(location.hash.slice(1)));
  return (block && viewOf(outline, block)) ?? whole;
}

/** Decodes a fragment. A broken one names nothing, so the page shows the first view. */
function named(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return "";
  }
}

/** Shows the view that the page's address names. */
function show(): void {
  const view = viewInAddress();
  const isNew = shown !== undefined && shown.view?.cidr !== view?.cidr;
  drawView(view);
  element("here", HTMLSpanElement).textContent = view?.cidr ?? outline.title;
  document.title = heading.textContent;
  element("about", HTMLParagraphElement).textContent = aboutView(view);
  element("caption", HTMLTableCaptionElement).textContent =
    view?.kind === "subnet" ? `Addresses of ${view.cidr}` : `What lies in ${view?.cidr ?? outline.title}`;
  showPath(view);
  showLegend(view);
  showTable(listingOf(outline, view));
  if (isNew) announce(view);
}

function drawView(view: Plot | undefined): void {
  const height = Math.max(Math.min(innerHeight * 0.66, 720), 320);
  const picture = keptPicture(outline, view, map.clientWidth, height);
  shown = { outline, view, picture };
  draw(canvas, picture, schemeNow(), devicePixelRatio);
  mark();
  pointInto(shown);
}

function mark(): void {
  if (shown === undefined) return;
  const settings = { scheme: schemeNow(), scale: devicePixelRatio };
  drawMarks(element("marks", HTMLCanvasElement), shown.picture, isMarked, settings);
}

function aboutView(view: Plot | undefined): string {
  if (view === undefined) return `${childrenOf(outline, undefined).length} blocks, each in a row of its own`;
  if (view.kind === "container" && view.percent === undefined) return "a part of what is around it";
  const words = [view.comment, usageOf(view), ...view.attributes];
  const unread = view.kind === "subnet" && view.addresses === undefined;
  if (unread) words.push("its addresses are not in this map: draw it alone to see them");
  return words.filter((text) => text !== "").join(" · ");
}

function showPath(view: Plot | undefined): void {
  const around = view === undefined ? [] : pathTo(outline, view);
  const path: { cidr: string; link: string }[] = around.map((plot) => ({
    cidr: plot.cidr,
    link: linkTo(plot),
  }));
  if (view !== undefined && !around.includes(view)) path.push({ cidr: view.cidr, link: linkTo(view) });
  if (whole === undefined) path.unshift({ cidr: outline.title, link: "#" });
  element("nav", HTMLElement).hidden = path.length < 2;
  element("path", HTMLOListElement).replaceChildren(
    ...path.map(({ cidr, link }, index) => {
      const anchor = make("a", { href: link }, cidr);
      if (index === path.length - 1) anchor.setAttribute("aria-current", "page");
      return make("li", {}, anchor);
    }),
  );
}

function showLegend(view: Plot | undefined): void {
  const entries = legendOf(outline, view === undefined ? childrenOf(outline, undefined) : [view]);
  element("legend", HTMLUListElement).replaceChildren(
    ...entries.map(({ tone, letter, name }) => {
      const swatch = make("span", { className: `swatch ${tone}` }, letter);
      swatch.setAttribute("aria-hidden", "true");
      return make("li", {}, swatch, letter === "" ? name : `${name} (${letter})`);
    }),
  );
}

/** Announces the new view to screen readers. Keeps the focus on the map if its keys were used. */
function announce(view: Plot | undefined): void {
  element("said", HTMLParagraphElement).textContent = view === undefined ? outline.title : describePlot(view);
  if (document.activeElement !== map) heading.focus({ preventScroll: true });
  if (heading.getBoundingClientRect().top < 0) heading.scrollIntoView();
}

/** How many matches are listed. The picture and the table mark all of them. */
const mostListed = 50;

function find(): void {
  const text = search.value.trim();
  const found = findPlots(outline, text);
  const links = found
    .slice(0, mostListed)
    .map((plot) =>
      make(
        "li",
        {},
        make("a", { href: linkTo(plot) }, ...marked(plot.cidr, text)),
        " ",
        ...marked(plot.comment, text),
      ),
    );
  element("found", HTMLUListElement).replaceChildren(...links);
  const listed = found.length > mostListed ? `, the first ${mostListed} of them here` : "";
  element("count", HTMLParagraphElement).textContent = text === "" ? "" : `${found.length} found${listed}`;
  isMarked = markingOf(found, text);
  mark();
  markInTable(text);
}

let waiting = 0;
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, 120);
});
element("find", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  find();
  document.querySelector<HTMLAnchorElement>("#found a")?.click();
});
element("skip", HTMLAnchorElement).addEventListener("click", (event) => {
  event.preventDefault();
  element("table", HTMLTableElement).focus();
});

/** Draws again for another window size, another colour scheme, or paper. */
function redraw(): void {
  if (shown !== undefined) drawView(shown.view);
}

addEventListener("hashchange", show);
new ResizeObserver(redraw).observe(map);
for (const query of ["print", "(prefers-color-scheme: dark)"]) {
  matchMedia(query).addEventListener("change", redraw);
}
addEventListener("beforeprint", redraw);
show();
document.documentElement.dataset["ready"] = "true";
