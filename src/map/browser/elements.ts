/** Finds the page's own elements and creates new ones. Text is always inserted as text, never as markup. */

export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`the page has no ${id}`);
  return found;
}

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A text with every occurrence of another text marked. */
export function marked(text: string, sought: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  const [lower, wanted] = [text.toLowerCase(), sought.toLowerCase()];
  let end = 0;
  // A letter may be longer in lower case. Then nothing is marked, since the wrong part would be.
  for (
    let at = find(lower, wanted, end);
    at >= 0 && lower.length === text.length;
    at = find(lower, wanted, end)
  ) {
    parts.push(text.slice(end, at), make("mark", {}, text.slice(at, at + wanted.length)));
    end = at + wanted.length;
  }
  parts.push(text.slice(end));
  return parts;
}

function find(text: string, wanted: string, from: number): number {
  return wanted === "" ? -1 : text.indexOf(wanted, from);
}
