/**
 * Lets a number of requests through at once and the others wait, first come, first served. One that stops
 * waiting (its signal was aborted) leaves the line at once.
 */
export class RequestQueue {
  readonly #pacer: { readonly limit: number };
  #running = 0;
  /** In order of arrival: a Set remembers it, and gives up any member in constant time. */
  readonly #waiting = new Set<() => void>();

  /** @param pacer - says how many, each time anew */
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
   * Waits for a turn. What is returned hands the turn on, and is to be called once; false means that the signal was
   * aborted before the turn came.
   */
  async enter(signal: AbortSignal | undefined): Promise<(() => void) | false> {
    if (signal?.aborted) return false;
    if (this.#running < this.#pacer.limit) this.#running += 1;
    else if (!(await this.#turn(signal))) return false;
    return () => this.#leave();
  }

  /** The one who leaves hands over the place itself, so that nobody new can slip in between. */
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
