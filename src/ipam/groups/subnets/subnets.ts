import type { Subnet } from "../../results.js";
import type { IpamSettings } from "../../settings.js";
import type { SharedSubnetRequest } from "./requests.js";
import { ensureShared } from "./shared-subnet.js";

/**
 * More of subnets than taking and giving back: `ipam.subnets`.
 *
 * @example
 * const blue = await ipam.subnets.ensureShared({
 *   sharedBy: { "Network Name": "blue" },
 *   from: "10.0.0.0/16",
 *   prefixLength: 24,
 * });
 */
export class Subnets {
  readonly #settings: IpamSettings;

  /** Made by `Ipam`: see `ipam.subnets`. */
  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * The subnet that has these attributes, or a new one that gets them: for callers on many machines that mean the same
   * subnet, and know it by a name. However many ask at the same moment, one subnet is made, and all get it; the one
   * that made it sees `created: true`. What is found is given as it is, whatever size it has.
   *
   * Two requests; one more for each time that another caller comes between. An answer that is lost is no harm: the
   * subnet is looked for again.
   *
   * WAPI: searches `network` (`ipv6network`), and creates it in one `request` with a search that fails where another
   * has the same attributes.
   *
   * @throws {PoolExhaustedError} where there is none, and no source has room
   * @throws {AmbiguousTargetError} where several have the attributes already
   * @throws {ConflictError} where `cidr` is named, and the shared subnet is another
   * @throws {NotFoundError} where the grid has no such container or network view
   * @throws {InvalidRequestError} where the request is wrong; `gateway: "last"` needs `cidr`
   * @example
   * const { cidr, gateway, created } = await ipam.subnets.ensureShared({
   *   sharedBy: { "Network Name": "blue" },
   *   from: ["10.0.0.0/16", "10.1.0.0/16"],
   *   prefixLength: 24,
   *   gateway: "first",
   * });
   */
  async ensureShared(request: SharedSubnetRequest): Promise<Subnet> {
    return ensureShared(this.#settings, request);
  }
}
