import { checkObject } from "../errors.js";
import { WapiClient } from "../wapi/client.js";
import type { WapiClientOptions } from "../wapi/options.js";
import { releaseAddress } from "./addresses/address-release.js";
import { findAddresses } from "./addresses/address-search.js";
import { requestAddress } from "./addresses/request-address.js";
import type {
  AddressQuery,
  AddressReleaseOptions,
  AddressRequest,
  AddressTarget,
} from "./addresses/requests.js";
import type { Chunks } from "./bulk/chunks.js";
import { releaseMany, releaseManyInChunks } from "./bulk/release-many.js";
import { requestAddresses, requestAddressesInChunks } from "./bulk/request-addresses.js";
import { requestSubnets, requestSubnetsInChunks } from "./bulk/request-subnets.js";
import type {
  AddressesInChunksRequest,
  AddressesRequest,
  ManyToRelease,
  ReleaseManyOptions,
  SubnetsInChunksRequest,
  SubnetsRequest,
} from "./bulk/requests.js";
import { Capacity } from "./capacity/capacity.js";
import type { UtilizationOptions, UtilizationTarget } from "./capacity/requests.js";
import { utilization } from "./capacity/utilization.js";
import { Dns } from "./dns/dns.js";
import type {
  DesiredFixedAddress,
  DesiredHost,
  DesiredState,
  DesiredSubnet,
  Ensured,
  EnsuredOne,
  EnsureOneOptions,
  EnsureOptions,
} from "./ensure/description.js";
import { ensure } from "./ensure/ensure.js";
import { ensured, ensuredOne } from "./ensure/happenings.js";
import { ensureOne } from "./ensure/single.js";
import { Hosts } from "./hosts/hosts.js";
import { Inventory } from "./inventory/inventory.js";
import type { InventoryOptions, WatchOptions } from "./inventory/requests.js";
import { Watch } from "./inventory/watch.js";
import { type LookupOptions, lookup } from "./lookup/lookup.js";
import { map } from "./map/address-map.js";
import type { AddressMap } from "./map/map-results.js";
import type { MapOptions, MapSource } from "./map/requests.js";
import type {
  Address,
  AddressDetails,
  Container,
  ManyReleased,
  NetworkView,
  Release,
  ReleasedOne,
  Subnet,
  Utilization,
} from "./objects/results.js";
import { Plan } from "./plan/plan.js";
import type { PlanOptions } from "./plan/requests.js";
import { type ProbeOptions, probe } from "./probe/probe.js";
import type { GridProfile } from "./profile/profile.js";
import { Ranges } from "./ranges/ranges.js";
import type { Abortable } from "./requests/requests.js";
import type { Sources } from "./requests/sources.js";
import { Services } from "./services/services.js";
import {
  changed,
  given,
  type IpamEventName,
  type IpamListener,
  released,
  releasedOne,
} from "./settings/events.js";
import { divided, type IpamOptions, type IpamSettings, ipamSettings } from "./settings/settings.js";
import { type Setup, type SetupOptions, setup } from "./setup.js";
import { peekAddresses, peekSubnets } from "./sources/peek.js";
import type { PeekOptions, PeekSubnets } from "./sources/requests.js";
import { ensureContainer, ensureNetworkView } from "./subnets/containers.js";
import { requestSubnet } from "./subnets/request-subnet.js";
import type {
  ContainerRequest,
  SubnetQuery,
  SubnetReleaseOptions,
  SubnetRequest,
  SubnetTarget,
} from "./subnets/requests.js";
import { releaseSubnet } from "./subnets/subnet-release.js";
import { findSubnets } from "./subnets/subnet-search.js";
import { Subnets } from "./subnets/subnets.js";
import { type Audit, audit } from "./upkeep/audit.js";
import { type Collected, collect, collected } from "./upkeep/collect.js";
import { renew } from "./upkeep/renew.js";
import type { AuditOptions, CollectOptions, RenewOptions } from "./upkeep/requests.js";

/**
 * Takes subnets and addresses from a grid, and releases them.
 *
 * Every allocation is one atomic create on the grid: the grid chooses and creates in one step, so that two callers never
 * get the same address. Every result shows what the grid holds. Every call accepts a `signal`, and checks its request
 * before it sends anything.
 *
 * @example
 * await using ipam = new Ipam({ url: "https://grid.example.com", username: "automation", password });
 * const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gateway: "first" });
 * const web = await ipam.requestAddress({ from: subnet, name: "web-1.example.com" });
 * await ipam.releaseAddress(web);
 * await ipam.releaseSubnet(subnet);
 */
