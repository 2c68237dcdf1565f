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
    const work = () => ensureShared(this.#settings, request);
    const subnet = await this.#settings.events.during("subnets.ensureShared", request, work, given);
    this.#settings.pools.gained("network");
    return subnet;
  }

  /**
   * Splits a subnet into equal parts, which it then is the container of. What was in it is in the parts. One request
   * by result.
   *
   * WAPI: calls `split_network`.
   *
   * @returns the parts, lowest first
   * @throws {ConflictError} where something would lie in no part, as a range across two
   * @throws {NotFoundError} where there is no such subnet
   * @throws {InvalidRequestError} where the parts would not be smaller
   * @example
   * const parts = await ipam.subnets.split("10.0.7.0/24", { prefixLength: 26 });
   */
  async split(subnet: SubnetToChange, options: SplitOptions): Promise<Subnet[]> {
    const work = () => splitSubnet(this.#settings, subnet, options);
    return this.#settings.events.during("subnets.split", subnet, work, (parts) => parts.flatMap(changed()));
  }

  /**
   * Makes a subnet larger; subnets that lie in it then are joined to it. One request by result; one more for an `Ipam` with an
   * owner, which looks whose these are.
   *
   * WAPI: calls `expand_network`.
   *
   * @throws {ConflictError} where a container, or another's space, is in the way
   * @throws {NotFoundError} where there is no such subnet
   * @throws {OwnershipError} where another owner made one that would be joined, without `force`
   * @example
   * const wider = await ipam.subnets.expand("10.0.6.0/24", { prefixLength: 23 });
   */
  async expand(subnet: SubnetToChange, options: ResizeOptions): Promise<Subnet> {
    const work = () => expandSubnet(this.#settings, subnet, options);
    return this.#settings.events.during("subnets.expand", subnet, work, changed());
  }

  /**
   * Joins subnets that together make up one aligned block: the first is expanded to it. One request by results, each of
   * which must be the very subnet still.
   *
   * WAPI: calls `expand_network`.
   *
   * @throws {InvalidRequestError} where they don't make up one block
   * @throws {ConflictError} where one belongs to a shared network, or has VLANs
   * @throws {OwnershipError} where another owner made one of them, without `force`
   * @example
   * const both = await ipam.subnets.join(["10.0.6.0/24", "10.0.7.0/24"]);
   */
  async join(subnets: readonly SubnetToChange[], options: SubnetChangeOptions = {}): Promise<Subnet> {
    const work = () => joinSubnets(this.#settings, subnets, options);
    return this.#settings.events.during("subnets.join", subnets?.[0], work, changed());
  }

  /**
   * Gives a subnet another size, larger or smaller, without touching what lies in or beside it. IPv4 only: WAPI can't
   * resize IPv6 subnets; expand or split these. One request by result.
   *
   * WAPI: calls `resize`.
   *
   * @throws {ConflictError} where something would be left outside, or another subnet is in the way
   * @throws {InvalidRequestError} where it is an IPv6 subnet
   * @example
   * const half = await ipam.subnets.resize("10.0.7.0/24", { prefixLength: 25 });
   */
  async resize(subnet: SubnetToChange, options: ResizeOptions): Promise<Subnet> {
    const work = () => resizeSubnet(this.#settings, subnet, options);
    return this.#settings.events.during("subnets.resize", subnet, work, changed());
  }

  /**
   * Which members serve a subnet by DHCP, and with which options. Both are changes of the lists on the grid: what isn't
   * named stays, also what others set at the same moment; of two who set the same option the last one wins. `replace`
   * takes out all other options. One request by result; one more for options, which are read first. A subnet that has no
   * options of its own yet has those from above until then.
   *
   * WAPI: updates `members` and `options` of the `network` (`ipv6network`).
   *
   * @throws {NotFoundError} where there is no such subnet or member
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
   * Reserves an address for the gateway, and tells DHCP clients of it (option `routers`). IPv6 has no such option, as
   * routers announce themselves: there the address is reserved alone. A gateway that this library has reserved before
   * moves there. Two requests by result.
   *
   * WAPI: creates a `fixedaddress` (`ipv6fixedaddress`), and updates `options` of the `network`, in one `request`.
   *
   * @param ip - an address of the subnet, `"first"` or `"last"`
   * @throws {ConflictError} where something else has the address
   * @throws {InvalidRequestError} where hosts of the subnet can't have it
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
   * The routers that DHCP clients of the subnet are told of (option `routers`). Empty where it has no such option of its own,
   * and for IPv6, whose routers announce themselves. One request by result, else two.
   *
   * WAPI: reads `options` of the `network`.
   *
   * @throws {NotFoundError} where there is no such subnet
   * @example
   * const [router] = await ipam.subnets.routers("10.0.7.0/24");
   */
  async routers(subnet: SubnetToChange, options: SubnetChangeOptions = {}): Promise<readonly string[]> {
    return routersOf(this.#settings, subnet, options);
  }

  /**
   * Assigns a VLAN of a VLAN view: the one with this id, or a new one with the next free id. One request by result.
   *
   * WAPI: creates or searches `vlan`, and updates `vlans+` of the `network` (`ipv6network`).
   *
   * @throws {NotFoundError} where there is no such VLAN view, VLAN or subnet
   * @throws {ConflictError} where the subnet has the VLAN already
   * @example
   * const { id } = await ipam.subnets.assignVlan("10.0.7.0/24", { view: "campus", name: "blue" });
   */
  async assignVlan(subnet: SubnetToChange, vlan: VlanRequest): Promise<AssignedVlan> {
    const work = () => assignVlan(this.#settings, subnet, vlan);
    return this.#settings.events.during("subnets.assignVlan", subnet, work, () => [["changed", subnet]]);
  }

  /**
   * Takes a VLAN off a subnet; the VLAN stays. That the subnet hasn't got it is success. Two requests by result.
   *
   * WAPI: updates `vlans-` of the `network` (`ipv6network`).
   *
   * @throws {NotFoundError} where there is no such subnet
   * @example
   * await ipam.subnets.unassignVlan("10.0.7.0/24", 100);
   */
  async unassignVlan(subnet: SubnetToChange, id: number, options: SubnetChangeOptions = {}): Promise<void> {
    const work = () => unassignVlan(this.#settings, subnet, id, options);
    await this.#settings.events.during("subnets.unassignVlan", subnet, work, changed(subnet));
  }
}
