/** Shows the content of the picture as a table, for screen readers and paper. */

import type { Block } from "../../cidr.js";
import { element, make, marked } from "./elements.js";
import { type Entry, type Listing, linkTo } from "./things.js";

/** How many rows are added at once: as many as a browser shows without delay. */
const step = 100;

const table = element("table", HTMLTableElement);
const more = element("more", HTMLButtonElement);
const filter = element("filter", HTMLInputElement);

let listing: Listing = { columns: [], entries: [] };
/** The rows that match the filter, in order. */
let entries: readonly Entry[] = [];
let shown = 0;
/** The column to sort by, and the direction; `undefined` for address order. */
let order: { readonly column: string; readonly isDown: boolean } | undefined;
let sought = "";

/** Shows another list, unfiltered and in address order. */
export function showTable(next: Listing): void {
  listing = next;
  order = undefined;
  filter.value = "";
  fill();
}

/** Marks every occurrence of a text in the table. */
export function markInTable(text: string): void {
  if (text === sought) return;
  sought = text;
  fill(shown);
}

/** @param most - rows to show at once */
function fill(most = step): void {
  entries = ordered(listing.entries.filter(fits));
  shown = 0;
  table.replaceChildren(table.caption ?? "", make("thead", {}, make("tr", {}, ...headings())), make("tbody"));
  showMore(most);
  const { length } = listing.entries;
  element("rows", HTMLSpanElement).textContent =
    entries.length === length ? "" : `${entries.length} of ${length} rows`;
}

function showMore(most: number): HTMLTableRowElement | undefined {
  const [body] = table.tBodies;
  const next = entries.slice(shown, shown + most).map(rowOf);
  body?.append(...next);
  shown += next.length;
  const left = entries.length - shown;
  more.hidden = left <= 0;
  more.textContent = `Show ${Math.min(left, step)} more of ${left}`;
  return next[0];
}

function fits({ cells }: Entry): boolean {
  const wanted = filter.value.trim().toLowerCase();
  return cells.some((text) => text.toLowerCase().includes(wanted));
}

function ordered(some: readonly Entry[]): readonly Entry[] {
  if (order === undefined) return some;
  const { column, isDown } = order;
  const index = listing.columns.indexOf(column);
  const keyOf = ({ keys, cells }: Entry) => keys[column] ?? cells[index]?.toLowerCase() ?? "";
  const keyed = some.map((entry) => ({ entry, key: keyOf(entry) }));
  keyed.sort(({ key: one }, { key: other }) => (one < other ? -1 : one > other ? 1 : 0));
  const sorted = keyed.map(({ entry }) => entry);
  return isDown ? sorted.reverse() : sorted;
}

function headings(): HTMLTableCellElement[] {
  return listing.columns.map((column) => {
    const button = make("button", { type: "button" }, column);
    const head = make("th", { scope: "col" }, button);
    const isOrder = order?.column === column;
    if (isOrder) head.ariaSort = order?.isDown ? "descending" : "ascending";
    button.onclick = () => {
      order = { column, isDown: isOrder && order?.isDown === false };
      fill(shown);
      table.tHead?.rows[0]?.cells[listing.columns.indexOf(column)]?.querySelector("button")?.focus();
    };
    return head;
  });
}

function rowOf({ cells, target }: Entry): HTMLTableRowElement {
  const [name = "", ...rest] = cells;
  const head = target === undefined ? marked(name, sought) : [linkOf(target, name)];
  return make(
    "tr",
    {},
    make("th", { scope: "row", ...(target === undefined && { tabIndex: -1 }) }, ...head),
    ...rest.map((text, index) => {
      const cell = make("td", {}, ...marked(text, sought));
      cell.dataset["column"] = listing.columns[index + 1] ?? "";
      return cell;
    }),
  );
}

function linkOf(target: Block, name: string): HTMLAnchorElement {
  return make("a", { href: linkTo(target) }, ...marked(name, sought));
}

more.onclick = () => showMore(step)?.querySelector<HTMLElement>("a, th")?.focus();
filter.addEventListener("input", () => fill());
