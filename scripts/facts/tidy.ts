/** Normalizes facts for writing: sorted by name, and without false, empty or unknown members. */

/** Lists that have a meaning even if they are empty, such as the results of a function that has none. */
const keptEmpty = new Set(["types", "parameters", "results", "fields"]);

/** The facts without false, empty or unknown members. A default is always kept. */
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
