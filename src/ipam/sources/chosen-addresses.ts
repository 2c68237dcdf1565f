import { formatSpan, parseSpan, type Span } from "../../cidr.js";
import { isInfobloxError } from "../../errors.js";
import type { TakenAddress } from "../engine/intent.js";
import { isExhausted, isRefusal } from "../engine/refusals.js";
import { type AddressSource, namedAs } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { peekAddresses } from "./peek.js";

interface Taker<Key extends object> {
  readonly key: Key;
  readonly source: AddressSource;
  readonly networkView: string;
}

/**
 * Chooses addresses before the request that takes them, on grids where two requests may choose the same one. The places of the
 * addresses then decide which request gets it.
 *
 * WAPI: `next_available_ip` of the source.
 */
export class ChosenAddresses<Key extends object> {
  readonly #settings: IpamSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #chosen = new Map<Key, TakenAddress>();
  /** Addresses that other callers are taking. */
  readonly #passed: Span[] = [];

  constructor(settings: IpamSettings, signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.#signal = signal;
  }

  /**
   * Chooses for takers without an address, with one call per source.
   *
   * @throws the error of the grid if a source has too few: some may come free before the request, and two callers choose one then
   */
  async choose(takers: readonly Taker<Key>[]): Promise<void> {
    const bySource = new Map<string, Taker<Key>[]>();
    for (const taker of takers.filter(({ key }) => !this.#chosen.has(key))) {
      const { target, exclude } = taker.source;
      const key = JSON.stringify([taker.networkView, target.kind, target.text, ...exclude.map(formatSpan)]);
      bySource.set(key, [...(bySource.get(key) ?? []), taker]);
    }
    for (const some of bySource.values()) {
      const [first] = some;
      if (first === undefined) continue;
      const { source, networkView } = first;
      const { family } = source.target;
      const others = [...this.#passed, ...spansOf(this.#chosen.values())].filter(
        (span) => span.family === family,
      );
      const exclude = [...source.exclude, ...others].map(formatSpan);
      const options = { networkView, exclude, signal: this.#signal };
      const ips = await this.#next(source, some.length, options);
      for (const [index, { key }] of some.entries()) {
        const ip = ips[index];
        if (ip !== undefined) this.#chosen.set(key, { networkView, ip });
      }
    }
  }

  /**
   * The next addresses of a source; none if the grid refuses for another reason than that it has too few: then the request itself
   * will fail. A server error is no refusal and is thrown: without a choice of the client, the grid might choose an address that
   * another request gets, too.
   */
  async #next(source: AddressSource, count: number, options: object): Promise<readonly string[]> {
    try {
      return await peekAddresses(this.#settings, namedAs(source.target), count, options, true);
    } catch (error) {
      if (isRefusal(error) && !isExhausted(error) && !isInfobloxError(error, "ServerError")) return [];
      throw error;
    }
  }

  of(key: Key): TakenAddress | undefined {
    return this.#chosen.get(key);
  }

  /** The source with the address that was chosen from it. */
  sourceFor(key: Key, source: AddressSource): AddressSource {
    if (this.#chosen.size === 0 && this.#passed.length === 0) return source;
    const passed = this.#passed.filter(({ family }) => family === source.target.family);
    return { ...source, exclude: [...source.exclude, ...passed], ip: this.#chosen.get(key)?.ip };
  }

  /** Forgets the choices of these takers. Other callers are taking the addresses in `passed`. */
  forget(keys: readonly Key[], passed: readonly TakenAddress[]): void {
    for (const key of keys) this.#chosen.delete(key);
    this.#passed.push(...spansOf(passed));
  }
}

function spansOf(taken: Iterable<TakenAddress>): Span[] {
  return [...taken].flatMap(({ ip }) => parseSpan(ip) ?? []);
}
