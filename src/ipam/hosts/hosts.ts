import { changed } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import type { Host, HostAddress } from "./host.js";
import { addAddress, moveHost, removeAddress, setClient } from "./host-addresses.js";
import { addAliases, removeAliases, renameHost } from "./host-names.js";
import { findHosts } from "./host-search.js";
import type {
  HostAddressRequest,
  HostClientOptions,
  HostMove,
  HostOptions,
  HostQuery,
  HostTarget,
} from "./requests.js";

/**
 * Finds and changes hosts: `ipam.hosts`. `Ipam.requestAddress` makes hosts, `Ipam.releaseAddress` deletes them.
 *
 * Each method changes one property and nothing else, so that it does not undo changes of others: it adds to lists and removes
 * from them, but never writes them back whole. A change costs one request if the host is a result of these methods, and one more
 * otherwise. If the `Ipam` has an owner, a change of another owner's host throws `OwnershipError`, unless `force` is set.
 *
 * @example
 * const [web] = await ipam.hosts.find({ name: "web-1.example.com" });
 * if (web) await ipam.hosts.addAddress(web, { from: "2001:db8:7::/64" });
 */
export class Hosts {
  readonly #settings: IpamSettings;

  /** Made by `Ipam`: see `ipam.hosts`. */
  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * Finds the hosts that match all fields of the query. An empty query finds all hosts of the network view. It costs one request
   * per thousand hosts.
   *
   * WAPI: searches `record:host`.
   *
   * @throws {InvalidRequestError} if the query is not valid
   * @example
   * const [web] = await ipam.hosts.find({ name: "web-1.example.com" });
   * const workers = await ipam.hosts.find({ nameMatches: "^worker-\\d+\\." });
   * const [printer] = await ipam.hosts.find({ mac: "02:42:ac:11:00:02" });
   */
  async find(query: HostQuery = {}): Promise<Host[]> {
    return findHosts(this.#settings, query);
  }

  /**
   * Adds an address to a host: the next free one of a source, or a given `ip`. It may be of the other family, which makes the host
   * dual-stack. With a `mac` (IPv6: a `duid`) DHCP serves it to that client.
   *
   * WAPI: updates the `record:host` with `ipv4addrs+` or `ipv6addrs+` and an in-body `next_available_ip`.
   *
   * @returns the host after the change, and the new address
   * @throws {PoolExhaustedError} if no source has a free address
   * @throws {ConflictError} if the given `ip` is in use
   * @throws {NotFoundError} if the host or the subnet does not exist
   * @throws {AmbiguousTargetError} if several hosts match
   * @example
   * const { address } = await ipam.hosts.addAddress("web-1.example.com", { from: "2001:db8:7::/64" });
   * console.log(address.ip);
   */
  async addAddress(
    host: HostTarget,
    request: HostAddressRequest,
  ): Promise<{ readonly host: Host; readonly address: HostAddress }> {
    const work = () => addAddress(this.#settings, host, request);
    return this.#settings.events.during("hosts.addAddress", request, work, (made) => [
      ["allocated", { ref: made.host.ref, name: made.host.name, ip: made.address.ip }],
    ]);
  }

