import { canonicalName } from "../requests/dns-name.js";
import type { InventoryObject } from "./entries.js";
import type { Row } from "./reading/read.js";
import { recordObject } from "./reading/records.js";
import { type Keyed, keyed, line, type SortedLines } from "./sorted-lines.js";

/** The longest chain of CNAMEs that is followed. Resolvers follow no longer one. */
const longestChain = 16;

export function nameKey(dnsView: string, name: string): string {
  return JSON.stringify([dnsView, canonicalName(name)]);
}

/** The line of a name that points to an address. After the tab comes the order key of the address. */
export function nameLine(dnsView: string, name: string, addressKey: string): string {
  return `${nameKey(dnsView, name)}\t${addressKey}`;
}

/** The line of a CNAME, which begins with the name that it points to. */
export function aliasLine(row: Row, at: string): string {
  const object = recordObject("record:cname", row["name"], row, row["canonical"]);
  return line(nameKey(row["view"], row["canonical"]), { object, at });
}

interface Alias {
  readonly object: InventoryObject;
  readonly at: string;
}

/**
 * Follows each CNAME to addresses, also through other CNAMEs.
 *
 * @param names - lines of names that point to an address, which begin with the DNS view and the name
 * @param aliases - lines of CNAMEs, which begin with the DNS view and the name that they point to
 * @param sorter - makes an empty list of sorted lines
 * @param found - called with the order key of an address and a CNAME that leads to it
 * @param unresolved - called with each CNAME that leads to no address
 */
export async function followAliases(
  names: SortedLines,
  aliases: SortedLines,
  sorter: () => SortedLines,
  found: (addressKey: string, alias: Alias) => Promise<void>,
  unresolved: (alias: Alias) => Promise<void>,
): Promise<void> {
  let [leading, waiting] = [names, aliases];
  for (let depth = 1; ; depth += 1) {
    const [next, rest] = [sorter(), sorter()];
    let count = 0;
    await joinByKey(leading, waiting, async (keys, text) => {
      const alias = JSON.parse(text.value) as Alias;
      if (keys.length === 0) {
        await rest.add([`${text.key}\t${text.value}`]);
        return;
      }
      count += 1;
      const { name = "", dnsView = "" } = alias.object;
      for (const key of keys) {
        await found(key, alias);
        await next.add([nameLine(dnsView, name, key)]);
      }
    });
    [leading, waiting] = [next, rest];
    if (count === 0 || depth === longestChain) break;
  }
  for await (const { value } of keyedLines(waiting)) await unresolved(JSON.parse(value) as Alias);
}

/** Calls `meet` for each line of `right`, with the values that `left` has for its key. */
async function joinByKey(
  left: SortedLines,
  right: SortedLines,
  meet: (values: readonly string[], line: Keyed) => Promise<void>,
): Promise<void> {
  const names = keyedLines(left);
  let name = await names.next();
  let current: { readonly key: string; readonly values: readonly string[] } = { key: "", values: [] };
  for await (const alias of keyedLines(right)) {
    if (current.key !== alias.key) {
      while (!name.done && name.value.key < alias.key) name = await names.next();
      const values = new Set<string>();
      while (!name.done && name.value.key === alias.key) {
        values.add(name.value.value);
        name = await names.next();
      }
      current = { key: alias.key, values: [...values] };
    }
    await meet(current.values, alias);
  }
  await names.return();
}

async function* keyedLines(lines: SortedLines): AsyncGenerator<Keyed, void, undefined> {
  for await (const batch of lines.sorted()) for (const one of batch) yield keyed(one);
}
