import type { Subnet } from "../objects/results.js";
import { changed, given } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { routersOf, setDhcp, setGateway } from "./dhcp.js";
import { expandSubnet, joinSubnets, resizeSubnet, splitSubnet } from "./division.js";
import type {
  AssignedVlan,
  DhcpSettings,
  ResizeOptions,
  SharedSubnetRequest,
  SplitOptions,
  SubnetChangeOptions,
  SubnetToChange,
  VlanRequest,
} from "./requests.js";
import { ensureShared } from "./shared-subnet.js";
import { assignVlan, unassignVlan } from "./vlans.js";

/**
 * Shared subnets, and changes of subnets: `ipam.subnets`. `Ipam.requestSubnet` makes subnets, `Ipam.releaseSubnet` deletes them.
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
   * Returns the subnet with these attributes, or makes one, for callers on many machines that share a subnet by a name. If many call
   * at the same moment, one subnet is made and all get it; only the call that made it has `created: true`. An existing subnet is
   * returned as it is, even if its size differs from the request.
   *
   * It costs two requests, and one more for each time that another call comes in between. If an answer is lost, the call searches
   * for the subnet again.
   *
   * WAPI: searches `network` (`ipv6network`), and creates it in one `request` with a search that fails if another one has the same
   * attributes.
   *
   * @throws {PoolExhaustedError} if there is none, and no source has room
   * @throws {AmbiguousTargetError} if several subnets have the attributes
   * @throws {ConflictError} if `cidr` is given, and the shared subnet has another CIDR
   * @throws {NotFoundError} if the container or the network view does not exist
   * @throws {InvalidRequestError} if a field is not valid; `gateway: "last"` needs `cidr`
   * @example
   * const { cidr, gateway, created } = await ipam.subnets.ensureShared({
   *   sharedBy: { "Network Name": "blue" },
   *   from: ["10.0.0.0/16", "10.1.0.0/16"],
   *   prefixLength: 24,
   *   gateway: "first",
   * });
   */
  async ensureShared(request: SharedSubnetRequest): Promise<Subnet> {
    const work = () => ensureShared(this.#settings, request);
    const subnet = await this.#settings.events.during("subnets.ensureShared", request, work, given);
    this.#settings.pools.gained("network");
    return subnet;
  }

  /**
   * Splits a subnet into equal parts. It becomes their container, and its addresses and ranges lie in the parts. It costs one request
   * for a result.
   *
   * WAPI: calls `split_network`.
   *
   * @returns the parts, lowest first
   * @throws {ConflictError} if an object, such as a range, does not fit into one part
   * @throws {NotFoundError} if the subnet does not exist
   * @throws {InvalidRequestError} if the parts would not be smaller
   * @example
   * const parts = await ipam.subnets.split("10.0.7.0/24", { prefixLength: 26 });
   */
  async split(subnet: SubnetToChange, options: SplitOptions): Promise<Subnet[]> {
    const work = () => splitSubnet(this.#settings, subnet, options);
    return this.#settings.events.during("subnets.split", subnet, work, (parts) => parts.flatMap(changed()));
  }

  /**
   * Makes a subnet larger. Subnets inside the new block are joined to it. It costs one request for a result, and one more if the `Ipam`
   * has an owner, to check the owners of these subnets.
   *
   * WAPI: calls `expand_network`.
   *
   * @returns the subnet after the change; its reference has changed
   * @throws {ConflictError} if a container is in the way, or the new block does not fit into its container
   * @throws {NotFoundError} if the subnet does not exist
   * @throws {OwnershipError} if a subnet that would be joined has another owner, without `force`
   * @example
   * const wider = await ipam.subnets.expand("10.0.6.0/24", { prefixLength: 23 });
   */
  async expand(subnet: SubnetToChange, options: ResizeOptions): Promise<Subnet> {
    const work = () => expandSubnet(this.#settings, subnet, options);
    return this.#settings.events.during("subnets.expand", subnet, work, changed());
  }

  /**
   * Joins subnets that together form one aligned block: the first is expanded to it. It costs one request for results. If one of them
   * was replaced by another subnet meanwhile, nothing is changed.
   *
   * WAPI: calls `expand_network`.
   *
   * @returns the joined subnet
   * @throws {InvalidRequestError} if they do not form one block
   * @throws {ConflictError} if one belongs to a shared network, or has VLANs
   * @throws {OwnershipError} if one of them has another owner, without `force`
   * @example
   * const both = await ipam.subnets.join(["10.0.6.0/24", "10.0.7.0/24"]);
   */
  async join(subnets: readonly SubnetToChange[], options: SubnetChangeOptions = {}): Promise<Subnet> {
    const work = () => joinSubnets(this.#settings, subnets, options);
    return this.#settings.events.during("subnets.join", subnets?.[0], work, changed());
  }

  /**
   * Makes a subnet larger or smaller, and changes no other object. WAPI cannot resize IPv6 subnets; expand or split these. It costs one
   * request for a result.
   *
   * WAPI: calls `resize`.
   *
   * @returns the subnet after the change; its reference has changed
   * @throws {ConflictError} if an object would lie outside, or another subnet is in the way
   * @throws {InvalidRequestError} for an IPv6 subnet
   * @example
   * const half = await ipam.subnets.resize("10.0.7.0/24", { prefixLength: 25 });
   */
  async resize(subnet: SubnetToChange, options: ResizeOptions): Promise<Subnet> {
    const work = () => resizeSubnet(this.#settings, subnet, options);
    return this.#settings.events.during("subnets.resize", subnet, work, changed());
  }

  /**
   * Sets the DHCP members and options of a subnet. It adds to and removes from the lists on the grid, so members and options that are
   * not named stay, also those that others set at the same moment. If two calls set the same option, the last one wins. `replace`
   * removes all other options. It costs one request for a result, and one more for options, which are read first. A subnet without
   * options of its own inherits them; its first own option ends that.
   *
   * WAPI: updates `members` and `options` of the `network` (`ipv6network`).
   *
   * @throws {NotFoundError} if the subnet or a member does not exist
   * @example
   * await ipam.subnets.setDhcp("10.0.7.0/24", {
   *   addMembers: ["dhcp-1.example.com"],
   *   options: [{ name: "domain-name-servers", value: "10.0.0.53" }, { name: "domain-name", value: null }],
   * });
   */
  async setDhcp(subnet: SubnetToChange, settings: DhcpSettings): Promise<Subnet> {
    const work = () => setDhcp(this.#settings, subnet, settings);
    return this.#settings.events.during("subnets.setDhcp", subnet, work, changed());
  }

  /**
   * Reserves an address for the gateway, and sets the DHCP option `routers`. IPv6 has no such option, since routers announce
   * themselves: there the address is only reserved. A gateway that this library has reserved before is moved. It costs two requests
   * for a result.
   *
   * WAPI: creates a `fixedaddress` (`ipv6fixedaddress`), and updates `options` of the `network`, in one `request`.
   *
   * @param ip - an address of the subnet, `"first"` or `"last"`
   * @throws {ConflictError} if another object has the address
   * @throws {InvalidRequestError} if hosts of the subnet cannot have the address
   * @example
   * const { gateway } = await ipam.subnets.setGateway("10.0.7.0/24", "first");
   */
  async setGateway(
    subnet: SubnetToChange,
    ip: "first" | "last" | (string & {}),
    options: SubnetChangeOptions = {},
  ): Promise<Subnet> {
    const work = () => setGateway(this.#settings, subnet, ip, options);
    return this.#settings.events.during("subnets.setGateway", subnet, work, changed());
  }

  /**
   * Reads the DHCP option `routers` of a subnet. The list is empty if the subnet does not have the option itself, and for IPv6, whose
   * routers announce themselves. It costs one request for a result, and two otherwise.
   *
   * WAPI: reads `options` of the `network`.
   *
   * @throws {NotFoundError} if the subnet does not exist
   * @example
   * const [router] = await ipam.subnets.routers("10.0.7.0/24");
   */
  async routers(subnet: SubnetToChange, options: SubnetChangeOptions = {}): Promise<readonly string[]> {
    return routersOf(this.#settings, subnet, options);
  }

  /**
   * Assigns a VLAN of a VLAN view to a subnet: the VLAN with this id, or a new one with the next free id. If the subnet has the
   * VLAN with this id already, that is success. It costs one request for a result, and one more with an id.
   *
   * WAPI: creates or searches `vlan`, and updates `vlans+` of the `network` (`ipv6network`).
   *
   * @throws {NotFoundError} if the VLAN view, the VLAN or the subnet does not exist
   * @example
   * const { id } = await ipam.subnets.assignVlan("10.0.7.0/24", { view: "campus", name: "blue" });
   */
  async assignVlan(subnet: SubnetToChange, vlan: VlanRequest): Promise<AssignedVlan> {
    const work = () => assignVlan(this.#settings, subnet, vlan);
    return this.#settings.events.during("subnets.assignVlan", subnet, work, () => [["changed", subnet]]);
  }

  /**
   * Removes a VLAN from a subnet; the VLAN itself stays. If the subnet does not have it, that is success. It costs two requests for a
   * result.
   *
   * WAPI: updates `vlans-` of the `network` (`ipv6network`).
   *
   * @throws {NotFoundError} if the subnet does not exist
   * @example
   * await ipam.subnets.unassignVlan("10.0.7.0/24", 100);
   */
  async unassignVlan(subnet: SubnetToChange, id: number, options: SubnetChangeOptions = {}): Promise<void> {
    const work = () => unassignVlan(this.#settings, subnet, id, options);
    await this.#settings.events.during("subnets.unassignVlan", subnet, work, changed(subnet));
  }
}
