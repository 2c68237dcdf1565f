import { rmSync } from "node:fs";
import { type FileHandle, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { fileError, isSystemError } from "./file-error.js";

/** A line with a value in JSON, which is sorted by its key. A tab is between the two. */
export function line(key: string, value: object): string {
  return `${key}\t${JSON.stringify(value)}`;
}

/** The key of a line, and the text after it. */
export interface Keyed {
  readonly key: string;
  readonly value: string;
}

export function keyed(text: string): Keyed {
  const tab = text.indexOf("\t");
  return { key: text.slice(0, tab), value: text.slice(tab + 1) };
}

/** The most characters in memory. Beyond that, sorted lines are written to a file. */
export const defaultMemory = 8 * 1024 * 1024;

/** The most files that are merged at once. Each needs a buffer and a file descriptor. */
const mostRuns = 64;
const bufferSize = 64 * 1024;
const linesAtOnce = 512;

/** Folders in use. A process that ends early (`process.exit`) removes them. */
const openFolders = new Set<string>();

function removeAll(): void {
  for (const path of openFolders) rmSync(path, { recursive: true, force: true });
}

/** A temporary folder that only its owner can read. It is made for the first file, and removed with all files. */
export class SpillFolder {
  #path: Promise<string> | undefined;
  #files = 0;

  async file(): Promise<string> {
    this.#path ??= makeFolder();
    this.#files += 1;
    return join(await this.#path, String(this.#files));
  }

  async remove(): Promise<void> {
    const path = await this.#path?.catch(() => undefined);
    this.#path = undefined;
    if (path === undefined) return;
    await rm(path, { recursive: true, force: true });
    openFolders.delete(path);
    if (openFolders.size === 0) process.off("exit", removeAll);
  }
}

async function makeFolder(): Promise<string> {
  // mkdtemp uses mode 0700.
  const path = await mkdtemp(join(tmpdir(), "infoblox-ipam-")).catch(unwritable);
  if (openFolders.size === 0) process.on("exit", removeAll);
  openFolders.add(path);
  return path;
}

function unwritable(error: unknown): never {
  const problem = "cannot be written (set the environment variable TMPDIR to use another one)";
  throw fileError("temporary folder", tmpdir(), problem, error);
}

/**
 * Sorts any number of lines. Lines beyond the memory limit are sorted and written to files, which are merged at the end. Lines are
 * compared by UTF-16 code units, and must not contain line feeds.
 */
export class SortedLines {
  readonly #folder: SpillFolder;
  readonly #memory: number;
  #lines: string[] = [];
  #size = 0;
  #runs: string[] = [];
  /** The current write. Files are written one after the other, and `add` waits for it, so that memory stays bounded. */
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: SpillFolder, memory = defaultMemory) {
    this.#folder = folder;
    this.#memory = memory;
  }

  async add(lines: Iterable<string>): Promise<void> {
    for (const line of lines) {
      this.#lines.push(line);
      this.#size += line.length;
    }
    if (this.#size <= this.#memory) return;
    const full = this.#lines;
    this.#lines = [];
    this.#size = 0;
    this.#writing = this.#writing.then(() => this.#write(full));
    await this.#writing;
  }

  async #write(lines: string[]): Promise<void> {
    const file = await this.#folder.file();
    this.#runs.push(file);
    await writeLines(file, [lines.sort()]);
  }

  /** All lines in order, some at a time. It can be called only once. */
  async *sorted(): AsyncGenerator<readonly string[], void, undefined> {
    await this.#writing;
    const rest = this.#lines.sort();
    this.#lines = [];
    if (this.#runs.length === 0) {
      for (let start = 0; start < rest.length; start += linesAtOnce) {
        yield rest.slice(start, start + linesAtOnce);
      }
      return;
    }
    while (this.#runs.length > mostRuns) {
      const file = await this.#folder.file();
      const some = this.#runs.splice(0, mostRuns);
      await writeLines(file, merged(some, []));
      await Promise.all(some.map((run) => rm(run, { force: true })));
      this.#runs.push(file);
    }
    yield* merged(this.#runs, rest);
  }
}

async function writeLines(
  file: string,
  batches: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): Promise<void> {
  await writeFile(file, texts(batches), { mode: 0o600, flag: "wx" }).catch((error: unknown) => {
    if (isSystemError(error)) unwritable(error);
    throw error;
  });
}

async function* texts(batches: Iterable<readonly string[]> | AsyncIterable<readonly string[]>) {
  for await (const lines of batches) {
    for (let start = 0; start < lines.length; start += linesAtOnce) {
      yield `${lines.slice(start, start + linesAtOnce).join("\n")}\n`;
    }
  }
}

async function* merged(
  files: readonly string[],
  inMemory: readonly string[],
): AsyncGenerator<readonly string[], void, undefined> {
  const readers: LineReader[] = [];
  try {
    for (const file of files) readers.push(await LineReader.open(file));
    const cursors: Cursor[] = [...readers, ...(inMemory.length > 0 ? [cursorOf(inMemory)] : [])];
    yield* mergedCursors(cursors);
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

/** The current line of a sorted run. */
interface Cursor {
  readonly line: string | undefined;
  /** Moves on to the next line. Returns a promise if the line has to be read first. */
  next(): Promise<void> | undefined;
}

function cursorOf(lines: readonly string[]): Cursor {
  let index = 0;
  return {
    get line() {
      return lines[index];
    },
    next() {
      index += 1;
      return undefined;
    },
  };
}

/** Reads the lines of a file, one buffer at a time. */
export class LineReader implements Cursor {
  readonly #handle: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(bufferSize);
  readonly #decoder = new StringDecoder("utf8");
  #lines: string[] = [];
  #index = 0;
  #begun = "";
  #ended = false;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open(file: string): Promise<LineReader> {
    const reader = new LineReader(await open(file, "r"));
    await reader.#fill();
    return reader;
  }

  get line(): string | undefined {
    return this.#lines[this.#index];
  }

  next(): Promise<void> | undefined {
    this.#index += 1;
    return this.#index < this.#lines.length || this.#ended ? undefined : this.#fill();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #fill(): Promise<void> {
    this.#lines = [];
    this.#index = 0;
    while (this.#lines.length === 0 && !this.#ended) {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, bufferSize, null);
      if (bytesRead === 0) {
        this.#ended = true;
        const last = this.#begun + this.#decoder.end();
        if (last !== "") this.#lines = [last];
        return;
      }
      const parts = (this.#begun + this.#decoder.write(this.#buffer.subarray(0, bytesRead))).split("\n");
      this.#begun = parts.pop() ?? "";
      this.#lines = parts;
    }
  }
}

/** Merges sorted runs with a binary heap. The cursor with the lowest line is at the top. */
async function* mergedCursors(
  cursors: readonly Cursor[],
): AsyncGenerator<readonly string[], void, undefined> {
  const heap = cursors
    .filter(({ line }) => line !== undefined)
    .sort((one, other) => ((one.line ?? "") < (other.line ?? "") ? -1 : 1));
  let batch: string[] = [];
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    batch.push(top.line as string);
    const reading = top.next();
    if (reading !== undefined) await reading;
    if (top.line === undefined) {
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) heap[0] = last;
    }
    sink(heap);
    if (batch.length === linesAtOnce) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function sink(heap: Cursor[]): void {
  let index = 0;
  for (;;) {
    const least = [2 * index + 1, 2 * index + 2].reduce(
      (best, child) => (lineAt(heap, child) < lineAt(heap, best) ? child : best),
      index,
    );
    if (least === index) return;
    [heap[index], heap[least]] = [heap[least] as Cursor, heap[index] as Cursor];
    index = least;
  }
}

/** The line of a cursor. A missing one sorts after all others. */
function lineAt(heap: readonly Cursor[], index: number): string {
  return heap[index]?.line ?? "\uffff\uffff";
}
