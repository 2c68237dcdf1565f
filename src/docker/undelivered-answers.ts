import type { ServerResponse } from "node:http";
import { InfobloxError } from "../errors.js";
import { oneLine, redact } from "../redaction.js";
import { type ReleaseAddressCall, type ReleasePoolCall, readCall } from "./messages.js";
import type { DriverLogger } from "./settings.js";

/** Rolls calls back. */
interface Releases {
  releasePool(call: ReleasePoolCall): Promise<unknown>;
  releaseAddress(call: ReleaseAddressCall): Promise<unknown>;
}

/** Milliseconds for which an undelivered answer is kept. Docker repeats a call for about half a minute. */
const kept = 60_000;

/** A call whose connection was lost before it was answered. */
interface Undelivered {
  readonly path: string;
  readonly body: unknown;
  readonly work: Promise<unknown>;
  /** What the call took, once that is known. */
  taken?: string | undefined;
}

/** Whether Docker sends parameters with the call. */
export function takesBody(path: string): boolean {
  return path.startsWith("/IpamDriver.Re");
}

/**
 * Keeps the answers that did not reach Docker. If a connection fails, Docker's plugin client repeats the call with an
 * empty body, since the first try has drained the buffer. Such a repetition gets the answer of the call that it
 * repeats. If it may repeat several calls, it is refused. A call that Docker neither repeats nor makes anew is rolled
 * back.
 */
export class UndeliveredAnswers {
  readonly #driver: Releases;
  readonly #logger: DriverLogger;
  readonly #lost = new Map<Undelivered, NodeJS.Timeout>();

  constructor(driver: Releases, logger: DriverLogger) {
    this.#driver = driver;
    this.#logger = logger;
  }

  /** Keeps the call's answer if the connection ends before it is written. */
  watch(path: string, body: unknown, work: Promise<unknown>, response: ServerResponse): void {
    if (!takesBody(path)) return;
    const call: Undelivered = { path, body, work };
    const settled = work.then(
      (answer) => {
        call.taken = takenBy(call, answer);
      },
      () => {},
    );
    const note = () => {
      if (response.writableFinished) void settled.then(() => this.#supersede(call));
      else this.#lost.set(call, setTimeout(() => void this.#rollBack(call), kept).unref());
    };
    // The connection may have ended while the body was read.
    if (response.destroyed) note();
    else response.once("close", note);
  }

  /** @throws {InfobloxError} if it repeats no known call, or may repeat several */
  async repeated(path: string): Promise<unknown> {
    const same = [...this.#lost.keys()].filter((one) => one.path === path);
    const [only] = same;
    if (only !== undefined && same.length === 1) {
      this.#forget(only);
      return only.work;
    }
    for (const one of same) await this.#rollBack(one);
    const what =
      same.length === 0 ? "the driver knows no call that this repeats" : "it may repeat several calls";
    throw new InfobloxError(
      `The engine repeated ${path.slice(1)} without its parameters, and ${what}; nothing was taken.`,
      "ERR_INFOBLOX_DOCKER_EMPTY_CALL",
      { hint: "The connection to the driver was lost during the call. Run the docker command again." },
    );
  }

  /** Rolls back what Docker can't repeat any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#lost.keys()].map((one) => this.#rollBack(one)));
  }

  /** The engine has got the same pool or address by another call: the lost answer needs no rollback. */
  #supersede({ taken }: Undelivered): void {
    if (taken === undefined) return;
    for (const lost of this.#lost.keys()) if (lost.taken === taken) this.#forget(lost);
  }

  #forget(call: Undelivered): void {
    clearTimeout(this.#lost.get(call));
    this.#lost.delete(call);
  }

  async #rollBack(call: Undelivered): Promise<void> {
    const { path, body, work } = call;
    try {
      const answer = await work.catch(() => undefined);
      if (!this.#lost.has(call)) return;
      this.#forget(call);
      const { PoolID, Address } = (answer ?? {}) as { readonly PoolID?: string; readonly Address?: string };
      if (path === requestPool && PoolID !== undefined) await this.#driver.releasePool({ PoolID });
      if (path === requestAddress && Address !== undefined) {
        const asked = readCall.requestAddress(body);
        await this.#driver.releaseAddress({ PoolID: asked.PoolID, Address: Address.replace(/\/\d+$/, "") });
      }
    } catch (error) {
      this.#logger.error(`roll back of ${path.slice(1)} failed: ${oneLine(redact(String(error)))}`);
    }
  }
}

const requestPool = "/IpamDriver.RequestPool";
const requestAddress = "/IpamDriver.RequestAddress";

/** The pool or address that an answer is about. */
function takenBy({ path, body }: Undelivered, answer: unknown): string | undefined {
  const { PoolID, Address } = answer as { readonly PoolID?: string; readonly Address?: string };
  if (path === requestPool) return PoolID;
  return path === requestAddress ? `${readCall.requestAddress(body).PoolID} ${Address}` : undefined;
}
