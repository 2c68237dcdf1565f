import { AbortedError } from "../../errors.js";

/**
 * Work that several callers share. A caller that asks while the work runs shares the next run, since the current one may not
 * include its last changes.
 */
export class SharedWork<T> {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #next = new Map<string, Promise<T>>();

  /** The run that begins after the current one: a new one, or one that other callers wait for already. */
  do(key: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#next.get(key);
    if (waiting !== undefined) return waiting;
    // It begins one microtask later at the earliest, so that callers at the same moment share this run.
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

/** Waits for shared work. The signal ends the waiting, but not the work. */
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
