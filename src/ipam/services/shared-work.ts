import { AbortedError } from "../../errors.js";

/**
 * Work that many ask for and that needs doing once. Who asks while it is under way comes too late for that turn, which
 * may not see what they have just changed: they share the next one.
 */
export class SharedWork<T> {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #next = new Map<string, Promise<T>>();

  /** The turn that begins after everything under way: a new one, or one that others wait for already. */
  do(key: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#next.get(key);
    if (waiting !== undefined) return waiting;
    // One microtask later at the earliest, so that whoever asks at the same moment shares this turn.
    const turn = Promise.resolve(this.#running.get(key)).then(() => this.#begin(key, work));
    this.#next.set(key, turn);
    return turn;
  }

  async #begin(key: string, work: () => Promise<T>): Promise<T> {
    this.#next.delete(key);
    const done = work();
    const settled = done.then(noop, noop);
    this.#running.set(key, settled);
    try {
      return await done;
    } finally {
      if (this.#running.get(key) === settled) this.#running.delete(key);
    }
  }
}

const noop = () => undefined;

/** Waits for work that others share: the signal ends the waiting, and not the work. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () =>
      reject(new AbortedError("Aborted while waiting for the grid.", { cause: signal.reason }));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
