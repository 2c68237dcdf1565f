import { withPartial } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import type { AddressType, SubnetType } from "../objects/results.js";
import type { ChunkWatch } from "../settings/events.js";

/** What many calls give: things, or what became of them. */
export interface ChunkThing {
  readonly ref: Ref<AddressType | SubnetType>;
}

/** Begins, or begins again where an error ended it. */
type Open<T> = () => AsyncIterator<ReadonlyMap<number, T>, unknown, undefined>;

/**
 * Many things, done on the grid as they are used: a hundred to a request, the next request when those are used up. Never
 * more than these are in memory, and the references of all that were given.
 *
 * Nothing is sent before the loop begins, nor after it is left. The next loop over the same object goes on where the last
 * one ended, after an error too; what a loop that was left has not seen comes first, and stands in `unread` until then.
 *
 * An error comes after everything that was done before it. Its `partial` has the references of all that were given.
 */
export class Chunks<T extends ChunkThing> implements AsyncIterable<T> {
  readonly #prepare: () => Promise<Open<T>>;
  readonly #given: T["ref"][] = [];
  #open: Open<T> | undefined;
  #source: AsyncIterator<ReadonlyMap<number, T>, unknown, undefined> | undefined;
  #unread: T[] = [];
  #watch: ChunkWatch<T> | undefined;

  /** @param prepare - checks the request */
  constructor(prepare: () => Promise<Open<T>>) {
    this.#prepare = prepare;
  }

  /** @internal */
  watchedBy(watch: ChunkWatch<T>): this {
    this.#watch = watch;
    return this;
  }

  /** What was done on the grid, and no loop has seen yet: there is some where one was left in the middle of a chunk. */
  get unread(): readonly T[] {
    return this.#unread;
  }

  /**
   * The same, in lists of what one request did.
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

  /** Sees to it that there is something unread. */
  async #more(): Promise<boolean> {
    if (this.#unread.length > 0) return true;
    const started = performance.now();
    try {
      this.#open ??= await this.#prepare();
      this.#source ??= this.#open();
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      this.#keep([...value].sort(([one], [other]) => one - other).map(([, thing]) => thing));
      this.#watch?.given(this.#unread, started);
      return true;
    } catch (error) {
      this.#source = undefined;
      this.#watch?.failed(error, started);
      throw withPartial(error, [...this.#given]);
    }
  }

  #keep(things: readonly T[]): void {
    this.#unread.push(...things);
    for (const { ref } of things) this.#given.push(ref);
  }
}
