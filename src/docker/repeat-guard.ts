import { InfobloxError } from "../errors.js";
import type { PoolOrder } from "./pool-order.js";

/** How long a pool counts that the engine neither uses nor releases. */
const memory = 60_000;
/** How many of the next free subnets an engine may turn down. */
const mostRefused = 16;

/** A pool that was asked for; `poolId` once it was given. */
interface Given {
  readonly key: string;
  readonly at: number;
  poolId?: string;
}

/**
 * Keeps an engine from spinning. Docker asks for a pool again, at once and without end, as long as those it gets
 * overlap networks that it has; it keeps them all until one suits. By content such a request is the same as one for
 * another network, so what tells is that the engine takes no address of the pools it got.
 *
 * This is no state that anything depends on: a driver that was restarted counts from nothing.
 */
export class RepeatGuard {
  readonly #now: () => number;
  #given: Given[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Does the work that gives a pool, unless the engine has had enough of the same.
   *
   * @throws {InfobloxError} that says what the engine probably can't use
   */
  async giving<T extends { readonly PoolID: string }>(order: PoolOrder, give: () => Promise<T>): Promise<T> {
    const mine: Given = { key: JSON.stringify(order, plain), at: this.#now() };
    this.#given = this.#given.filter(({ at }) => mine.at - at < memory);
    const same = this.#given.filter(({ key }) => key === mine.key).length;
    const most = isAlwaysTheSame(order) ? 1 : mostRefused;
    if (same >= most) throw refusal(order, same);
    this.#given.push(mine);
    try {
      const answer = await give();
      mine.poolId = answer.PoolID;
      return answer;
    } catch (error) {
      this.#given = this.#given.filter((one) => one !== mine);
      throw error;
    }
  }

  /** The engine uses the pool, or has given it back. */
  settled(poolId: string): void {
    this.#given = this.#given.filter((one) => one.poolId !== poolId);
  }
}

function isAlwaysTheSame({ place, networkName }: PoolOrder): boolean {
  return place.kind === "named" || networkName !== undefined;
}

function refusal({ place, networkName }: PoolOrder, times: number): InfobloxError {
  if (networkName !== undefined) {
    return new InfobloxError(
      `This engine can't use the shared subnet of network-name=${networkName}: it asked for it again without using it.`,
      "ERR_INFOBLOX_DOCKER_REPEATED",
      { hint: "It has a network on this subnet, or one that overlaps it: see docker network ls." },
    );
  }
  const message =
    place.kind === "named"
      ? "This engine has asked for that subnet just now, and neither used nor released it."
      : `This engine has turned down ${times} subnets in a row: they overlap networks that it has.`;
  const hint =
    place.kind === "named"
      ? "Does it have a network on this subnet already? See docker network ls, or try again in a minute."
      : "Name a subnet with --subnet, or configure containers that don't overlap the engine's other networks.";
  return new InfobloxError(message, "ERR_INFOBLOX_DOCKER_REPEATED", { hint });
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
