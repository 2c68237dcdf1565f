import type { AddressRange, Release } from "../objects/results.js";
import type { ReleaseOptions } from "../requests/requests.js";
import { given, released } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { findRanges } from "./find-ranges.js";
import { releaseRange } from "./release-range.js";
import { requestRange } from "./request-range.js";
import type { RangeQuery, RangeRequest, RangeTarget } from "./requests.js";

/**
 * Makes, finds and releases ranges of addresses in subnets: `ipam.ranges`. DHCP serves a range, or the range is reserved: then its
 * addresses are given out only by `requestAddress({ from: range })`.
 *
 * @example
 * const range = await ipam.ranges.request({ in: "10.0.7.0/24", size: 50 });
 * const address = await ipam.requestAddress({ from: range });
 */
export class Ranges {
  readonly #settings: IpamSettings;

  /** Made by `Ipam`: see `ipam.ranges`. */
  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * Makes a range with one request: by its addresses, by their positions in a subnet, or by a number of addresses at the end or
   * the beginning of a subnet. It is reserved unless `servedBy` names a DHCP server.
   *
   * WAPI: creates a `range` (`ipv6range`).
   *
   * @throws {ConflictError} if it overlaps another range
   * @throws {NotFoundError} if it lies in no subnet
   * @throws {InvalidRequestError} if a field is not valid
   * @example
   * await ipam.ranges.request({ first: "10.0.7.100", last: "10.0.7.199" });
   * await ipam.ranges.request({ in: "10.0.7.0/24", size: 50, servedBy: { member: "dhcp-1.example.com" } });
   * await ipam.ranges.request({ in: "2001:db8:7::/64", first: 0x100, last: 0x1ff });
   */
  async request(request: RangeRequest): Promise<AddressRange> {
    const work = () => requestRange(this.#settings, request);
    return this.#settings.events.during("ranges.request", request, work, given);
  }

  /**
   * Finds the ranges that match all fields of the query, with one request per thousand ranges. WAPI cannot search IPv4 ranges by
   * name: a query by `name` reads all ranges of the network view, unless `in` gives the subnet.
   *
   * WAPI: searches `range` (`ipv6range`).
   *
   * @throws {InvalidRequestError} if the query is not valid
   * @example
   * const ranges = await ipam.ranges.find({ in: subnet });
   */
  async find(query: RangeQuery = {}): Promise<AddressRange[]> {
    return findRanges(this.#settings, query);
  }

  /**
   * Releases a range. If it is gone, that is success. It costs one request for a result, and two for a reference or addresses.
   *
   * WAPI: deletes the `range` (`ipv6range`).
   *
   * @throws {OwnershipError} if it has another owner, without `force`
   * @example
   * await ipam.ranges.release("10.0.7.100-10.0.7.199");
   */
  async release(range: RangeTarget, options: ReleaseOptions = {}): Promise<Release> {
    const work = () => releaseRange(this.#settings, range, options);
    return this.#settings.events.during("ranges.release", options, work, released(range));
  }
}
