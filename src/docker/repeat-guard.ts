import { InfobloxError } from "../errors.js";
import type { PoolOrder } from "./pool-order.js";

/** Milliseconds for which a pool counts that the engine neither uses nor releases. */
const memory = 60_000;
/** How many of the next free subnets an engine may turn down. */
const mostRefused = 16;

/** A requested pool. It has its `poolId` once the driver has answered. */
interface Given {
  readonly key: string;
  readonly at: number;
  poolId?: string;
}

/**
 * Stops an engine that asks without end. If a pool overlaps a network that the engine has, Docker keeps the pool and
 * asks for another at once, until one suits. Such a request looks the same as one for another network. The sign is that
 * the engine takes no address of the pools it got.
 *
 * Nothing depends on this state: a restarted driver counts from zero.
 */
export class RepeatGuard {
  readonly #now: () => number;
  #given: Given[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Runs the work that gives a pool, unless the engine has turned down too many.
   *
   * @throws {InfobloxError} that says which subnet the engine probably can't use
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

  /** The engine uses the pool or has released it. */
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
