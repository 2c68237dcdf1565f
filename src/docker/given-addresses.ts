import type { Endpoint } from "./endpoints.js";
import type { Pool } from "./pool-id.js";

/**
 * Which containers have addresses from this process: engines tell two containers of one MAC apart no other way. A driver
 * that was restarted knows none of them, and takes the same MAC for the same container, as after a lost answer.
 */
export class GivenAddresses {
  /** By pool and address. */
  readonly #given = new Map<string, Endpoint>();

  note(pool: Pool, ip: string, endpoint: Endpoint): void {
    this.#given.set(keyOf(pool, ip), endpoint);
  }

  forget(pool: Pool, ip: string): void {
    this.#given.delete(keyOf(pool, ip));
  }

  forgetPool(pool: Pool): void {
    for (const key of this.#given.keys()) if (key.startsWith(keyOf(pool, ""))) this.#given.delete(key);
  }

  hasMac(pool: Pool, mac: string | undefined): boolean {
    if (mac === undefined) return false;
    return [...this.#given].some(([key, one]) => one.mac === mac && key.startsWith(keyOf(pool, "")));
  }
}

function keyOf({ engine, id }: Pool, ip: string): string {
  return `${engine}/${id}/${ip}`;
}
