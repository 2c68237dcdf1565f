import { isDeepStrictEqual } from "node:util";
import { invalid } from "../../errors.js";
import { type InventoryEntry, type InventoryObject, orderOf } from "./entries.js";
import { entriesOf, type InventorySource } from "./files.js";
import type { ComparisonOptions } from "./requests.js";
import { checkInventoryRequest } from "./schemas.js";

/** One difference between two inventories. */
export type InventoryDifference =
  | { readonly change: "added"; readonly entry: InventoryEntry }
  | { readonly change: "removed"; readonly entry: InventoryEntry }
  | {
      readonly change: "changed";
      readonly entry: InventoryEntry;
      readonly before: InventoryEntry;
      readonly fields: readonly InventoryFieldDifference[];
    };

/** A field that has changed. A value is `undefined` if the field has none. */
export interface InventoryFieldDifference {
  /** `"comment"`, `"extattrs.Site"`, `"objects.record:a web.example.com.ttl"` */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

const alwaysIgnored = ["readAt", "ref", "moved"];
export const ignoredByDefault: readonly string[] = ["percent", "lease.starts", "lease.ends"];

/**
 * Compares two inventories, and yields what was added, removed and changed, in the order of addresses. Both are read side by side,
 * so they may be of any size.
 *
 * @throws {InvalidRequestError} if the entries of one are not in the order of an inventory
 * @example
 * for await (const { change, entry } of compareInventories("monday.jsonl", ipam.inventory())) {
 *   console.log(change, entry.kind);
 * }
 */
export async function* compareInventories(
  before: InventorySource,
  after: InventorySource,
  options: ComparisonOptions = {},
): AsyncGenerator<InventoryDifference, void, undefined> {
  const { ignore = ignoredByDefault } = await checkInventoryRequest("comparison", options);
  const ignored = [...alwaysIgnored, ...ignore];
  const [old, now] = [new Side("before", before), new Side("after", after)];
  try {
    // Both start reading at the same time.
    await Promise.all([old.next(), now.next()]);
    while (old.entry !== undefined || now.entry !== undefined) {
      const { entry: left } = old;
      const { entry: right } = now;
      if (right === undefined || (left !== undefined && old.order < now.order)) {
        yield { change: "removed", entry: left as InventoryEntry };
        await old.next();
      } else if (left === undefined || now.order < old.order) {
        yield { change: "added", entry: right };
        await now.next();
      } else {
        const fields = [...differences({ holder: "", name: "" }, left, right, ignored)];
        if (fields.length > 0) yield { change: "changed", entry: right, before: left, fields };
        await Promise.all([old.next(), now.next()]);
      }
    }
  } finally {
    await Promise.all([old.close(), now.close()]);
  }
}

/** One of the two inventories, with its current entry. */
class Side {
  entry: InventoryEntry | undefined;
  order = "";
  readonly #name: string;
  readonly #entries: AsyncIterator<InventoryEntry>;

  constructor(name: string, source: InventorySource) {
    this.#name = name;
    this.#entries = entriesOf(source)[Symbol.asyncIterator]();
  }

  async next(): Promise<void> {
    const { done, value } = await this.#entries.next();
    this.entry = done ? undefined : value;
    if (this.entry === undefined) return;
    const order = orderOf(this.entry);
    if (order < this.order) {
      throw invalid(this.#name, order, "must be in the order of an inventory", "ipam.inventory()");
    }
    this.order = order;
  }

  async close(): Promise<void> {
    await this.#entries.return?.();
  }
}

/** A field of an entry, or of one of its objects. Both parts are separate, since names of objects have dots. */
interface FieldPath {
  /** `""` or `"objects.record:a web.example.com."` */
  readonly holder: string;
  /** `"extattrs.Site"` */
  readonly name: string;
}

/** The differences in a field and in its parts. */
function* differences(
  { holder, name }: FieldPath,
  before: unknown,
  after: unknown,
  ignored: readonly string[],
): Generator<InventoryFieldDifference> {
  if (isIgnored({ holder, name }, ignored)) return;
  const isObjects = holder === "" && name === "objects";
  const [left, right] = isObjects
    ? [objectsByName(before), objectsByName(after)]
    : [parts(before), parts(after)];
  if (left !== undefined && right !== undefined) {
    for (const part of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const path = isObjects
        ? { holder: `objects.${part}.`, name: "" }
        : { holder, name: name === "" ? part : `${name}.${part}` };
      yield* differences(path, left[part], right[part], ignored);
    }
  } else if (!isDeepStrictEqual(before, after)) {
    yield { field: name === "" ? holder.slice(0, -1) : `${holder}${name}`, before, after };
  }
}

/** Whether a field is ignored. A name applies to the field of an entry and of its objects, but not to an attribute of that name. */
function isIgnored({ holder, name }: FieldPath, ignored: readonly string[]): boolean {
  return ignored.some(
    (one) =>
      one === name ||
      one === `${holder}${name}` ||
      (name.endsWith(`.${one}`) && !name.startsWith("extattrs.")),
  );
}

function objectsByName(objects: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!Array.isArray(objects)) return undefined;
  const found: Record<string, unknown> = {};
  for (const object of objects as readonly InventoryObject[]) {
    let name = `${object.type} ${object.name ?? ""}`.trim();
    while (Object.hasOwn(found, name)) name += "+";
    found[name] = object;
  }
  return found;
}

/** The fields of a value that are compared one by one; `undefined` for a value that is compared as a whole. */
function parts(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}
