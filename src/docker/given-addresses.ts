import { formatBlock } from "../cidr.js";
import type { Endpoint } from "./endpoint.js";
import type { Pool } from "./pool-id.js";

/** Milliseconds within which a container that got an address shows in its engine. */
const startsWithin = 60_000;

interface Given extends Endpoint {
  readonly at: number;
}

/**
 * The pools and addresses that this process has given to Docker and not got back. Engines show no other difference
 * between two containers of one MAC. A restarted driver knows none of them: it takes the same MAC for the same
 * container, as after a lost answer.
 */
export class GivenAddresses {
  readonly #now: () => number;
  /** By pool and address. */
  readonly #given = new Map<string, Given>();
  /** By pool: its network view and subnet, and when it was given. */
  readonly #pools = new Map<string, { readonly subnet: string; readonly at: number }>();
  readonly #alone = new Map<string, Promise<unknown>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  note(pool: Pool, ip: string, endpoint: Endpoint): void {
    this.#given.set(keyOf(pool, ip), { ...endpoint, at: this.#now() });
  }

  forget(pool: Pool, ip: string): void {
    this.#given.delete(keyOf(pool, ip));
  }

  notePool(pool: Pool): void {
    this.#pools.set(keyOf(pool, ""), { subnet: subnetKey(pool), at: this.#now() });
  }

  forgetPool(pool: Pool): void {
    this.#pools.delete(keyOf(pool, ""));
    for (const key of this.#given.keys()) if (key.startsWith(keyOf(pool, ""))) this.#given.delete(key);
  }

  hasMac(pool: Pool, mac: string | undefined): boolean {
    if (mac === undefined) return false;
    return [...this.#given].some(([key, one]) => one.mac === mac && key.startsWith(keyOf(pool, "")));
  }

  /**
   * Whether a pool that is not released has the subnet. With `isFresh`, counts only pools that are so new that their
   * network may not show yet.
   */
  hasSubnet(wanted: Pick<Pool, "networkView" | "block">, { isFresh = false } = {}): boolean {
    return [...this.#pools.values()].some(
      ({ subnet, at }) => subnet === subnetKey(wanted) && (!isFresh || this.#now() - at < startsWithin),
    );
  }

  /** Whether the address is so new that its container may not show yet. */
  isFresh(pool: Pool, ip: string): boolean {
    const given = this.#given.get(keyOf(pool, ip));
    return given !== undefined && this.#now() - given.at < startsWithin;
  }

  /** Runs work on an address while no other work runs on it. */
  async alone<T>(pool: Pool, ip: string, work: () => Promise<T>): Promise<T> {
    const key = keyOf(pool, ip);
    const mine = (this.#alone.get(key) ?? Promise.resolve()).then(work, work);
    this.#alone.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#alone.get(key) === mine) this.#alone.delete(key);
    }
  }
}

function subnetKey({ networkView, block }: Pick<Pool, "networkView" | "block">): string {
  return `${networkView} ${formatBlock(block)}`;
}

function keyOf({ engine, id }: Pool, ip: string): string {
  return `${engine}/${id}/${ip}`;
}
