import { withPartial } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import type { AddressType, SubnetType } from "../objects/results.js";
import type { ChunkWatch } from "../settings/events.js";

/** A result in a chunk: an object, or the result of its release. */
export interface ChunkThing {
  readonly ref: Ref<AddressType | SubnetType>;
}

/** Begins the iteration, or continues it after an error. */
type Open<T> = () => AsyncIterator<ReadonlyMap<number, T>, unknown, undefined>;

/**
 * Many results that a loop reads while the grid makes them: a hundred with each request. The next request is sent when these are
 * used up. Only these are in memory, and the references of all results so far.
 *
 * Nothing is sent before the loop begins or after it ends. The next loop over the same object continues where the last one ended,
 * also after an error. Results that the last loop did not read come first; until then they are in `unread`.
 *
 * An error is thrown after all results that were made before it. Its `partial` lists the references of all results so far.
 *
 * @example
 * for await (const address of ipam.requestAddressesInChunks(request)) console.log(address.ip);
 */
export class Chunks<T extends ChunkThing> implements AsyncIterable<T> {
  readonly #prepare: () => Promise<Open<T>>;
  readonly #given: T["ref"][] = [];
  #open: Open<T> | undefined;
  #source: AsyncIterator<ReadonlyMap<number, T>, unknown, undefined> | undefined;
  #unread: T[] = [];
  #watch: ChunkWatch<T> | undefined;

  /** @param prepare - checks the request, before the first chunk */
  constructor(prepare: () => Promise<Open<T>>) {
    this.#prepare = prepare;
  }

  /** @internal */
  watchedBy(watch: ChunkWatch<T>): this {
    this.#watch = watch;
    return this;
  }

  /** The results that no loop has read yet, because the last one ended within a chunk. */
  get unread(): readonly T[] {
    return this.#unread;
  }

  /**
   * The same results in lists, one for each request.
   *
   * @example
   * for await (const chunk of ipam.requestAddressesInChunks(request).chunks()) await store.insertMany(chunk);
   */
  async *chunks(): AsyncGenerator<T[], void, undefined> {
    while (await this.#more()) {
      const chunk = this.#unread;
      this.#unread = [];
      yield chunk;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    while (await this.#more()) {
      const next = this.#unread.shift();
      if (next !== undefined) yield next;
    }
  }

  /** Makes the next chunk unless there are unread results. False at the end. */
  async #more(): Promise<boolean> {
    if (this.#unread.length > 0) return true;
    const started = performance.now();
    try {
      this.#open ??= await this.#prepare();
      this.#source ??= this.#open();
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      const things = [...value].sort(([one], [other]) => one - other).map(([, thing]) => thing);
      this.#unread.push(...things);
      for (const { ref } of things) this.#given.push(ref);
      this.#watch?.given(this.#unread, started);
      return true;
    } catch (error) {
      this.#source = undefined;
      this.#watch?.failed(error, started);
      throw withPartial(error, [...this.#given]);
    }
  }
}
