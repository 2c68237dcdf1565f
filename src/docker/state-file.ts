import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { oneLine, redact } from "../redaction.js";
import type { DriverLogger } from "./settings.js";

/**
 * A JSON file in the state directory, which only its owner can read. If it can't be read or written, the driver logs
 * that and continues.
 */
export class StateFile {
  readonly path: string;
  readonly #logger: DriverLogger;
  #changing: Promise<void> = Promise.resolve();

  constructor(path: string, logger: DriverLogger) {
    this.path = path;
    this.#logger = logger;
  }

  /** What an earlier process wrote, unchecked; `undefined` if it wrote nothing. */
  async read(): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.path, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#warn("read", error);
      return undefined;
    }
  }

  /** Writes one after the other, and replaces the file as a whole: a reader never sees half of it. */
  write(content: () => unknown): Promise<void> {
    return this.#change(async () => {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(`${this.path}.new`, `${JSON.stringify(content())}\n`, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
    });
  }

  remove(): Promise<void> {
    return this.#change(() => rm(this.path, { force: true }));
  }

  #change(work: () => Promise<void>): Promise<void> {
    this.#changing = this.#changing.then(work).catch((error: unknown) => this.#warn("written", error));
    return this.#changing;
  }

  #warn(what: string, error: unknown): void {
    this.#logger.warn(`${this.path} can't be ${what}: ${oneLine(redact(String(error)))}`);
  }
}
