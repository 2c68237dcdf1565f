import { rename, rm, writeFile } from "node:fs/promises";
import { invalid, invalidKind } from "../../errors.js";
import { type InventoryEntry, orderOf } from "./entries.js";
import { fileError, isSystemError } from "./file-error.js";
import { LineReader } from "./sorted-lines.js";

/** An inventory: the name of a JSON Lines file, or entries from a grid or in memory, in the order of an inventory. */
export type InventorySource = string | AsyncIterable<InventoryEntry> | Iterable<InventoryEntry>;

/**
 * Reads the entries of a JSON Lines file, one at a time.
 *
 * @throws {InvalidRequestError} if the file cannot be read, or a line is no entry or out of order; the error names file and line
 * @example
 * for await (const entry of readInventory("monday.jsonl")) console.log(entry.kind);
 */
export async function* readInventory(file: string): AsyncGenerator<InventoryEntry, void, undefined> {
  checkFile(file);
  const reader = await LineReader.open(file).catch((error: unknown) => {
    throw fileError("file", file, "cannot be read", error);
  });
  let number = 0;
  let before = "";
  try {
    while (reader.line !== undefined) {
      number += 1;
      // Some programs write a byte order mark at the beginning of a file.
      const text = number === 1 ? reader.line.replace(/^\ufeff/, "") : reader.line;
      if (text.trim() !== "") {
        const [place, entry] = [`${file}:${number}`, entryOf(() => JSON.parse(text))];
        if (entry === undefined)
          throw invalid("inventory", place, "is no entry of an inventory", entryExample);
        const order = orderOf(entry);
        if (order < before)
          throw invalid("inventory", place, "is out of order: sort the lines by address", undefined);
        before = order;
        yield entry;
      }
      const reading = reader.next();
      if (reading !== undefined) await reading;
    }
  } finally {
    await reader.close();
  }
}

const listsOf: Partial<Readonly<Record<InventoryEntry["kind"], readonly string[]>>> = {
  subnet: ["members", "vlans"],
  address: ["kinds", "names", "objects"],
};

/** The entry with missing lists and attributes added as empty ones. `undefined` or an error if the value is no entry. */
function completed(value: unknown): InventoryEntry | undefined {
  const entry = value as InventoryEntry;
  const order: string | undefined = orderOf(entry);
  if (order === undefined) return undefined;
  const described = withAttributes(entry);
  if (described === undefined) return undefined;
  const added: Record<string, unknown> = {};
  for (const name of listsOf[entry.kind] ?? []) {
    const list = (entry as unknown as Readonly<Record<string, unknown>>)[name];
    if (list === undefined) added[name] = [];
    else if (!Array.isArray(list)) return undefined;
  }
  if (entry.kind === "address" && entry.objects !== undefined) {
    const objects = entry.objects.map(withAttributes);
    if (objects.includes(undefined)) return undefined;
    if (objects.some((object, index) => object !== entry.objects[index])) added["objects"] = objects;
  }
  return Object.keys(added).length === 0 ? described : ({ ...described, ...added } as InventoryEntry);
}

function withAttributes<T extends Pick<InventoryEntry, "extattrs" | "inherited" | "ref">>(
  holder: T,
): T | undefined {
  const { extattrs = {}, inherited = [], ref = "" } = holder as Partial<T>;
  if (typeof extattrs !== "object" || extattrs === null) return undefined;
  if (!Array.isArray(inherited) || typeof ref !== "string") return undefined;
  const isWhole = holder.extattrs === extattrs && holder.inherited === inherited && holder.ref === ref;
  return isWhole ? holder : { ...holder, extattrs, inherited, ref };
}

/**
 * The entries of a source of any form.
 *
 * @throws {InvalidRequestError} if it is no source, or has a value that is no entry
 */
export function entriesOf(source: InventorySource): AsyncIterable<InventoryEntry> {
  if (typeof source === "string") return readInventory(source);
  const isObject = typeof source === "object" && source !== null;
  if (isObject && (Symbol.asyncIterator in source || Symbol.iterator in source)) return checked(source);
  throw invalidKind("inventory", source, "must be a file, an inventory or a list of entries", "monday.jsonl");
}

async function* checked(
  entries: AsyncIterable<InventoryEntry> | Iterable<InventoryEntry>,
): AsyncGenerator<InventoryEntry, void, undefined> {
  for await (const one of entries) {
    const entry = entryOf(() => one);
    if (entry === undefined)
      throw invalid("inventory", one, "has a value that is no entry of an inventory", entryExample);
    yield entry;
  }
}

/** The entry that a value is; `undefined` if it is none. */
function entryOf(read: () => unknown): InventoryEntry | undefined {
  try {
    return completed(read());
  } catch {
    return undefined;
  }
}

const entryExample = { kind: "subnet", networkView: "default", cidr: "10.0.7.0/24" };

function checkFile(file: unknown): asserts file is string {
  if (typeof file === "string" && file !== "" && !file.includes("\0")) return;
  throw invalidKind("file", file, "must be the name of a file", "monday.jsonl");
}

/**
 * Writes an inventory as JSON Lines. The file appears when it is complete. If reading fails, no file is left behind, and an older one
 * stays unchanged.
 *
 * @returns the number of entries
 * @throws {InvalidRequestError} if the file cannot be written
 * @example
 * await writeInventory("monday.jsonl", ipam.inventory());
 */
export async function writeInventory(file: string, entries: InventorySource): Promise<number> {
  checkFile(file);
  const source = entriesOf(entries);
  let count = 0;
  async function* lines() {
    for await (const entry of source) {
      count += 1;
      yield `${JSON.stringify(entry)}\n`;
    }
  }
  await writeWhole(file, lines());
  return count;
}

/** Writes to a new file that only its owner can read, then renames it, so that the file is never incomplete. */
export async function writeWhole(file: string, texts: AsyncIterable<string>): Promise<void> {
  const beside = `${file}.${process.pid}.new`;
  try {
    await writeFile(beside, inChunks(texts), { mode: 0o600 });
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw isSystemError(error) ? fileError("file", file, "cannot be written", error) : error;
  }
}

const chunkLength = 64 * 1024;

/** Joins texts to larger chunks, so that there are fewer writes. */
export async function* inChunks(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let chunk = "";
  for await (const text of texts) {
    chunk += text;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
