/** How facts are written: in order of name, and without what is false, empty or unknown. */

/** Lists that say something even when they hold nothing: a function known to give no results. */
const keptEmpty = new Set(["types", "parameters", "results", "fields"]);

/** The facts without what is false, empty or unknown; a default is kept whatever it is. */
export function tidy<Facts extends object>(facts: { [Key in keyof Facts]: Facts[Key] | undefined }): Facts {
  const kept = Object.entries(facts).filter(([key, value]) => {
    if (key === "default" || keptEmpty.has(key)) return value !== undefined;
    return !isEmpty(value);
  });
  return Object.fromEntries(kept) as Facts;
}

export function sorted<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === false || value === "";
}
