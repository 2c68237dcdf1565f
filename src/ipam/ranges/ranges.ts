import type { AddressRange, Release } from "../objects/results.js";
import type { ReleaseOptions } from "../requests/requests.js";
import { given, released } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { findRanges } from "./find-ranges.js";
import { releaseRange } from "./release-range.js";
import { requestRange } from "./request-range.js";
import type { RangeQuery, RangeRequest, RangeTarget } from "./requests.js";

/**
 * Ranges of addresses inside subnets: `ipam.ranges`. Served by DHCP, or reserved: then nobody gets their addresses but
 * who asks for them by the range, `requestAddress({ from: range })`.
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
   * Takes a range: by its addresses, by their places in a subnet, or the last (or first) so many of a subnet. Reserved
   * unless `servedBy` says who serves it. One request.
   *
   * WAPI: creates a `range` (`ipv6range`).
   *
   * @throws {ConflictError} where it overlaps another range
   * @throws {NotFoundError} where it lies in no subnet
   * @throws {InvalidRequestError} where the request is wrong
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
   * The ranges that fit all of the query: one request for each thousand. By `name` an IPv4 network view is read whole,
   * unless `in` says where: a grid can't search IPv4 ranges by name.
   *
   * WAPI: searches `range` (`ipv6range`).
   *
   * @example
   * const ranges = await ipam.ranges.find({ in: subnet });
   */
  async find(query: RangeQuery = {}): Promise<AddressRange[]> {
    return findRanges(this.#settings, query);
  }

  /**
   * Gives a range back; its addresses are the subnet's again. Gone already is success. One request by result; two by
   * reference or addresses.
   *
   * WAPI: deletes the `range` (`ipv6range`).
   *
   * @throws {OwnershipError} where another owner made it, without `force`
   * @example
   * await ipam.ranges.release("10.0.7.100-10.0.7.199");
   */
  async release(range: RangeTarget, options: ReleaseOptions = {}): Promise<Release> {
    const work = () => releaseRange(this.#settings, range, options);
    return this.#settings.events.during("ranges.release", options, work, released(range));
  }
}
