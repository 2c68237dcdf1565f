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
 * Host records, found and changed: `ipam.hosts`. `Ipam.requestAddress` makes them, `Ipam.releaseAddress` deletes them.
 *
 * Every change touches one thing and leaves the rest of the host as others may just be changing it: lists are added
 * to and removed from, never written back. A change costs one request where the host is a result of this group, and
 * one more where it is named otherwise. Where the `Ipam` has an owner, hosts of others are refused
 * (`OwnershipError`), unless `force` is set.
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
   * The hosts that fit all of the query; every host of the network view for an empty one. One request for each
   * thousand hosts.
   *
   * WAPI: searches `record:host`.
   *
   * @throws {InvalidRequestError} where the query is wrong
   * @example
   * const [web] = await ipam.hosts.find({ name: "web-1.example.com" });
   * const workers = await ipam.hosts.find({ nameMatches: "^worker-\\d+\\." });
   * const [printer] = await ipam.hosts.find({ mac: "02:42:ac:11:00:02" });
   */
  async find(query: HostQuery = {}): Promise<Host[]> {
    return findHosts(this.#settings, query);
  }

  /**
   * Gives a host one address more: the next free one, or the one that is named; of the other family, too, which makes
   * the host dual-stack. With a `mac` (IPv6: a `duid`) DHCP gives it to that client.
   *
   * WAPI: updates the `record:host` with `ipv4addrs+` or `ipv6addrs+` and an in-body `next_available_ip`.
   *
   * @returns the host as it is now, and the address that it got
   * @throws {PoolExhaustedError} where no source has a free address
   * @throws {ConflictError} where the named address is in use
   * @throws {NotFoundError} where there is no such host or subnet
   * @throws {AmbiguousTargetError} where several hosts fit
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
   * Takes one address off a host. That the host hasn't got it is success.
   *
   * WAPI: updates the `record:host` with `ipv4addrs-` or `ipv6addrs-`.
   *
   * @throws {ConflictError} where it is the only one: a host needs an address
   * @throws {NotFoundError} where there is no such host
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
   * Another address in place of one: the host moves to another subnet, or to another address of the same. The new
   * address comes and the old one goes in one request; MAC or DUID and DHCP options go along.
   *
   * WAPI: updates the `record:host_ipv4addr` (`record:host_ipv6addr`) with an in-body `next_available_ip`.
   *
   * @throws {PoolExhaustedError} where no source has a free address; the host keeps what it has
   * @throws {ConflictError} where the named address is in use
   * @throws {AmbiguousTargetError} where the host has several addresses of the family, and `from` names none
   * @throws {NotFoundError} where there is no such host or subnet, or the host has no such address
   * @example
   * await ipam.hosts.move("web-1.example.com", { to: "10.0.8.0/24" });
   */
  async move(host: HostTarget, request: HostMove): Promise<Host> {
    const work = () => moveHost(this.#settings, host, request);
    return this.#settings.events.during("hosts.move", host, work, changed());
  }

  /**
   * The client of an IPv4 address, which DHCP then gives it to; `null`: no client, and no DHCP.
   *
   * WAPI: updates the `record:host_ipv4addr`.
   *
   * @throws {AmbiguousTargetError} where the host has several IPv4 addresses, and `ip` names none
   * @throws {NotFoundError} where there is no such host, or it has no such address
   * @example
   * await ipam.hosts.setMac("web-1.example.com", "02:42:ac:11:00:03");
   */
  async setMac(host: HostTarget, mac: string | null, options: HostClientOptions = {}): Promise<Host> {
    const work = () => setClient(this.#settings, host, { mac }, options);
    return this.#settings.events.during("hosts.setMac", host, work, changed());
  }

  /**
   * The client of an IPv6 address, which DHCP then gives it to; `null`: no client, and no DHCP.
   *
   * WAPI: updates the `record:host_ipv6addr`.
   *
   * @throws {AmbiguousTargetError} where the host has several IPv6 addresses, and `ip` names none
   * @throws {NotFoundError} where there is no such host, or it has no such address
   * @example
   * await ipam.hosts.setDuid("web-1.example.com", "00:03:00:01:02:42:ac:11:00:03");
   */
  async setDuid(host: HostTarget, duid: string | null, options: HostClientOptions = {}): Promise<Host> {
    const work = () => setClient(this.#settings, host, { duid }, options);
    return this.#settings.events.during("hosts.setDuid", host, work, changed());
  }

  /**
   * Another name for a host. Its reference changes with it: use that of the result.
   *
   * WAPI: updates `name` of the `record:host`.
   *
   * @throws {ConflictError} where the name is taken
   * @throws {NotFoundError} where there is no such host, or no zone for the name in the host's DNS view, which it names
   * @example
   * await ipam.hosts.rename("web-1.example.com", "web-2.example.com");
   */
  async rename(host: HostTarget, name: string, options: HostOptions = {}): Promise<Host> {
    const work = () => renameHost(this.#settings, host, name, options);
    return this.#settings.events.during("hosts.rename", host, work, changed());
  }

  /**
   * More names for a host. Those that it has already are no harm.
   *
   * WAPI: updates the `record:host` with `aliases+`.
   *
   * @throws {ConflictError} where another record has the name
   * @throws {NotFoundError} where there is no such host, or no zone for a name in the host's DNS view
   * @example
   * await ipam.hosts.addAliases("web-1.example.com", ["www.example.com"]);
   */
  async addAliases(host: HostTarget, aliases: readonly string[], options: HostOptions = {}): Promise<Host> {
    const work = () => addAliases(this.#settings, host, aliases, options);
    return this.#settings.events.during("hosts.addAliases", host, work, changed());
  }

  /**
   * Takes names off a host. That it hasn't got them is success.
   *
   * WAPI: updates the `record:host` with `aliases-`.
   *
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
