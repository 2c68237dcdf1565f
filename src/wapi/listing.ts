import { AbortedError } from "../errors.js";

/**
 * Objects that are read one page at a time, as the loop needs them. Each `for await` starts anew. A loop that ends
 * early sends no more requests.
 */
export class Listing<Row> implements AsyncIterable<Row> {
  readonly #read: () => AsyncIterable<{ readonly rows: Row[] }>;
  readonly #signal: AbortSignal | undefined;

  constructor(read: () => AsyncIterable<{ readonly rows: Row[] }>, signal: AbortSignal | undefined) {
    this.#read = read;
    this.#signal = signal;
  }

  /**
   * The same objects, in the grid's pages.
   *
   * @example
   * for await (const page of wapi.iterate("network").pages()) await store.insertMany(page);
   */
  async *pages(): AsyncGenerator<Row[], void, undefined> {
    for await (const { rows } of this.#read()) {
      yield rows;
      this.#refuseAborted();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const page of this.pages()) {
      for (const row of page) {
        yield row;
        this.#refuseAborted();
      }
    }
  }

  #refuseAborted(): void {
    if (!this.#signal?.aborted) return;
    throw new AbortedError("The listing was aborted.", { cause: this.#signal.reason });
  }
}