  /**
   * Removes an address from a host. If the host does not have it, that is success.
   *
   * WAPI: updates the `record:host` with `ipv4addrs-` or `ipv6addrs-`.
   *
   * @returns the host after the change
   * @throws {ConflictError} if it is the host's only address
   * @throws {NotFoundError} if the host does not exist
   * @example
   * await ipam.hosts.removeAddress("web-1.example.com", "10.0.7.5");
   */
  async removeAddress(host: HostTarget, ip: string, options: HostOptions = {}): Promise<Host> {
    const work = () => removeAddress(this.#settings, host, ip, options);
    return this.#settings.events.during("hosts.removeAddress", host, work, ({ ref, name }) => [
      ["released", { ref, name, ip }],
    ]);
  }

  /**
   * Replaces an address of a host: moves the host to another subnet, or to another address of the same subnet. One request adds
   * the new address and removes the old one. MAC or DUID and DHCP options are kept.
   *
   * WAPI: updates the `record:host_ipv4addr` (`record:host_ipv6addr`) with an in-body `next_available_ip`.
   *
   * @returns the host after the change
   * @throws {PoolExhaustedError} if no source has a free address; the host is unchanged
   * @throws {ConflictError} if the given `ip` is in use
   * @throws {AmbiguousTargetError} if the host has several addresses of the family, and `from` names none
   * @throws {NotFoundError} if the host or the subnet does not exist, or the host does not have the address
   * @example
   * await ipam.hosts.move("web-1.example.com", { to: "10.0.8.0/24" });
   */
  async move(host: HostTarget, request: HostMove): Promise<Host> {
    const work = () => moveHost(this.#settings, host, request);
    return this.#settings.events.during("hosts.move", host, work, changed());
  }

  /**
   * Sets the client of an IPv4 address, to which DHCP then serves it. `null` removes the client, and DHCP stops serving it.
   *
   * WAPI: updates the `record:host_ipv4addr`.
   *
   * @returns the host after the change
   * @throws {AmbiguousTargetError} if the host has several IPv4 addresses, and `ip` names none
   * @throws {NotFoundError} if the host does not exist, or does not have the address
   * @example
   * await ipam.hosts.setMac("web-1.example.com", "02:42:ac:11:00:03");
   */
  async setMac(host: HostTarget, mac: string | null, options: HostClientOptions = {}): Promise<Host> {
    const work = () => setClient(this.#settings, host, { mac }, options);
    return this.#settings.events.during("hosts.setMac", host, work, changed());
  }

  /**
   * Sets the client of an IPv6 address, to which DHCP then serves it. `null` removes the client, and DHCP stops serving it.
   *
   * WAPI: updates the `record:host_ipv6addr`.
   *
   * @returns the host after the change
   * @throws {AmbiguousTargetError} if the host has several IPv6 addresses, and `ip` names none
   * @throws {NotFoundError} if the host does not exist, or does not have the address
   * @example
   * await ipam.hosts.setDuid("web-1.example.com", "00:03:00:01:02:42:ac:11:00:03");
   */
  async setDuid(host: HostTarget, duid: string | null, options: HostClientOptions = {}): Promise<Host> {
    const work = () => setClient(this.#settings, host, { duid }, options);
    return this.#settings.events.during("hosts.setDuid", host, work, changed());
  }

  /**
   * Renames a host. Its reference changes with the name: use that of the result.
   *
   * WAPI: updates `name` of the `record:host`.
   *
   * @returns the host after the change
   * @throws {ConflictError} if another record has the name
   * @throws {NotFoundError} if the host does not exist, or its DNS view has no zone for the name; the error names the view
   * @example
   * await ipam.hosts.rename("web-1.example.com", "web-2.example.com");
   */
  async rename(host: HostTarget, name: string, options: HostOptions = {}): Promise<Host> {
    const work = () => renameHost(this.#settings, host, name, options);
    return this.#settings.events.during("hosts.rename", host, work, changed());
  }

  /**
   * Adds names to a host. Names that it has already are skipped.
   *
   * WAPI: updates the `record:host` with `aliases+`.
   *
   * @returns the host after the change
   * @throws {ConflictError} if another record has one of the names
   * @throws {NotFoundError} if the host does not exist, or its DNS view has no zone for a name
   * @example
   * await ipam.hosts.addAliases("web-1.example.com", ["www.example.com"]);
   */
  async addAliases(host: HostTarget, aliases: readonly string[], options: HostOptions = {}): Promise<Host> {
    const work = () => addAliases(this.#settings, host, aliases, options);
    return this.#settings.events.during("hosts.addAliases", host, work, changed());
  }

  /**
   * Removes names from a host. If it does not have them, that is success.
   *
   * WAPI: updates the `record:host` with `aliases-`.
   *
   * @returns the host after the change
   * @throws {NotFoundError} if the host does not exist
   * @example
   * await ipam.hosts.removeAliases("web-1.example.com", ["www.example.com"]);
   */
  async removeAliases(
    host: HostTarget,
    aliases: readonly string[],
    options: HostOptions = {},
  ): Promise<Host> {
    const work = () => removeAliases(this.#settings, host, aliases, options);
    return this.#settings.events.during("hosts.removeAliases", host, work, changed());
  }
}
