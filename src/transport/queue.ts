/**
 * Lets a number of requests run at once. The others wait in order of arrival. A request whose signal is aborted leaves
 * the queue at once.
 */
export class RequestQueue {
  readonly #pacer: { readonly limit: number };
  #running = 0;
  /** In order of arrival, which a Set keeps. It also removes any member in constant time. */
  readonly #waiting = new Set<() => void>();

  /** @param pacer - gives the limit, which is read each time */
  constructor(pacer: { readonly limit: number }) {
    this.#pacer = pacer;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a turn. Returns a function that passes the turn on, to be called once; `false` if the signal was aborted
   * before.
   */
  async enter(signal: AbortSignal | undefined): Promise<(() => void) | false> {
    if (signal?.aborted) return false;
    if (this.#running < this.#pacer.limit) this.#running += 1;
    else if (!(await this.#turn(signal))) return false;
    return () => this.#leave();
  }

  /** Passes the place on directly, so that no new request gets in between. */
  #leave(): void {
    this.#running -= 1;
    for (const next of this.#waiting) {
      if (this.#running >= this.#pacer.limit) return;
      this.#running += 1;
      next();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (granted: boolean) => {
        this.#waiting.delete(go);
        signal?.removeEventListener("abort", stop);
        resolve(granted);
      };
      const go = () => settle(true);
      const stop = () => settle(false);
      this.#waiting.add(go);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }
}
