import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { oneLine, redact } from "../redaction.js";
import type { DriverLogger } from "./settings.js";

/** JSON in the state directory, for its owner alone. What can't be read or written is logged, and the driver works on. */
export class StateFile {
  readonly path: string;
  readonly #logger: DriverLogger;
  #changing: Promise<void> = Promise.resolve();

  constructor(path: string, logger: DriverLogger) {
    this.path = path;
    this.#logger = logger;
  }

  /** What an earlier process wrote, unchecked; `undefined` where it wrote nothing. */
  async read(): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.path, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#warn("read", error);
      return undefined;
    }
  }

  /** One write after the other, each as a whole: a reader never sees half of it. */
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
