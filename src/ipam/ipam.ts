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
import type { LookupOptions } from "./lookup/lookup.js";
import { lookup } from "./lookup/lookup.js";
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
import { type IpamOptions, type IpamSettings, ipamSettings } from "./settings/settings.js";
import type { SetupOptions } from "./setup.js";
import { type Setup, setup } from "./setup.js";
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
 * Subnets and addresses, taken from a grid and given back.
 *
 * Every allocation is one atomic create on the grid: nothing is asked for first and created then, so that callers
 * can't get in each other's way. Every result says what the grid holds. Every call takes `signal`, and checks its
 * request before anything is sent.
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
  /** For calls that only tell: their answers may be a little old, where the client reads from candidates. */
  readonly #reading: IpamSettings;
  /** The client that this made for itself, and so has to close. */
  readonly #own: WapiClient | undefined;

  /** How much room there is, and what still fits. */
  readonly capacity: Capacity;
  /** DNS records of addresses without a host record, and zones. */
  readonly dns: Dns;
  /** Host records, found and changed: addresses, names, clients. */
  readonly hosts: Hosts;
  /** Ranges of addresses inside subnets: served by DHCP, or reserved. */
  readonly ranges: Ranges;
  /** Restarts of DNS and DHCP services, and whether one is pending. */
  readonly services: Services;
  /** More of subnets: shared ones; split, joined and resized ones; their DHCP settings, gateways and VLANs. */
  readonly subnets: Subnets;

  /**
   * @param wapi - the client to speak through; it stays its owner's to close
   * @throws {InvalidRequestError} where an option is wrong
   * @example
   * const ipam = new Ipam(wapi, { networkView: "default", owner: "platform-team" });
   */
  constructor(wapi: WapiClient, options?: IpamOptions);
  /** With a client of its own, which {@link Ipam.close} closes. */
  constructor(options?: WapiClientOptions & IpamOptions);
  constructor(first: WapiClient | (WapiClientOptions & IpamOptions) = {}, second: IpamOptions = {}) {
    checkObject(
      "options",
      first,
      { url: "https://grid.example.com" },
      "a WapiClient, or an object of options",
    );
    let wapi: WapiClient;
    let options = second;
    if (isClient(first)) {
      wapi = first;
    } else {
      const own = divided(first);
      options = own.options;
      wapi = new WapiClient(own.connection);
      this.#own = wapi;
    }
    // What decides about a write must not be old.
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
   * Takes a subnet: the next free one of a size, or the one that is named. One request; with `gateway: "last"` of a
   * next subnet one more.
   *
   * A source may be a subnet itself as long as nothing in it is in use: its first subnet makes a container of it.
   *
   * WAPI: creates a `network` (`ipv6network`) with an in-body `next_available_network`, and the gateway's
   * `fixedaddress` (`ipv6fixedaddress`) in the same `request`.
   *
   * @throws {PoolExhaustedError} where no source has room; says what was tried, and what is free instead
   * @throws {SubnetInUseError} where a source is a subnet with addresses in use
   * @throws {ConflictError} where the named subnet exists, or overlaps another
   * @throws {NotFoundError} where the grid has no such container or network view, or a query fits nothing
   * @throws {RequestMismatchError} where the request id stands for something else
   * @throws {UncertainWriteError} where an answer was lost, and what became of the request can't be found out
   * @throws {InvalidRequestError} where the request is wrong
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
   * Takes an address: the next free one of a subnet or range, or the one that is named; as a host record (with a
   * `name`), a fixed address (with a `mac` or `duid`), or a reservation. One request.
   *
   * The next free address is never one of a DHCP range, unless the range itself is the source. A CIDR or range that
   * the grid has no object for is taken from the subnet around it, which costs two requests more.
   *
   * WAPI: creates a `record:host`, `fixedaddress` or `ipv6fixedaddress` with an in-body `next_available_ip`.
   *
   * @throws {PoolExhaustedError} where no source has a free address
   * @throws {ConflictError} where the named address is in use, or the name is taken, or the source is a container
   * @throws {NotFoundError} where the grid has no such subnet or view, a query fits nothing, the named address lies in no
   *   subnet, or the name in no zone; names the zone
   * @throws {RequestMismatchError} where the request id stands for something else
   * @throws {UncertainWriteError} where an answer was lost, and what became of the request can't be found out
   * @throws {InvalidRequestError} where the request is wrong
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
   * Takes many addresses, a hundred to a request: hosts where there are names, else reservations.
   *
   * With a `requestId` the same call again, from wherever, goes on where the last one stopped, and gives them all. Each has
   * an id of its own then, by its place: `deploy-42/workers/0` and so on, by which it can be released or renewed alone.
   *
   * @throws {PoolExhaustedError} where there aren't enough. It, and any other error, keeps what was taken as
   *   `partial`; with `allOrNothing` that is given back
   * @throws {RequestMismatchError} where the request id stands for something else
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
   * The same for a loop: each hundred is taken when those before it are used up, and no more are in memory. Leaving the
   * loop takes nothing more; see {@link Chunks} for going on, and for what was taken and not seen.
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
   * Takes many subnets of one size, a hundred to a request. A `requestId` is as for {@link Ipam.requestAddresses}.
   *
   * WAPI: creates `network` (`ipv6network`) with in-body `next_available_network`, in `request` objects.
   *
   * @throws {PoolExhaustedError} where there aren't enough. It, and any other error, keeps what was taken as
   *   `partial`; with `allOrNothing` that is given back
   * @throws {NotFoundError} where the grid has no such container
   * @example
   * const subnets = await ipam.requestSubnets({ from: "10.0.0.0/8", prefixLength: 24, count: 500 });
   */
  async requestSubnets(request: SubnetsRequest): Promise<Subnet[]> {
    const work = () => requestSubnets(this.#settings, request);
    return this.#settings.events.during("requestSubnets", request, work, (all) => all.flatMap(given));
  }

  /**
   * The same for a loop, as {@link Ipam.requestAddressesInChunks}.
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
   * Gives many addresses and subnets back, a hundred to a request: results of this API, or references. Gone already is
   * success. Targets may come one by one, from an iterator; no more than a hundred are held at once. Subnets take one more
   * request for each hundred, to look; of each hundred they come last, so put them behind the addresses in them.
   *
   * WAPI: deletes `record:host`, `fixedaddress`, `network` and their IPv6 kin in `request` objects.
   *
   * @throws {SubnetInUseError} where addresses of a subnet are in use
   * @throws {OwnershipError} where another owner made one, without `force`. It, and any other error, keeps the
   *   references of what was released as `partial`; the same call again goes on where it ended
   * @example
   * const { released, gone } = await ipam.releaseMany(addresses, { onProgress: ({ done }) => console.log(done) });
   */
  async releaseMany(targets: ManyToRelease, options: ReleaseManyOptions = {}): Promise<ManyReleased> {
    return releaseMany(this.#settings, targets, options);
  }

  /**
   * The same for a loop, which hears what became of each. The next hundred are released when it has seen these; leaving the
   * loop releases nothing more.
   *
   * @example
   * for await (const { ref, reason } of ipam.releaseManyInChunks(addresses)) console.log(ref, reason);
   */
  releaseManyInChunks(targets: ManyToRelease, options: ReleaseManyOptions = {}): Chunks<ReleasedOne> {
    const chunks = releaseManyInChunks(this.#settings, targets, options);
    return this.#settings.events.duringChunks("releaseManyInChunks", options, chunks, releasedOne);
  }

  /**
   * Begins a plan: many steps, which are sent together by its `apply`. Later steps can use what earlier ones make, and
   * results come by the names of the steps.
   *
   * WAPI: one `request` object, where it can express the plan.
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
   * Brings the grid to a description: creates what isn't there, changes what is otherwise, and says what it did. Done
   * twice, the second time does nothing. What isn't described is left alone, and so are fields that aren't; with
   * `prune`, what this `Ipam`'s owner has made and nobody describes is deleted.
   *
   * One request to look for each hundred entries; a plan for what has to be done (see {@link Ipam.plan}); one more to
   * read what was changed.
   *
   * @param desired - plain data, as it may come from JSON or YAML
   * @throws {InvalidRequestError} that names the path of what is wrong: `subnets[0].prefixLength`
   * @throws {AmbiguousTargetError} where an entry fits several objects
   * @throws {SubnetInUseError} where a subnet to be pruned has addresses in use
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
   * The subnet as it is described: created, or taken as it is and changed where it differs.
   *
   * @throws what {@link Ipam.ensure} throws
   * @example
   * const { object: subnet, created } = await ipam.ensureSubnet({ cidr: "10.0.7.0/24", comment: "blue", gateway: "first" });
   */
  async ensureSubnet(desired: DesiredSubnet, options: EnsureOneOptions = {}): Promise<EnsuredOne<Subnet>> {
    const work = (): Promise<EnsuredOne<Subnet>> => ensureOne(this.#settings, "subnets", desired, options);
    return this.#settings.events.during("ensureSubnet", desired, work, ensuredOne(options));
  }

  /**
   * The host as it is described, found by its name.
   *
   * @throws what {@link Ipam.ensure} throws
   * @example
   * const { object: web, differences } = await ipam.ensureHost({ name: "web-1.example.com", from: "10.0.7.0/24" });
   */
  async ensureHost(desired: DesiredHost, options: EnsureOneOptions = {}): Promise<EnsuredOne<Address>> {
    const work = (): Promise<EnsuredOne<Address>> => ensureOne(this.#settings, "hosts", desired, options);
    return this.#settings.events.during("ensureHost", desired, work, ensuredOne(options));
  }

  /**
   * The fixed address (with a `mac` or `duid`) or reservation as it is described, found by its IP; with `from` by its name.
   *
   * @throws what {@link Ipam.ensure} throws
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
   * Gives an address back. A result, reference, name or request id stands for the whole object; an IP for one
   * address, and of a host with several only that is removed. That nothing is there is success: `released` is false,
   * `reason` is `"gone"`; so is that somebody else has by now what a result was for.
   *
   * One request by result or reference; two by IP, name or request id. Where the `Ipam` has an owner, a reference
   * costs one more.
   *
   * WAPI: deletes the `record:host`, `fixedaddress` or `ipv6fixedaddress`, or takes the address off the host.
   *
   * @throws {AmbiguousTargetError} where several objects fit; nothing was released
   * @throws {OwnershipError} where another owner made it, without `force`
   * @throws {ConflictError} where something else holds the address, such as a DNS record
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
   * Gives a subnet back, unless addresses in it are in use. Its gateway, where this library reserved it, goes with it.
   * With `cascade` all that is in it goes: fixed addresses, reservations, ranges, and hosts, but for those that have
   * addresses elsewhere, which keep these. DNS records that aren't hosts stay.
   *
   * Two requests: one to look, one to delete. With `cascade` two more for each hundred hosts.
   *
   * WAPI: deletes the `network` or `ipv6network`.
   *
   * @throws {SubnetInUseError} that names addresses in use, without `cascade`
   * @throws {OwnershipError} where another owner made it, without `force`
   * @throws {ConflictError} where it has been divided, and so is a container
   * @example
   * await ipam.releaseSubnet(subnet);
   * await ipam.releaseSubnet("10.0.7.0/24", { cascade: true });
   */
  async releaseSubnet(target: SubnetTarget, options: SubnetReleaseOptions = {}): Promise<Release> {
    const work = () => releaseSubnet(this.#settings, target, options);
    return this.#settings.events.during("releaseSubnet", options, work, released(target));
  }

  /**
   * All that the grid knows about an address, in two requests; in one where it lies in no subnet.
   *
   * WAPI: `ipv4address` (`ipv6address`), `network`, `record:host` and `fixedaddress`, searched in one `request`.
   *
   * @throws {NotFoundError} where the network view doesn't exist
   * @example
   * const { status, names, mac, subnet, container } = await ipam.lookup("10.0.7.5");
   */
  async lookup(ip: string, options: LookupOptions = {}): Promise<AddressDetails> {
    return lookup(this.#reading, ip, options);
  }

  /**
   * How full a subnet, a container or a network view is. Counted, not taken from the grid's own percentage, which it
   * brings up to date now and then.
   *
   * @throws {NotFoundError} where the grid has no such subnet or container
   * @example
   * const { total, used, free, percent } = await ipam.utilization(subnet);
   * const { largestFree } = await ipam.utilization("10.0.0.0/16");
   * const { subnets } = await ipam.utilization({ networkView: "default" });
   */
  async utilization(target: UtilizationTarget, options: UtilizationOptions = {}): Promise<Utilization> {
    return utilization(this.#reading, target, options);
  }

  /**
   * What lies in containers, subnets or a network view: subnets with how full they are, ranges, addresses, and the
   * free blocks between them. Plain data, which `renderMap` draws.
   *
   * Three paged reads, whatever the size; where addresses are read, two requests more for each 25 subnets.
   *
   * WAPI: `networkcontainer`, `network` and `range`, and `ipv4address` with `fixedaddress` (or their IPv6 kin).
   *
   * @throws {NotFoundError} where the grid has nothing there
   * @example
   * const map = await ipam.map("10.0.0.0/8");
   * await writeFile("map.html", await renderMap(map, { format: "html" }));
   */
  async map(source: MapSource, options: MapOptions = {}): Promise<AddressMap> {
    return map(this.#reading, source, options);
  }

  /**
   * The whole address plan, or a part of it: network and DNS views, zones, containers, subnets, ranges, and one entry
   * for each address with all that the grid has on it (hosts, fixed addresses, leases, DNS records). Entries come in
   * order of address. Memory stays bounded: what exceeds a limit is sorted in a temporary folder that only its owner
   * reads and that is removed at the end.
   *
   * One request for each thousand objects of a type, several types at once, and none for single objects or subnets.
   * `cost()` tells how many that will be. A grid has no snapshots: each entry says when it was read (`readAt`), and
   * `moved` where the grid changed meanwhile.
   *
   * WAPI: searches `network`, `networkcontainer`, `range`, `fixedaddress` (and their IPv6 kin), `record:host`, `lease`,
   * `record:a`, `record:aaaa`, `record:ptr`, `record:cname`, `zone_auth`, `networkview` and `view`, in pages.
   *
   * @throws {NotFoundError} where a network view doesn't exist
   * @throws {InvalidRequestError} where the request is wrong; both when the loop begins
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
   * What changes in the address plan: an inventory now and then, and what is different from the one before. The first
   * look yields nothing, unless `cursor` names a file of an earlier watch. Runs until the loop is left or `signal` is
   * aborted. A grid has no documented log of changes: what came and went between two looks isn't seen.
   *
   * Costs of each look: those of {@link inventory}.
   *
   * @throws {InvalidRequestError} where the request is wrong
   * @example
   * for await (const { change, entry, since, until } of ipam.watch({ interval: 300_000, cursor: "plan.jsonl", signal })) {
   *   console.log(change, entry.kind, since, until);
   * }
   */
  watch(options: WatchOptions): Watch {
    return new Watch(this.#settings, options);
  }

  /**
   * The hosts, fixed addresses and reservations that fit all of the query: by MAC, DUID or name, among others. A host
   * that is found by its client is seen from the address of that client. One request for each kind that can fit, and
   * each thousand.
   *
   * WAPI: searches `record:host`, `fixedaddress` and `ipv6fixedaddress`.
   *
   * @throws {InvalidRequestError} where the query is wrong
   * @example
   * const [printer] = await ipam.findAddresses({ mac: "02:42:ac:11:00:02" });
   * const paris = await ipam.findAddresses({ extattrs: { Site: "Paris" } });
   */
  async findAddresses(query: AddressQuery = {}): Promise<Address[]> {
    return findAddresses(this.#reading, query);
  }

  /**
   * The subnets that fit all of the query; every subnet of the network view for an empty one.
   *
   * @throws {InvalidRequestError} where the query is wrong
   * @example
   * const [subnet] = await ipam.findSubnets({ containing: "10.0.7.5" });
   * const paris = await ipam.findSubnets({ within: "10.0.0.0/8", extattrs: { Site: "Paris" } });
   */
  async findSubnets(query: SubnetQuery = {}): Promise<Subnet[]> {
    return findSubnets(this.#reading, query);
  }

  /**
   * The addresses that would come next, from one source or several, as a request takes them. Reserves nothing: by the time
   * they are asked for, others may have them. Fewer than `count` where there are no more.
   *
   * WAPI: calls `next_available_ip`.
   *
   * @throws {NotFoundError} where the grid has no such subnet or range
   * @example
   * const [next] = await ipam.peekAddresses(subnet, 1);
   */
  async peekAddresses(from: Sources, count: number, options: PeekOptions = {}): Promise<string[]> {
    return peekAddresses(this.#settings, from, count, options);
  }

  /**
   * The subnets that would come next, from one source or several. Reserves nothing. Fewer than `count` where there are no more.
   *
   * WAPI: calls `next_available_network`.
   *
   * @throws {NotFoundError} where the grid has no such container
   * @example
   * const candidates = await ipam.peekSubnets("10.0.0.0/16", { prefixLength: 24, count: 3 });
   */
  async peekSubnets(from: Sources, options: PeekSubnets): Promise<string[]> {
    return peekSubnets(this.#settings, from, options);
  }

  /**
   * Finds out what kind of grid this is, by some fifty small experiments in a scratch network view that it makes and
   * deletes: does a refused `request` leave nothing, do two at the same moment see each other, how long until a search
   * finds what was made. A few hundred requests. An interrupted probe deletes its view; one that was killed leaves it to
   * the next. Needs the right to create and delete network views, and no superuser.
   *
   * @throws {ConflictError} where somebody else's network view or zone has the name
   * @throws {InvalidRequestError} where an option is wrong
   * @example
   * const profile = await ipam.probe({ onProgress: ({ done, total }) => console.log(`${done} of ${total}`) });
   * await ipam.setup({ profile }); // kept on the grid, for all clients
   */
  async probe(options: ProbeOptions = {}): Promise<GridProfile> {
    return probe(this.#settings.wapi, options);
  }

  /**
   * Defines the extensible attributes that mark this `Ipam`'s objects (request ids, creation tokens, when they expire, their
   * last change and, where there is an owner, the owner), unless they are defined. Needs a superuser, once.
   *
   * With `profile` it keeps on the grid what kind of grid this is, in the comments of our attributes, where each client finds
   * it with its first write. Where that asks for places, it makes the network view that they lie in: see docs/reliability.md.
   *
   * WAPI: creates `extensibleattributedef`; for a `profile` updates their comments, and may create a `networkview`.
   *
   * @throws {PermissionDeniedError} where the user may not define attributes; names those that a superuser has to create
   * @example
   * const { created } = await ipam.setup();
   */
  async setup(options: SetupOptions = {}): Promise<Setup> {
    return setup(this.#settings, options);
  }

  /**
   * Keeps a subnet or an address for longer, or for less long: from now on it expires then. What expired in the
   * meantime and was collected is gone.
   *
   * One request by result; two otherwise; three by the request id of an address, four by that of a subnet.
   *
   * WAPI: updates the extensible attribute of the `network`, `record:host`, `fixedaddress`, or their IPv6 kin.
   *
   * @param target - a result, a reference, a CIDR, an IP, a host's name, or `{ requestId }`
   * @throws {NotFoundError} where there is no such thing, or no more
   * @throws {OwnershipError} where another owner made it, without `force`
   * @throws {AmbiguousTargetError} where several fit
   * @throws {InvalidRequestError} where the request is wrong, or the grid has no attribute for expiries
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
   * What this `Ipam`'s owner holds in a network view, and what of it wants looking at: what nobody finds again by a
   * request id, several objects of one id, host records without addresses, what has expired. Changes nothing.
   *
   * One request; one more for each thousand objects of a type that has a thousand or more.
   *
   * WAPI: searches networks, containers, `record:host` and fixed addresses by the owner's mark.
   *
   * @throws {InvalidRequestError} where the `Ipam` has no owner, or marks nothing with it
   * @example
   * const { subnets, addresses, duplicates, expired } = await ipam.audit();
   */
  async audit(options: AuditOptions = {}): Promise<Audit> {
    return audit(this.#settings, options);
  }

  /**
   * Frees what has expired, of this `Ipam`'s owner only: addresses first, then subnets in which nothing is in use any
   * more. What was renewed up to the very delete stays. Run it from time to time, from as many places as you like; only
   * the clock of the machine that runs it matters, or `now`.
   *
   * One request to look; one for each 50 addresses; two for each subnet.
   *
   * WAPI: deletes `record:host`, `fixedaddress`, `network` and their IPv6 kin, each in a `request` with a search for it
   * by owner and expiry.
   *
   * @throws {InvalidRequestError} where the `Ipam` has no owner, or marks nothing with it; any error keeps what was
   *   freed as `partial`, and the same call again goes on
   * @example
   * const { released, kept } = await ipam.collect({ dryRun: true });
   * for (const { place, reason } of kept) console.log(place, reason);
   */
  async collect(options: CollectOptions = {}): Promise<Collected> {
    const work = () => collect(this.#settings, options);
    return this.#settings.events.during("collect", options, work, collected);
  }

  /**
   * The container of that CIDR, made where there is none. Several callers at once end with one container.
   *
   * WAPI: finds, else creates a `networkcontainer` (`ipv6networkcontainer`).
   *
   * @throws {ConflictError} where a subnet of that CIDR stands there, or the network view doesn't exist
   * @throws {InvalidRequestError} where the request is wrong
   * @example
   * const { created } = await ipam.ensureContainer({ cidr: "10.0.0.0/16", comment: "Docker hosts" });
   */
  async ensureContainer(request: ContainerRequest): Promise<Container> {
    const work = () => ensureContainer(this.#settings, request);
    return this.#settings.events.during("ensureContainer", request, work, given);
  }

  /**
   * The network view of that name, made where there is none; with `create: false`, one that has to be there.
   *
   * WAPI: finds, else creates a `networkview`.
   *
   * @throws {NotFoundError} with `create: false`, where there is none
   * @throws {PermissionDeniedError} where the user may not make network views
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
   * The extensible attribute that keeps request ids: what to read in the `extattrs` of results. `undefined` where
   * comments keep them.
   */
  get requestIdAttribute(): string | undefined {
    return this.#settings.ownership.requestIdAttribute;
  }

  /**
   * The extensible attributes that objects are marked with, as `setup` defines them: for request ids, the owner, creation
   * tokens, expiries and last changes. Not those of cloud reports.
   *
   * @example
   * new Ipam({ owner: "ci" }).attributes; // ["Request ID", "Owner", "Request Attempt", "Expires At", "Last Change"]
   */
  get attributes(): readonly string[] {
    return this.#settings.ownership.attributes;
  }

  /**
   * Calls the listener for each thing that this `Ipam` did, as soon as it is certain. The listener runs within the call, so
   * that what takes long belongs in a queue. An error of a listener becomes a warning of the process and disturbs no call.
   *
   * The diagnostics channels `infoblox-ipam:allocated`, `infoblox-ipam:adopted` and so on carry the same events of all
   * instances in the process.
   *
   * @returns ends it
   * @throws {InvalidRequestError} for an event that doesn't exist
   * @example
   * ipam.on("allocated", ({ object, requestId }) => console.log("got", object.cidr ?? object.ip, "for", requestId));
   * ipam.on("refused", ({ call, error }) => console.warn(call, error.message));
   */
  on<Name extends IpamEventName>(event: Name, listener: IpamListener<Name>): () => void {
    return this.#settings.events.on(event, listener);
  }

  /** Closes the client, where this made its own; one that was passed in stays open. */
  async close(): Promise<void> {
    await this.#own?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** What is for the `Ipam`, and what for its client. */
function divided(all: WapiClientOptions & IpamOptions) {
  const { networkView, dnsView, owner, ownerMarker, ...others } = all;
  const {
    requestIdAttribute,
    requestIdMarker,
    attemptAttribute,
    lastChangeAttribute,
    cloud,
    expiresAtAttribute,
    searchDelay,
    profile,
    pools,
    exhaustedFor,
    ...connection
  } = others;
  const marks = {
    owner,
    ownerMarker,
    requestIdAttribute,
    requestIdMarker,
    attemptAttribute,
    lastChangeAttribute,
    cloud,
    expiresAtAttribute,
  };
  return {
    options: { networkView, dnsView, searchDelay, profile, pools, exhaustedFor, ...marks },
    connection,
  };
}

/** By what it can do: a client may come from the package's other module format. */
function isClient(value: WapiClient | WapiClientOptions): value is WapiClient {
  return "batch" in value && typeof value.batch === "function";
}
