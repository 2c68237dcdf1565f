/**
 * A map in key order, for addresses: finds a key, or the nearest one below or above, in logarithmic time.
 *
 * Entries are kept in chunks of neighbours. A chunk is so short that an insertion into its middle is cheap. A million
 * entries make so few chunks that a binary search over an array finds the right one.
 */

const LONGEST_CHUNK = 256;

interface Chunk<Value> {
  readonly keys: bigint[];
  readonly values: Value[];
}

export type Entry<Value> = readonly [key: bigint, value: Value];

export class OrderedMap<Value> {
  /** The chunks in order. None is empty. */
  readonly #chunks: Chunk<Value>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: bigint): Value | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    return chunk?.values[positionOf(chunk, key)];
  }

  set(key: bigint, value: Value): void {
    const index = Math.max(0, this.#chunkOf(key));
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], values: [value] });
      this.#size = 1;
      return;
    }
    const position = countBelow(chunk.keys, key);
    if (chunk.keys[position] === key) {
      chunk.values[position] = value;
      return;
    }
    chunk.keys.splice(position, 0, key);
    chunk.values.splice(position, 0, value);
    this.#size += 1;
    if (chunk.keys.length > LONGEST_CHUNK) this.#split(index, position);
  }

  delete(key: bigint): boolean {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return false;
    const position = positionOf(chunk, key);
    if (position < 0) return false;
    chunk.keys.splice(position, 1);
    chunk.values.splice(position, 1);
    this.#size -= 1;
    if (chunk.keys.length === 0) this.#chunks.splice(index, 1);
    return true;
  }

  /** The entry with the highest key that is not above `key`. */
  floor(key: bigint): Entry<Value> | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    return chunk && entryAt(chunk, countBelow(chunk.keys, key + 1n) - 1);
  }

  /** The entry with the lowest key that is not below `key`. */
  ceiling(key: bigint): Entry<Value> | undefined {
    for (const entry of this.from(key)) return entry;
    return undefined;
  }

  /** Yields all entries whose key is not below `key`, in order. The caller must not change the map meanwhile. */
  *from(key: bigint): Generator<Entry<Value>> {
    const start = Math.max(0, this.#chunkOf(key));
    for (let index = start; index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index] as Chunk<Value>;
      const first = index === start ? countBelow(chunk.keys, key) : 0;
      for (let position = first; position < chunk.keys.length; position++) {
        yield [chunk.keys[position] as bigint, chunk.values[position] as Value];
      }
    }
  }

  /** Index of the only chunk that may hold the key; -1 if all keys are above it. */
  #chunkOf(key: bigint): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.keys[0] as bigint) <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Splits near the insertion, since ascending keys are common: that leaves full chunks instead of half full ones. */
  #split(index: number, insertedAt: number): void {
    const chunk = this.#chunks[index] as Chunk<Value>;
    const cut = insertedAt === LONGEST_CHUNK ? LONGEST_CHUNK : LONGEST_CHUNK >> 1;
    this.#chunks.splice(index + 1, 0, { keys: chunk.keys.splice(cut), values: chunk.values.splice(cut) });
  }
}

/** How many of the sorted keys are below `key`: its index, or the index to insert it at. */
function countBelow(keys: readonly bigint[], key: bigint): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as bigint) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function positionOf<Value>(chunk: Chunk<Value>, key: bigint): number {
  const position = countBelow(chunk.keys, key);
  return chunk.keys[position] === key ? position : -1;
}

function entryAt<Value>(chunk: Chunk<Value>, position: number): Entry<Value> | undefined {
  const key = chunk.keys[position];
  return key === undefined ? undefined : [key, chunk.values[position] as Value];
}
