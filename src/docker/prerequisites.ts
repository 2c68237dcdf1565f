import { type Block, formatBlock } from "../cidr.js";
import { InfobloxError, isInfobloxError } from "../errors.js";
import type { Ipam } from "../ipam/ipam.js";
import type { Abortable } from "../ipam/requests/requests.js";
import { lackingAttribute } from "./cloud-attributes.js";
import type { PoolOrder } from "./pool-order.js";

interface Needed {
  readonly networkView: string;
  readonly containers: readonly Block[];
  /** Whether the network view may be created. Default true. */
  readonly mayCreateView?: boolean | undefined;
}

/**
 * What has to exist before pools are taken: the attribute for request ids, network views, containers. It checks them on
 * first use, so that a driver can start before its grid does, and remembers them.
 */
export class Prerequisites {
  readonly #ipam: Ipam;
  readonly #prepared = new Map<string, Promise<unknown>>();

  constructor(ipam: Ipam) {
    this.#ipam = ipam;
  }

  /** Prepares what the work needs, and runs it. If the prerequisites have gone since, prepares them once more. */
  async during<T>({ networkView, place, mayCreateView }: PoolOrder, work: () => Promise<T>): Promise<T> {
    const needed = { networkView, containers: place.kind === "next" ? place.containers : [], mayCreateView };
    await this.prepare(needed);
    return this.#preparingAgain(needed, work, (error) => isInfobloxError(error, "NotFoundError"));
  }

  /**
   * Runs work in a subnet. If the attribute of request ids has gone since the subnet was taken, defines it once more.
   */
  async inSubnet<T>({ networkView }: Pick<Needed, "networkView">, work: () => Promise<T>): Promise<T> {
    return this.#preparingAgain({ networkView, containers: [] }, work, () => false);
  }

  /** Prepares and repeats if the grid was emptied: a container, a network view, or the attribute of request ids has gone. */
  async #preparingAgain<T>(
    needed: Needed,
    work: () => Promise<T>,
    isGone: (error: unknown) => boolean,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (lackingAttribute(error) === undefined && !isGone(error)) throw error;
      this.#prepared.clear();
      await this.prepare(needed);
      return work();
    }
  }

  async prepare(
    { networkView, containers, mayCreateView = true }: Needed,
    { signal }: Abortable = {},
  ): Promise<void> {
    await this.#once("setup", () => this.#ipam.setup({ signal }));
    await this.#once(`view ${networkView}`, () =>
      this.#ipam.ensureNetworkView(networkView, { signal, create: mayCreateView }).catch((error: unknown) => {
        throw isInfobloxError(error, "NotFoundError") ? unknownView(networkView) : error;
      }),
    );
    for (const container of containers) {
      const cidr = formatBlock(container);
      await this.#once(`container ${cidr} in ${networkView}`, () =>
        this.#ipam.ensureContainer({ cidr, networkView, signal }),
      );
    }
  }

  /** Prepares something once. If that fails, the next call that needs it tries again. */
  async #once(what: string, prepare: () => Promise<unknown>): Promise<void> {
    const running = this.#prepared.get(what) ?? prepare();
    this.#prepared.set(what, running);
    try {
      await running;
    } catch (error) {
      this.#prepared.delete(what);
      throw error;
    }
  }
}

function unknownView(networkView: string): InfobloxError {
  return new InfobloxError(
    `The grid has no network view "${networkView}", which --ipam-opt network-view names.`,
    "ERR_INFOBLOX_DOCKER_UNKNOWN_VIEW",
    { hint: "Name one that the grid has. A driver with create-views creates it." },
  );
}
