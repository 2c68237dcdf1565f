import { setTimeout as pause } from "node:timers/promises";
import { InfobloxError, isInfobloxError } from "../errors.js";
import type { Abortable } from "../ipam/requests/requests.js";
import type { DriverSettings } from "./settings.js";
import type { StateFile } from "./state-file.js";

const [shortest, longest] = [60_000, 3_600_000];

/** The content of the file, with times in milliseconds. */
interface Refusal {
  readonly refusedAt: number;
  readonly wait: number;
}

/**
 * Keeps a wrong password from locking the account. After the grid has refused it, no call asks the grid for a minute.
 * Each further refusal doubles the wait, up to an hour. With a file, the next process waits, too.
 */
export class LoginBackoff {
  readonly #file: StateFile | undefined;
  readonly #now: () => number;
  readonly #logger: DriverSettings["logger"];
  #refusal: Refusal | undefined;
  #loading: Promise<void> | undefined;

  constructor(file: StateFile | undefined, { now, logger }: Pick<DriverSettings, "now" | "logger">) {
    this.#file = file;
    this.#now = now;
    this.#logger = logger;
  }

  /** @throws {InfobloxError} while the driver waits; it sends no request then */
  async guarding<T>(work: () => Promise<T>): Promise<T> {
    await this.#load();
    const left = this.#left();
    if (left > 0) {
      throw new InfobloxError(this.#message(left), "ERR_INFOBLOX_DOCKER_CREDENTIALS", { hint: this.#hint() });
    }
    try {
      const result = await work();
      if (this.#refusal !== undefined) {
        this.#refusal = undefined;
        await this.#file?.remove();
      }
      return result;
    } catch (error) {
      // Several calls that were refused at the same time count once.
      if (isInfobloxError(error, "AuthenticationError") && this.#left() <= 0) {
        const wait = this.#refusal === undefined ? shortest : Math.min(2 * this.#refusal.wait, longest);
        this.#refusal = { refusedAt: this.#now(), wait };
        await this.#file?.write(() => this.#refusal);
      }
      throw error;
    }
  }

  /** Logs how long it waits, and waits until it may ask the grid again. */
  async wait({ signal }: Abortable): Promise<void> {
    await this.#load();
    if (this.#left() > 0) this.#logger.warn(`${this.#message(this.#left())} ${this.#hint()}`);
    while (this.#left() > 0) await pause(this.#left(), undefined, { signal });
  }

  #left(): number {
    return this.#refusal === undefined ? 0 : this.#refusal.refusedAt + this.#refusal.wait - this.#now();
  }

  #message(left: number): string {
    return `The grid did not accept the driver's user name and password; the driver asks it again in ${Math.ceil(left / 1000)} s.`;
  }

  #hint(): string {
    const forget = this.#file === undefined ? "" : `, remove ${this.#file.path}`;
    return `Correct the password${forget} and restart the driver.`;
  }

  #load(): Promise<void> {
    this.#loading ??= this.#read();
    return this.#loading;
  }

  async #read(): Promise<void> {
    const { refusedAt, wait } = ((await this.#file?.read()) ?? {}) as Partial<Refusal>;
    if (typeof refusedAt !== "number" || typeof wait !== "number") return;
    // A clock that was set back does not make the wait longer.
    this.#refusal = { refusedAt: Math.min(refusedAt, this.#now()), wait: Math.min(wait, longest) };
  }
}
