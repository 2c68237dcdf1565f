import { parseAddress, parseBlock, reverseName } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { DnsRecordDetails, Release } from "../objects/results.js";
import { dnsNameProblem } from "../requests/dns-name.js";
import { given, type Happening, released } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import type { Zone } from "../zones/zones.js";
import { findZone, zonesAround, zonesAroundBlock } from "../zones/zones.js";
import { addRecord } from "./add-record.js";
import { findRecords } from "./find-records.js";
import { removeRecord } from "./remove-record.js";
import type {
  DnsQuery,
  DnsRemoveOptions,
  DnsTarget,
  NewDnsRecord,
  ReverseZoneOptions,
  ReverseZones,
  SubnetOrCidr,
  ZoneOptions,
} from "./requests.js";
import { ensureReverseZones } from "./reverse-zones.js";
import { checkDnsRequest } from "./schemas.js";

/**
 * DNS records of addresses that have no host record, and zones: `ipam.dns`. A host brings its own names; see
 * `Ipam.requestAddress` and `ipam.hosts` for those.
 *
 * DNS views are kept apart: what is added goes into the one that is named, else into that of the `Ipam`, else into the
 * grid's default view.
 *
 * @example
 * await ipam.dns.add({ type: "A", name: "web.example.com", from: "10.0.7.0/24", ptr: true });
 */
export class Dns {
  readonly #settings: IpamSettings;

  /** Made by `Ipam`: see `ipam.dns`. */
  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * Adds a record. One request; for A and AAAA with the next free address of a source, which the grid finds while it
   * creates the record, and with the PTR record for the way back, where `ptr` is set.
   *
   * WAPI: creates a `record:a`, `record:aaaa`, `record:ptr`, `record:cname`, `record:mx`, `record:txt`, `record:srv`,
   * `record:ns` or `record:caa`.
   *
   * @throws {NotFoundError} where the DNS view has no zone for the name, or for the way back; names the zone to create
   * @throws {ConflictError} where the record exists, or a CNAME has the name
   * @throws {PoolExhaustedError} where no source has a free address
   * @throws {InvalidRequestError} where the record is wrong
   * @example
   * const { ip } = await ipam.dns.add({ type: "A", name: "web.example.com", from: "10.0.7.0/24", ptr: true });
   * await ipam.dns.add({ type: "AAAA", name: "web.example.com", ip: "2001:db8:7::5", ttl: 300 });
   * await ipam.dns.add({ type: "CNAME", name: "www.example.com", canonical: "web.example.com" });
   */
  async add(record: NewDnsRecord): Promise<DnsRecordDetails> {
    const work = () => addRecord(this.#settings, record);
    return this.#settings.events.during("dns.add", record, work, given);
  }

  /**
   * The records that fit all of the query: one request for each type that can, and each thousand records.
   *
   * WAPI: searches the record types.
   *
   * @throws {InvalidRequestError} where the query is wrong
   * @example
   * const names = await ipam.dns.find({ ip: "10.0.7.5" });
   * const web = await ipam.dns.find({ type: ["A", "AAAA"], name: "web.example.com" });
   */
  async find(query: DnsQuery = {}): Promise<DnsRecordDetails[]> {
    return findRecords(this.#settings, query);
  }

  /**
   * Removes a record, and with `ptr` the PTR record that leads back to it, in one request. Gone already is success.
   * One request by result; one more by reference, or for the way back; by query, as `find` costs.
   *
   * WAPI: deletes the record.
   *
   * @throws {AmbiguousTargetError} where several records fit; nothing was removed
   * @throws {OwnershipError} where another owner made it, without `force`
   * @example
   * await ipam.dns.remove({ type: "A", name: "web.example.com" }, { ptr: true });
   */
  async remove(record: DnsTarget, options: DnsRemoveOptions = {}): Promise<Release> {
    const work = () => removeRecord(this.#settings, record, options);
    return this.#settings.events.during("dns.remove", options, work, released(record));
  }

  /**
   * The innermost zone that a name, an address or a block lies in; `undefined` where the DNS view has none. One
   * request.
   *
   * WAPI: searches `zone_auth`.
   *
   * @throws {InvalidRequestError} where it is none of these
   * @example
   * const forward = await ipam.dns.zoneOf("web.example.com");
   * const reverse = await ipam.dns.zoneOf("10.0.7.5");
   */
  async zoneOf(nameOrAddress: string, options: ZoneOptions = {}): Promise<Zone | undefined> {
    const { dnsView = this.#settings.dnsView ?? "default", signal } = await checkDnsRequest(
      "zoneOf",
      options,
    );
    return findZone(this.#settings, zonesThatHold(nameOrAddress), dnsView, signal);
  }

  /**
   * Reverse zones for all addresses of a subnet: those that exist, and new ones where none does. They are cut where
   * DNS can cut: at an octet, in IPv6 at a hex digit; so a /22 has four of them, and a /26 one, which holds the /24
   * around it. Two requests at most.
   *
   * WAPI: searches and creates `zone_auth`.
   *
   * @throws {NotFoundError} where the grid has no such DNS view
   * @throws {InvalidRequestError} where the subnet needs more than 256 zones
   * @example
   * const { zones, created } = await ipam.dns.ensureReverseZones(subnet, { nsGroup: "default" });
   */
  async ensureReverseZones(subnet: SubnetOrCidr, options: ReverseZoneOptions = {}): Promise<ReverseZones> {
    const work = () => ensureReverseZones(this.#settings, subnet, options);
    const made = ({ created }: ReverseZones) => created.map((zone): Happening => ["allocated", zone]);
    return this.#settings.events.during("dns.ensureReverseZones", options, work, made);
  }
}

function zonesThatHold(text: string): string[] {
  const address = typeof text === "string" ? parseAddress(text) : undefined;
  if (address !== undefined) return zonesAround(reverseName(address));
  if (typeof text === "string" && parseBlock(text) !== undefined) return zonesAroundBlock(text);
  const wrong =
    typeof text === "string" ? dnsNameProblem(text) : { problem: "not a text", example: "example.com" };
  if (wrong) throw invalid("nameOrAddress", text, wrong.problem, wrong.example);
  return zonesAround(text);
}
