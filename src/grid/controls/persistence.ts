/**
 * Keeps a grid's objects in a file, across restarts and through a kill at any moment.
 *
 * The file is a journal: a header, then one line of JSON per committed transaction, flushed to disk before the answer
 * leaves. A last line without its end was being written when the process died; nobody got an answer to it, so it is
 * dropped. On opening, and when the journal has outgrown the state, the state is written to a new file, flushed, and
 * renamed over the old one, so that at every moment one whole file is there.
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

/** Lines since the last rewrite from which on another one is worth its time, if they outnumber the objects as well. */
const leastLinesToRewrite = 10_000;

/** Objects in one line of a file written anew: few lines, none of them huge. */
const objectsPerLine = 1_000;

interface JournalLine {
  readonly stored: readonly Entity[];
  readonly removed: readonly number[];
  readonly nextId: number;
  readonly serials: Readonly<Record<string, number>>;
}

/** A store that is kept in a file. Made after the store holds what a fresh grid holds. */
export class Journal {
  readonly #store: Store;
  readonly #file: string;
  #descriptor: number | undefined;
  #lines = 0;

  /**
   * Reads the file into the store where there is one; where there is none, the store's objects are its beginning.
   * Throws where the file is something else, or can't be written.
   */
  constructor(store: Store, file: string) {
    this.#store = store;
    this.#file = file;
    const kept = readState(file);
    if (kept) store.restore(kept);
    this.#rewrite();
    store.onCommit((changes) => this.#append(changes));
  }

  /** Writes the whole state anew: after a snapshot was restored, which no transaction tells of. */
  rewrite(): void {
    if (this.#descriptor !== undefined) this.#rewrite();
  }

  /** Nothing is written any more. */
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
    // Appending, so that what follows a line taken back comes right after the one before it.
    const descriptor = openSync(beside, "ax", 0o600);
    writeFileSync(descriptor, formatLine(header));
    for (let start = 0; start < entities.length; start += objectsPerLine) {
      const stored = entities.slice(start, start + objectsPerLine);
      writeFileSync(descriptor, formatLine({ stored, ...rest }));
    }
    fsyncSync(descriptor);
    renameSync(beside, this.#file);
    flushFolder(dirname(this.#file));
    // The descriptor follows the file through the rename: what comes next is appended to it.
    this.#descriptor = descriptor;
    this.#lines = 0;
  }
}

/** All of the line, on disk; or nothing of it, so that the next line doesn't follow half of this one. */
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
  // What follows the last end of line is a line that was never finished.
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
  throw new Error(
    `${file} is not a grid's data file (or from another version); give a path where none is yet`,
  );
}

/** A rename lasts only when the folder is on disk too. Some systems can't flush a folder, and need not. */
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
