import type { ServerResponse } from "node:http";
import { InfobloxError } from "../errors.js";
import { oneLine, redact } from "../redaction.js";
import type { IpamDriver } from "./driver.js";
import { readCall } from "./messages.js";
import type { DriverLogger } from "./settings.js";

/** How long an answer that did not reach Docker is kept. Docker repeats a call for about half a minute. */
const kept = 60_000;

/** A call whose connection was lost before it was answered. */
interface Undelivered {
  readonly path: string;
  readonly body: unknown;
  readonly work: Promise<unknown>;
  readonly lostAt: number;
}

/** Whether Docker sends parameters with the call. */
export function takesBody(path: string): boolean {
  return path.startsWith("/IpamDriver.Re");
}

/**
 * The answers that did not reach Docker. Its plugin client repeats a call that fails on the way with an empty body, since
 * the first try has drained the buffer. Such a repetition gets the answer of the call that it repeats. Where it can't be
 * told which one that is, it is refused, and what the calls took is rolled back.
 */
export class UndeliveredAnswers {
  readonly #driver: IpamDriver;
  readonly #logger: DriverLogger;
  readonly #now: () => number;
  #lost: Undelivered[] = [];

  constructor(driver: IpamDriver, logger: DriverLogger, now: () => number = Date.now) {
    this.#driver = driver;
    this.#logger = logger;
    this.#now = now;
  }

  /** Notes the call if its connection ends before its answer was written. */
  watch(path: string, body: unknown, work: Promise<unknown>, response: ServerResponse): void {
    if (!takesBody(path)) return;
    const note = () => {
      if (response.writableFinished) return;
      const lost: Undelivered = { path, body, work, lostAt: this.#now() };
      this.#lost.push(lost);
    };
    // The connection may be lost while the body is read.
    if (response.destroyed) note();
    else response.once("close", note);
  }

  /** @throws {InfobloxError} that says what to do, where no call is known that this repeats */
  async repeated(path: string): Promise<unknown> {
    const now = this.#now();
    this.#lost = this.#lost.filter(({ lostAt }) => now - lostAt < kept);
    const same = this.#lost.filter((one) => one.path === path);
    this.#lost = this.#lost.filter((one) => one.path !== path);
    const [only] = same;
    if (only !== undefined && same.length === 1) return only.work;
    for (const one of same) await this.#rollBack(one);
    const what =
      same.length === 0 ? "the driver knows no call that this repeats" : "it may repeat several calls";
    throw new InfobloxError(
      `The engine repeated ${path.slice(1)} without its parameters, and ${what}; nothing was taken.`,
      "ERR_INFOBLOX_DOCKER_EMPTY_CALL",
      { hint: "The connection to the driver was lost during the call. Run the docker command again." },
    );
  }

  async #rollBack({ path, body, work }: Undelivered): Promise<void> {
    try {
      const answer = (await work.catch(() => undefined)) as
        | { readonly PoolID?: string; readonly Address?: string }
        | undefined;
      if (path === "/IpamDriver.RequestPool" && answer?.PoolID !== undefined) {
        await this.#driver.releasePool({ PoolID: answer.PoolID });
      }
      if (path === "/IpamDriver.RequestAddress" && answer?.Address !== undefined) {
        const { PoolID } = readCall.requestAddress(body);
        await this.#driver.releaseAddress({ PoolID, Address: answer.Address.replace(/\/\d+$/, "") });
      }
    } catch (error) {
      this.#logger.error(`roll back of ${path.slice(1)} failed: ${oneLine(redact(String(error)))}`);
    }
  }
}
