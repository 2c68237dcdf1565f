/** What the picture shows, as a table: the way for those who don't see it, and on paper. */

import type { Block } from "../../cidr.js";
import { element, make } from "./elements.js";
import { type Entry, type Listing, linkTo } from "./things.js";

/** A browser shows so many rows at once without delay. */
const step = 100;

export function showTable({ columns, entries }: Listing): void {
  const table = element("table", HTMLTableElement);
  const more = element("more", HTMLButtonElement);
  const body = make("tbody");
  const heads = columns.map((name) => make("th", { scope: "col" }, name));
  table.replaceChildren(table.caption ?? "", make("thead", {}, make("tr", {}, ...heads)), body);
  let shown = 0;
  const showMore = () => {
    const next = entries.slice(shown, shown + step);
    body.append(...next.map((entry) => rowOf(entry, columns)));
    const [first] = [...body.rows].slice(shown);
    shown += next.length;
    const left = entries.length - shown;
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(left, step)} more of ${left}`;
    return first;
  };
  showMore();
  more.onclick = () => showMore()?.querySelector<HTMLElement>("a, th")?.focus();
}

function rowOf({ cells, target }: Entry, columns: readonly string[]): HTMLTableRowElement {
  const [name = "", ...rest] = cells;
  const head = target === undefined ? name : linkOf(target, name);
  return make(
    "tr",
    {},
    make("th", { scope: "row", ...(target === undefined && { tabIndex: -1 }) }, head),
    ...rest.map((text, index) => {
      const cell = make("td", {}, text);
      cell.dataset["column"] = columns[index + 1] ?? "";
      return cell;
    }),
  );
}

function linkOf(target: Block, name: string): HTMLAnchorElement {
  return make("a", { href: linkTo(target) }, name);
}