export class Ipam {
  readonly #settings: IpamSettings;
  /** For calls that only read: if the client reads from candidates, their answers may be slightly old. */
  readonly #reading: IpamSettings;
  /** The client that this object made, and has to close. */
  readonly #own: WapiClient | undefined;

  /** Free space in containers, and forecasts. */
  readonly capacity: Capacity;
  /** DNS records of addresses without a host record, and zones. */
  readonly dns: Dns;
  /** Host records: finds them, and changes their addresses, names and clients. */
  readonly hosts: Hosts;
  /** Ranges of addresses in subnets: served by DHCP, or reserved. */
  readonly ranges: Ranges;
  /** DNS and DHCP services: restarts them, and tells whether a restart is pending. */
  readonly services: Services;
  /** More for subnets: shares, splits, joins and resizes them; changes DHCP settings, gateways and VLANs. */
  readonly subnets: Subnets;

  /**
   * @param wapi - the client to use; the caller closes it
   * @throws {InvalidRequestError} if an option is wrong
   * @example
   * const ipam = new Ipam(wapi, { networkView: "default", owner: "platform-team" });
   */
  constructor(wapi: WapiClient, options?: IpamOptions);
  /** Makes its own client, which {@link Ipam.close} closes. */
  constructor(options?: WapiClientOptions & IpamOptions);
  constructor(first: WapiClient | (WapiClientOptions & IpamOptions) = {}, second: IpamOptions = {}) {
    checkObject(
      "options",
      first,
      { url: "https://grid.example.com" },
      "a WapiClient or an object of options",
    );
    let [wapi, options] = [first, second];
    if (!isClient(wapi)) {
      const own = divided(wapi);
      options = own.options;
      wapi = new WapiClient(own.connection);
      this.#own = wapi;
    }
    // A read that decides about a write must not be old: it goes to the master.
    this.#settings = ipamSettings(wapi.readingFromMaster?.() ?? wapi, options);
    this.#reading = { ...this.#settings, wapi };
    this.capacity = new Capacity(this.#reading);
    this.dns = new Dns(this.#settings);
    this.hosts = new Hosts(this.#settings);
    this.ranges = new Ranges(this.#settings);
    this.services = new Services(this.#settings);
    this.subnets = new Subnets(this.#settings);
  }

  /**
   * Takes a subnet: the next free subnet of a size, or the subnet with a given CIDR. Sends one request, and one more for
   * the next free subnet with `gateway: "last"`.
   *
   * A source may itself be a subnet if no address in it is in use: with its first subnet it becomes a container.
   *
   * WAPI: creates a `network` (`ipv6network`) with an in-body `next_available_network`, and the `fixedaddress`
   * (`ipv6fixedaddress`) of the gateway in the same `request`.
   *
   * @throws {PoolExhaustedError} if no source has room; says which sources were tried, and which sizes are free
   * @throws {SubnetInUseError} if a source is a subnet with addresses in use
   * @throws {ConflictError} if the given CIDR exists, or overlaps another subnet
   * @throws {NotFoundError} if the grid has no such container or network view, or a query fits nothing
   * @throws {RequestMismatchError} if an earlier request with this id asked for something else
   * @throws {UncertainWriteError} if an answer was lost, and the library cannot find out whether the subnet was created
   * @throws {InvalidRequestError} if the request is wrong
   * @example
   * const subnet = await ipam.requestSubnet({
   *   from: ["10.0.0.0/16", "10.1.0.0/16"],
   *   prefixLength: 24,
   *   exclude: ["10.0.0.0/24"],
   *   gateway: "first",
   *   extattrs: { Site: "Paris" },
   *   requestId: "deploy-42/blue",
   * });
   * console.log(subnet.cidr, subnet.gateway);
   */
  async requestSubnet(request: SubnetRequest): Promise<Subnet> {
    const work = () => requestSubnet(this.#settings, request);
    return this.#settings.events.during("requestSubnet", request, work, given);
  }

  /**
   * Takes an address: the next free address of a subnet or range, or a given address. Creates a host record (with a
   * `name`), a fixed address (with a `mac` or `duid`), or a reservation. Sends one request.
   *
   * The next free address never lies in a DHCP range, unless the range itself is the source. A CIDR or range without an
   * object of its own on the grid is served from the subnet around it, with two more requests.
   *
   * WAPI: creates a `record:host`, `fixedaddress` or `ipv6fixedaddress` with an in-body `next_available_ip`.
   *
   * @throws {PoolExhaustedError} if no source has a free address
   * @throws {ConflictError} if the given address is in use, the name is taken, or the source is a container
   * @throws {NotFoundError} if the grid has no such subnet or view, a query fits nothing, the given address lies in no
   *   subnet, or the name lies in no zone (the error names the zone)
   * @throws {RequestMismatchError} if an earlier request with this id asked for something else
   * @throws {UncertainWriteError} if an answer was lost, and the library cannot find out whether the address was taken
   * @throws {InvalidRequestError} if the request is wrong
   * @example
   * const web = await ipam.requestAddress({ from: subnet, name: "web-1.example.com", requestId: "deploy-42/web-1" });
   * const lamp = await ipam.requestAddress({ from: subnet, name: "lamp in the hall", dns: false });
   * const printer = await ipam.requestAddress({ from: "10.0.7.0/24", mac: "02:42:ac:11:00:02" });
   * const spare = await ipam.requestAddress({ ip: "10.0.7.9", comment: "kept free" });
   * const both = await ipam.requestAddress({ from: { ipv4: "10.0.7.0/24", ipv6: "2001:db8::/64" }, name: "db.example.com" });
   */
  async requestAddress(request: AddressRequest): Promise<Address> {
    const work = () => requestAddress(this.#settings, request);
    return this.#settings.events.during("requestAddress", request, work, given);
  }

  /**
   * Takes many addresses, a hundred with each request: hosts if there are names, else reservations.
   *
   * With a `requestId`, a repeated call from any machine continues where the last one stopped, and returns all
   * addresses. Each address has its own request id with its index, `deploy-42/workers/0` and so on, and can be released
   * or renewed by it.
   *
   * WAPI: creates `record:host`, `fixedaddress` or `ipv6fixedaddress` with in-body `next_available_ip`, in `request`
   * objects.
   *
   * @throws {PoolExhaustedError} if there are not enough addresses. This and every other error lists the addresses that
   *   were taken in `partial`; with `allOrNothing` they are released
   * @throws {RequestMismatchError} if an earlier request with this id asked for something else
   * @example
   * const addresses = await ipam.requestAddresses({
   *   from: subnet,
   *   count: 200,
   *   name: (index) => `worker-${index}.example.com`,
   *   onProgress: ({ done, total }) => console.log(`${done} of ${total}`),
   * });
   */
  async requestAddresses(request: AddressesRequest): Promise<Address[]> {
    const work = () => requestAddresses(this.#settings, request);
    return this.#settings.events.during("requestAddresses", request, work, (all) => all.flatMap(given));
  }

  /**
   * Takes many addresses for a loop: takes the next hundred when the loop has used the last hundred, and keeps no more
   * in memory. If the loop ends early, no more are taken; {@link Chunks} tells how to continue, and which addresses were
   * taken but not yet delivered.
   *
   * @example
   * const request = { from: subnet, count: 10_000, requestId: "deploy-42/workers" };
   * for await (const address of ipam.requestAddressesInChunks(request)) await store.insert(address.ip);
   */
  requestAddressesInChunks(request: AddressesInChunksRequest): Chunks<Address> {
    const chunks = requestAddressesInChunks(this.#settings, request);
    return this.#settings.events.duringChunks("requestAddressesInChunks", request, chunks, given);
  }

  /**
   * Takes many subnets of one size, a hundred with each request. `requestId` works as in {@link Ipam.requestAddresses}.
   *
   * WAPI: creates `network` (`ipv6network`) with in-body `next_available_network`, in `request` objects.
   *
   * @throws {PoolExhaustedError} if there are not enough subnets. This and every other error lists the subnets that were
   *   taken in `partial`; with `allOrNothing` they are released
   * @throws {NotFoundError} if the grid has no such container
   * @example
   * const subnets = await ipam.requestSubnets({ from: "10.0.0.0/8", prefixLength: 24, count: 500 });
   */
  async requestSubnets(request: SubnetsRequest): Promise<Subnet[]> {
    const work = () => requestSubnets(this.#settings, request);
    return this.#settings.events.during("requestSubnets", request, work, (all) => all.flatMap(given));
  }

  /**
   * Takes many subnets for a loop, as {@link Ipam.requestAddressesInChunks} does addresses.
   *
   * @example
   * const request = { from: "10.0.0.0/8", prefixLength: 24, count: 500, requestId: "deploy-42/racks" };
   * for await (const subnet of ipam.requestSubnetsInChunks(request)) console.log(subnet.cidr);
   */
  requestSubnetsInChunks(request: SubnetsInChunksRequest): Chunks<Subnet> {
    const chunks = requestSubnetsInChunks(this.#settings, request);
    return this.#settings.events.duringChunks("requestSubnetsInChunks", request, chunks, given);
  }

  /**
   * Releases many addresses and subnets, a hundred with each request. A target is a result of this API or a reference,
   * and may come from an iterator; at most a hundred are in memory. A target that is gone already is no error. Subnets
   * take one more request for each hundred (two more if some of them were resized or are gone), and are released last in each hundred: put a subnet after its addresses.
   *
   * WAPI: deletes `record:host`, `fixedaddress`, `network` and their IPv6 types in `request` objects.
   *
   * @throws {SubnetInUseError} if addresses of a subnet are in use
   * @throws {OwnershipError} if an object belongs to another owner, without `force`. This and every other error lists
   *   the references of released objects in `partial`; a repeated call continues where the last one stopped
   * @example
   * const { released, gone } = await ipam.releaseMany(addresses, { onProgress: ({ done }) => console.log(done) });
   */
  async releaseMany(targets: ManyToRelease, options: ReleaseManyOptions = {}): Promise<ManyReleased> {
    return releaseMany(this.#settings, targets, options);
  }

  /**
   * Releases many addresses and subnets for a loop, which receives the outcome of each. Releases the next hundred when
   * the loop has seen the last hundred. If the loop ends early, no more are released.
   *
   * @example
   * for await (const { ref, reason } of ipam.releaseManyInChunks(addresses)) console.log(ref, reason);
   */
  releaseManyInChunks(targets: ManyToRelease, options: ReleaseManyOptions = {}): Chunks<ReleasedOne> {
    const chunks = releaseManyInChunks(this.#settings, targets, options);
    return this.#settings.events.duringChunks("releaseManyInChunks", options, chunks, releasedOne);
  }

  /**
   * Starts a plan: its `apply` sends many steps together. A step can use the result of an earlier step. Results have the
   * names of their steps.
   *
   * WAPI: one `request` object if WAPI can express the plan in one.
   *
   * @example
   * const plan = ipam
   *   .plan({ requestId: "deploy-42" })
   *   .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
   *   .address("web", { from: { subnet: "blue" }, name: "web-1.example.com" });
   * console.log(plan.preview().text);
   * const { blue, web } = await plan.apply();
   */
  plan(options: PlanOptions = {}): Plan<Record<never, never>> {
    return new Plan(this.#settings, options, []);
  }

  /**
   * Makes the grid fit a description: creates missing objects, changes objects that differ, and reports both. A second
   * call changes nothing. Objects and fields outside of the description are not changed. With `prune`, objects of the
   * owner of this `Ipam` that are not described are deleted.
   *
   * Sends one request to read each hundred entries, a plan for the changes (see {@link Ipam.plan}), and one request to
   * read the changed objects.
   *
   * @param desired - plain data, for example from JSON or YAML
   * @throws {InvalidRequestError} if the description is wrong; names the path: `subnets[0].prefixLength`
   * @throws {AmbiguousTargetError} if an entry fits several objects
   * @throws {SubnetInUseError} if a subnet to prune has addresses in use
   * @example
   * const { created, updated, objects } = await ipam.ensure({
   *   containers: [{ cidr: "10.0.0.0/16", extattrs: { Site: "Paris" } }],
   *   subnets: [{ name: "blue", from: "10.0.0.0/16", prefixLength: 24, gateway: "first" }],
   *   hosts: [{ name: "web-1.example.com", from: { subnet: "blue" } }],
   * });
   */
  async ensure(desired: DesiredState, options: EnsureOptions = {}): Promise<Ensured> {
    const work = () => ensure(this.#settings, desired, options);
    return this.#settings.events.during("ensure", options, work, ensured(options));
  }

  /**
   * Creates a subnet, or changes the existing subnet where it differs from the description.
   *
   * @throws the errors of {@link Ipam.ensure}
   * @example
   * const { object: subnet, created } = await ipam.ensureSubnet({ cidr: "10.0.7.0/24", comment: "blue", gateway: "first" });
   */
  async ensureSubnet(desired: DesiredSubnet, options: EnsureOneOptions = {}): Promise<EnsuredOne<Subnet>> {
    const work = (): Promise<EnsuredOne<Subnet>> => ensureOne(this.#settings, "subnets", desired, options);
    return this.#settings.events.during("ensureSubnet", desired, work, ensuredOne(options));
  }

  /**
   * Creates a host, or changes the existing host of this name where it differs from the description.
   *
   * @throws the errors of {@link Ipam.ensure}
   * @example
   * const { object: web, differences } = await ipam.ensureHost({ name: "web-1.example.com", from: "10.0.7.0/24" });
   */
  async ensureHost(desired: DesiredHost, options: EnsureOneOptions = {}): Promise<EnsuredOne<Address>> {
    const work = (): Promise<EnsuredOne<Address>> => ensureOne(this.#settings, "hosts", desired, options);
    return this.#settings.events.during("ensureHost", desired, work, ensuredOne(options));
  }

  /**
   * Creates a fixed address (with a `mac` or `duid`) or a reservation, or changes the existing one where it differs from
   * the description. Finds it by its IP; with `from`, by its name.
   *
   * @throws the errors of {@link Ipam.ensure}
   * @example
   * const { object: printer } = await ipam.ensureAddress({ ip: "10.0.7.9", mac: "02:42:ac:11:00:02" });
   */
  async ensureAddress(
    desired: DesiredFixedAddress,
    options: EnsureOneOptions = {},
  ): Promise<EnsuredOne<Address>> {
    const isReserved = Object(desired).mac === undefined && Object(desired).duid === undefined;
    const kind = isReserved ? "reservations" : "fixedAddresses";
    const work = (): Promise<EnsuredOne<Address>> => ensureOne(this.#settings, kind, desired, options);
    return this.#settings.events.during("ensureAddress", desired, work, ensuredOne(options));
  }

  /**
   * Releases an address. A result, reference, name or request id names the whole object. An IP names one address: of a
   * host with several addresses, only this one is removed. If the object is gone, or the address of a result now belongs
   * to another object, the call succeeds: `released` is false and `reason` is `"gone"`.
   *
   * Sends one request for a result or reference, two for an IP, name or request id. If the `Ipam` has an owner, a
   * reference takes one more.
   *
   * WAPI: deletes the `record:host`, `fixedaddress` or `ipv6fixedaddress`, or removes the address from the host.
   *
   * @throws {AmbiguousTargetError} if several objects fit; nothing was released
   * @throws {OwnershipError} if it belongs to another owner, without `force`
   * @throws {ConflictError} if another object holds the address, such as a DNS record
   * @example
   * await ipam.releaseAddress(web);
   * await ipam.releaseAddress("10.0.7.9");
   * const { released } = await ipam.releaseAddress({ requestId: "deploy-42/web-1" });
   */
  async releaseAddress(target: AddressTarget, options: AddressReleaseOptions = {}): Promise<Release> {
    const work = () => releaseAddress(this.#settings, target, options);
    return this.#settings.events.during("releaseAddress", options, work, released(target));
  }

  /**
   * Releases a subnet if no address in it is in use. A gateway that this library reserved is released with it. With
   * `cascade`, fixed addresses, reservations, ranges and hosts in the subnet are released too; a host with addresses
   * elsewhere only loses its addresses in the subnet. DNS records other than hosts stay.
   *
   * Sends two requests: one to read, one to delete. With `cascade`, two more for each hundred hosts.
   *
   * WAPI: deletes the `network` or `ipv6network`.
   *
   * @throws {SubnetInUseError} if addresses are in use, without `cascade`; names some of them
   * @throws {OwnershipError} if it belongs to another owner, without `force`
   * @throws {ConflictError} if it was split since, and so is a container
   * @example
   * await ipam.releaseSubnet(subnet);
   * await ipam.releaseSubnet("10.0.7.0/24", { cascade: true });
   */
  async releaseSubnet(target: SubnetTarget, options: SubnetReleaseOptions = {}): Promise<Release> {
    const work = () => releaseSubnet(this.#settings, target, options);
    return this.#settings.events.during("releaseSubnet", options, work, released(target));
  }

  /**
   * Reads everything that the grid knows about an address. Sends two requests, or one if the address lies in no subnet.
   *
   * WAPI: searches `ipv4address` (`ipv6address`), `network`, `record:host` and `fixedaddress` in one `request`.
   *
   * @throws {NotFoundError} if the network view does not exist
   * @example
   * const { status, names, mac, subnet, container } = await ipam.lookup("10.0.7.5");
   */
  async lookup(ip: string, options: LookupOptions = {}): Promise<AddressDetails> {
    return lookup(this.#reading, ip, options);
  }

  /**
   * Counts how full a subnet, a container or a network view is. Does not use the grid's own percentage, which the grid
   * updates only from time to time.
   *
   * WAPI: searches `ipv4address` (`ipv6address`) for a subnet, `network` and `networkcontainer` for the others.
   *
   * @throws {NotFoundError} if the grid has no such subnet or container
   * @example
   * const { total, used, free, percent } = await ipam.utilization(subnet);
   * const { largestFree } = await ipam.utilization("10.0.0.0/16");
   * const { subnets } = await ipam.utilization({ networkView: "default" });
   */
  async utilization(target: UtilizationTarget, options: UtilizationOptions = {}): Promise<Utilization> {
    return utilization(this.#reading, target, options);
  }

  /**
   * Reads what lies in containers, subnets or a network view: subnets with their utilization, ranges, addresses, and the
   * free blocks between them. Returns plain data, which `renderMap` draws.
   *
   * Sends one request for each thousand containers, subnets and ranges; with addresses, two more for each 25 subnets.
   *
   * WAPI: searches `networkcontainer`, `network` and `range`, and `ipv4address` with `fixedaddress` (or their IPv6
   * types).
   *
   * @throws {NotFoundError} if the grid has nothing there
   * @example
   * const map = await ipam.map("10.0.0.0/8");
   * await writeFile("map.html", await renderMap(map, { format: "html" }));
   */
  async map(source: MapSource, options: MapOptions = {}): Promise<AddressMap> {
    return map(this.#reading, source, options);
  }

  /**
   * Reads the whole address plan, or a part of it: network and DNS views, zones, containers, subnets, ranges, and one
   * entry for each address with all its objects (hosts, fixed addresses, leases, DNS records). Entries come in the order
   * of their addresses. Memory is limited: rows beyond the limit are sorted in a temporary folder, which only its owner
   * can read, and which is removed at the end.
   *
   * Sends one request for each thousand objects of a type, several types at the same time, and no request for a single
   * object or subnet. `cost()` tells the number of requests. A grid has no snapshots: each entry says when it was read
   * (`readAt`), and has `moved` if the grid changed meanwhile.
   *
   * WAPI: searches `network`, `networkcontainer`, `range`, `fixedaddress` (and their IPv6 types), `record:host`,
   * `lease`, `record:a`, `record:aaaa`, `record:ptr`, `record:cname`, `zone_auth`, `networkview` and `view`, in pages.
   *
   * @throws {NotFoundError} if a network view does not exist; thrown when the loop begins
   * @throws {InvalidRequestError} if the request is wrong; thrown when the loop begins
   * @example
   * for await (const entry of ipam.inventory({ within: "10.0.0.0/8" })) {
   *   if (entry.kind === "address") console.log(entry.ip, entry.kinds, entry.names[0]?.name);
   * }
   * const { requests } = await ipam.inventory().cost();
   */
  inventory(options: InventoryOptions = {}): Inventory {
    return new Inventory(this.#reading, options);
  }

  /**
   * Watches the address plan: reads an inventory at each interval, and yields the differences from the inventory before.
   * The first inventory yields nothing, unless `cursor` names the file of an earlier watch. Runs until the loop ends or
   * `signal` is aborted. A grid has no documented log of changes: a watch does not see an object that was created and
   * deleted between two inventories.
   *
   * Each inventory sends the requests of {@link inventory}.
   *
   * @throws {InvalidRequestError} if the request is wrong
   * @example
   * for await (const { change, entry, since, until } of ipam.watch({ interval: 300_000, cursor: "plan.jsonl", signal })) {
   *   console.log(change, entry.kind, since, until);
   * }
   */
  watch(options: WatchOptions): Watch {
    return new Watch(this.#settings, options);
  }

  /**
   * Finds the hosts, fixed addresses and reservations that fit every field of the query, such as a MAC address, a DUID or
   * a name. For a host found by its client, the result shows the address of this client. Sends one request for each type
   * of object that can fit, and for each thousand objects.
   *
   * WAPI: searches `record:host`, `fixedaddress` and `ipv6fixedaddress`.
   *
   * @throws {InvalidRequestError} if the query is wrong
   * @example
   * const [printer] = await ipam.findAddresses({ mac: "02:42:ac:11:00:02" });
   * const paris = await ipam.findAddresses({ extattrs: { Site: "Paris" } });
   */
  async findAddresses(query: AddressQuery = {}): Promise<Address[]> {
    return findAddresses(this.#reading, query);
  }

  /**
   * Finds the subnets that fit every field of the query; without fields, every subnet of the network view.
   *
   * WAPI: searches `network` and `ipv6network`.
   *
   * @throws {InvalidRequestError} if the query is wrong
   * @example
   * const [subnet] = await ipam.findSubnets({ containing: "10.0.7.5" });
   * const paris = await ipam.findSubnets({ within: "10.0.0.0/8", extattrs: { Site: "Paris" } });
   */
  async findSubnets(query: SubnetQuery = {}): Promise<Subnet[]> {
    return findSubnets(this.#reading, query);
  }

  /**
   * Lists the addresses that `requestAddress` would take next from one or several sources. Reserves nothing: another
   * caller may take them first. Returns fewer than `count` if no more are free.
   *
   * WAPI: calls `next_available_ip`.
   *
   * @throws {NotFoundError} if the grid has no such subnet or range
   * @example
   * const [next] = await ipam.peekAddresses(subnet, 1);
   */
  async peekAddresses(from: Sources, count: number, options: PeekOptions = {}): Promise<string[]> {
    return peekAddresses(this.#settings, from, count, options);
  }

  /**
   * Lists the subnets that `requestSubnet` would take next from one or several sources. Reserves nothing: another caller
   * may take them first. Returns fewer than `count` if no more are free.
   *
   * WAPI: calls `next_available_network`.
   *
   * @throws {NotFoundError} if the grid has no such container
   * @example
   * const candidates = await ipam.peekSubnets("10.0.0.0/16", { prefixLength: 24, count: 3 });
   */
  async peekSubnets(from: Sources, options: PeekSubnets): Promise<string[]> {
    return peekSubnets(this.#settings, from, options);
  }

  /**
   * Finds out how this grid behaves, with about fifty small experiments in a scratch network view. The experiments test,
   * for example, whether a refused `request` leaves nothing behind, whether two requests at the same time see each other,
   * and how soon a search finds a new object. Sends a few hundred requests. Deletes the network view at the end, also
   * after an abort; if the process is killed, the next probe deletes it. The user must be permitted to create and delete
   * network views, but need not be a superuser.
   *
   * WAPI: creates and deletes a `networkview` and objects in it.
   *
   * @throws {ConflictError} if a network view or zone with the scratch name exists that no probe made
   * @throws {InvalidRequestError} if an option is wrong
   * @example
   * const profile = await ipam.probe({ onProgress: ({ done, total }) => console.log(`${done} of ${total}`) });
   * await ipam.setup({ profile }); // kept on the grid, for all clients
   */
  async probe(options: ProbeOptions = {}): Promise<GridProfile> {
    return probe(this.#settings.wapi, options);
  }

  /**
   * Defines the extensible attributes that mark the objects of this `Ipam`, unless they are defined: for request ids,
   * creation tokens, expiries, last changes and the owner (if there is one). A superuser has to do this once.
   *
   * With `profile`, stores on the grid how the grid behaves, in the comments of these definitions. Each client reads it
   * with its first write. If the profile needs places, creates the network view for them: see docs/reliability.md.
   *
   * WAPI: creates `extensibleattributedef`; for a `profile`, updates their comments, and may create a `networkview`.
   *
   * @throws {PermissionDeniedError} if the user may not define attributes; names those that a superuser has to create
   * @example
   * const { created } = await ipam.setup();
   */
  async setup(options: SetupOptions = {}): Promise<Setup> {
    return setup(this.#settings, options);
  }

  /**
   * Sets a new expiry of a subnet or an address, later or earlier than before. An object that expired and was collected
   * cannot be renewed.
   *
   * Sends one request for a result, three for the request id of an address, four for the request id of a subnet, and two
   * for any other target.
   *
   * WAPI: updates the extensible attribute of the `network`, `record:host`, `fixedaddress`, or their IPv6 types.
   *
   * @param target - a result, a reference, a CIDR, an IP, the name of a host, or `{ requestId }`
   * @throws {NotFoundError} if there is no such object
   * @throws {OwnershipError} if it belongs to another owner, without `force`
   * @throws {AmbiguousTargetError} if several objects fit
   * @throws {InvalidRequestError} if the request is wrong, or the grid has no attribute for expiries
   * @example
   * await ipam.renew(subnet, { expiresIn: 7 * 86_400 });
   * const { expiresAt } = await ipam.renew({ requestId: "shop/pull/17" }, { expiresAt: "2026-12-01T00:00:00Z" });
   */
  async renew(target: Subnet, options: RenewOptions): Promise<Subnet>;
  async renew(target: Address, options: RenewOptions): Promise<Address>;
  async renew(target: SubnetTarget | AddressTarget, options: RenewOptions): Promise<Subnet | Address>;
  async renew(target: SubnetTarget | AddressTarget, options: RenewOptions): Promise<Subnet | Address> {
    const work = () => renew(this.#settings, target, options);
    return this.#settings.events.during("renew", target, work, changed());
  }

  /**
   * Lists what the owner of this `Ipam` holds in a network view, and what needs attention: objects without a request id,
   * several objects with one request id, host records without addresses, and expired objects. Changes nothing.
   *
   * Sends one request, and one more for each thousand objects of a type that has a thousand or more.
   *
   * WAPI: searches networks, containers, `record:host` and fixed addresses by the mark of the owner.
   *
   * @throws {InvalidRequestError} if the `Ipam` has no owner, or marks no objects with it
   * @example
   * const { subnets, addresses, duplicates, expired } = await ipam.audit();
   */
  async audit(options: AuditOptions = {}): Promise<Audit> {
    return audit(this.#settings, options);
  }

  /**
   * Releases expired objects of the owner of this `Ipam`: first addresses, then subnets without addresses in use. An
   * object stays if it is renewed before its delete. Run it from time to time, from any number of machines. It compares
   * expiries with the clock of the machine, or with `now`.
   *
   * Sends one request to read, one for each 50 addresses, and two for each subnet.
   *
   * WAPI: deletes `record:host`, `fixedaddress`, `network` and their IPv6 types, each in a `request` with a search for
   * the object by owner and expiry.
   *
   * @throws {InvalidRequestError} if the `Ipam` has no owner, or marks no objects with it. Every later error lists the
   *   released objects in `partial`; a repeated call continues where the last one stopped
   * @example
   * const { released, kept } = await ipam.collect({ dryRun: true });
   * for (const { place, reason } of kept) console.log(place, reason);
   */
  async collect(options: CollectOptions = {}): Promise<Collected> {
    const work = () => collect(this.#settings, options);
    return this.#settings.events.during("collect", options, work, collected);
  }

  /**
   * Returns the container with a CIDR; creates it if there is none. Several callers at the same time get one container.
   *
   * WAPI: finds, else creates a `networkcontainer` (`ipv6networkcontainer`).
   *
   * @throws {ConflictError} if a subnet has this CIDR, or the network view does not exist
   * @throws {InvalidRequestError} if the request is wrong
   * @example
   * const { created } = await ipam.ensureContainer({ cidr: "10.0.0.0/16", comment: "Docker hosts" });
   */
  async ensureContainer(request: ContainerRequest): Promise<Container> {
    const work = () => ensureContainer(this.#settings, request);
    return this.#settings.events.during("ensureContainer", request, work, given);
  }

  /**
   * Returns the network view of a name; creates it if there is none, unless `create` is `false`.
   *
   * WAPI: finds, else creates a `networkview`.
   *
   * @throws {NotFoundError} if there is none, with `create: false`
   * @throws {PermissionDeniedError} if the user may not create network views
   * @example
   * const { created } = await ipam.ensureNetworkView("docker");
   */
  async ensureNetworkView(
    name: string,
    options: Abortable & { readonly create?: boolean | undefined } = {},
  ): Promise<NetworkView> {
    const work = () => ensureNetworkView(this.#settings, name, options);
    return this.#settings.events.during("ensureNetworkView", { name }, work, given);
  }

  /**
   * The name of the extensible attribute that holds request ids in the `extattrs` of results. `undefined` if comments
   * hold them.
   */
  get requestIdAttribute(): string | undefined {
    return this.#settings.ownership.requestIdAttribute;
  }

  /**
   * The names of the extensible attributes that mark objects, as `setup` defines them: for request ids, the owner,
   * creation tokens, expiries and last changes. Does not contain the attributes of cloud reports.
   *
   * @example
   * new Ipam({ owner: "ci" }).attributes; // ["Request ID", "Owner", "Request Attempt", "Expires At", "Last Change"]
   */
  get attributes(): readonly string[] {
    return this.#settings.ownership.attributes;
  }

  /**
   * Calls the listener for each event of this `Ipam`, as soon as the event is certain. The listener runs within the call:
   * put long work in a queue. An error of a listener becomes a warning of the process, and the call continues.
   *
   * The diagnostics channels `infoblox-ipam:allocated`, `infoblox-ipam:adopted` and so on carry the same events for all
   * `Ipam` objects of the process.
   *
   * @returns a function that removes the listener
   * @throws {InvalidRequestError} if there is no such event
   * @example
   * ipam.on("allocated", ({ object, requestId }) => console.log("got", object.cidr ?? object.ip, "for", requestId));
   * ipam.on("refused", ({ call, error }) => console.warn(call, error.message));
   */
  on<Name extends IpamEventName>(event: Name, listener: IpamListener<Name>): () => void {
    return this.#settings.events.on(event, listener);
  }

  /** Closes the client that this `Ipam` made. A client that was passed to the constructor stays open. */
  async close(): Promise<void> {
    await this.#own?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Checks for a method, not the class: a client may come from the other module format of the package. */
function isClient(value: WapiClient | WapiClientOptions): value is WapiClient {
  return "batch" in value && typeof value.batch === "function";
}
