/**
 * Keeps a grid's objects in a file, across restarts and through a kill at any moment.
 *
 * The file is a journal: a header, then one line of JSON for each committed transaction, flushed to disk before the
 * answer is sent. A last line without its end was incomplete when the process died. It is dropped, since no client got
 * an answer to it. On opening, and when the journal has outgrown the state, the state is written to a new file,
 * flushed, and renamed over the old one. So one whole file exists at every moment.
 */

import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Entity } from "../store/entity.js";
import type { Store, StoreChanges, StoreSnapshot } from "../store/store.js";

const header = { format: "infoblox-ipam grid", version: 1 };

/** How many lines since the last rewrite make another one worthwhile, if they also outnumber the objects. */
const leastLinesToRewrite = 10_000;

/** Objects in one line of a rewritten file: few lines, and none of them huge. */
const objectsPerLine = 1_000;

interface JournalLine {
  readonly stored: readonly Entity[];
  readonly removed: readonly number[];
  readonly nextId: number;
  readonly serials: Readonly<Record<string, number>>;
}

/** Keeps a store in a file. Created after the store holds the objects of a fresh grid. */
export class Journal {
  readonly #store: Store;
  readonly #file: string;
  #descriptor: number | undefined;
  #lines = 0;

  /**
   * Reads an existing file into the store, or writes the store's objects to a new file. @throws Error if the file is
   * something else, or can't be written.
   */
  constructor(store: Store, file: string) {
    this.#store = store;
    this.#file = file;
    const kept = readState(file);
    if (kept) store.restore(kept);
    this.#rewrite();
    store.onCommit((changes) => this.#append(changes));
  }

  /** Rewrites the whole state. Needed after a snapshot was restored, since no transaction records that. */
  rewrite(): void {
    if (this.#descriptor !== undefined) this.#rewrite();
  }

  /** Stops writing and closes the file. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #append(changes: StoreChanges): void {
    if (this.#descriptor === undefined) return;
    const serials = Object.fromEntries(changes.serials);
    appendWhole(this.#descriptor, formatLine({ ...changes, serials }));
    this.#lines += 1;
    if (this.#lines > Math.max(leastLinesToRewrite, this.#store.size)) this.#rewrite();
  }

  #rewrite(): void {
    this.close();
    const { entities, nextId, serials } = this.#store.snapshot();
    const rest = { removed: [], nextId, serials: Object.fromEntries(serials) };
    const beside = `${this.#file}.new`;
    rmSync(beside, { force: true });
    // In append mode, the next line follows directly even after an incomplete line was cut off.
    const descriptor = openSync(beside, "ax", 0o600);
    writeFileSync(descriptor, formatLine(header));
    for (let start = 0; start < entities.length; start += objectsPerLine) {
      const stored = entities.slice(start, start + objectsPerLine);
      writeFileSync(descriptor, formatLine({ stored, ...rest }));
    }
    fsyncSync(descriptor);
    renameSync(beside, this.#file);
    flushFolder(dirname(this.#file));
    // The descriptor follows the file through the rename, so that later lines are appended to it.
    this.#descriptor = descriptor;
    this.#lines = 0;
  }
}

/**
 * Appends the whole line and flushes it, or removes what was written of it: the next line must not follow half a line.
 */
function appendWhole(descriptor: number, line: string): void {
  const { size } = fstatSync(descriptor);
  try {
    writeFileSync(descriptor, line);
    fsyncSync(descriptor);
  } catch (error) {
    ftruncateSync(descriptor, size);
    throw error;
  }
}

function formatLine(line: JournalLine | typeof header): string {
  return `${JSON.stringify(line)}\n`;
}

/** The state that a file holds; `undefined` if there is no file. */
function readState(file: string): StoreSnapshot | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  // The text after the last end of line is an unfinished line.
  const [first = "", ...lines] = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  refuseOtherFiles(first, file);
  const entities = new Map<number, Entity>();
  let nextId = 1;
  let serials: Readonly<Record<string, number>> = {};
  for (const line of lines) {
    if (line === "") continue;
    const changes: JournalLine = JSON.parse(line);
    for (const id of changes.removed) entities.delete(id);
    for (const entity of changes.stored) entities.set(entity.id, entity);
    nextId = changes.nextId;
    serials = changes.serials;
  }
  return { entities: [...entities.values()], nextId, serials: new Map(Object.entries(serials)) };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function refuseOtherFiles(firstLine: string, file: string): void {
  if (`${firstLine}\n` === formatLine(header)) return;
  throw new Error(`${file} is not a grid's data file (or from another version); give the path of a new file`);
}

/** A rename is durable only when the folder is flushed, too. Some systems can't flush a folder and need not. */
function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch (error) {
    if (!["EISDIR", "EPERM", "EACCES", "EINVAL"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
  }
}
