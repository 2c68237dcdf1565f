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
 * Adds, finds and removes single DNS records, and makes reverse zones: `ipam.dns`. A host has its own names; for these see
 * `Ipam.requestAddress` and `ipam.hosts`.
 *
 * A record is added to the DNS view that the call names, or to that of the `Ipam`, or to the grid's default view.
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
   * Adds a record with one request. For A and AAAA records the grid may choose the next free address of a source while it creates
   * the record. With `ptr`, the same request creates the PTR record.
   *
   * WAPI: creates a `record:a`, `record:aaaa`, `record:ptr`, `record:cname`, `record:mx`, `record:txt`, `record:srv`,
   * `record:ns` or `record:caa`.
   *
   * @throws {NotFoundError} if the DNS view has no zone for the name or the PTR record; the error names the zone to create
   * @throws {ConflictError} if the record exists, or a CNAME has the name
   * @throws {PoolExhaustedError} if no source has a free address
   * @throws {InvalidRequestError} if a field is not valid
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
   * Finds the records that match all fields of the query. It costs one request per type that has these fields, and per thousand
   * records.
   *
   * WAPI: searches `record:a`, `record:aaaa` and the other types of {@link Dns.add}.
   *
   * @throws {InvalidRequestError} if the query is not valid
   * @example
   * const names = await ipam.dns.find({ ip: "10.0.7.5" });
   * const web = await ipam.dns.find({ type: ["A", "AAAA"], name: "web.example.com" });
   */
  async find(query: DnsQuery = {}): Promise<DnsRecordDetails[]> {
    return findRecords(this.#settings, query);
  }

  /**
   * Removes a record, and with `ptr` also the PTR record that points to its name, in one request. If the record is gone, that is
   * success. A reference costs one request more, as does `ptr`; a query costs as much as `find`.
   *
   * WAPI: deletes the record.
   *
   * @throws {AmbiguousTargetError} if several records match; nothing was removed
   * @throws {OwnershipError} if it has another owner, without `force`
   * @example
   * await ipam.dns.remove({ type: "A", name: "web.example.com" }, { ptr: true });
   */
  async remove(record: DnsTarget, options: DnsRemoveOptions = {}): Promise<Release> {
    const work = () => removeRecord(this.#settings, record, options);
    return this.#settings.events.during("dns.remove", options, work, released(record));
  }

  /**
   * Finds the innermost zone of a name, an address or a CIDR, with one request; `undefined` if the DNS view has none.
   *
   * WAPI: searches `zone_auth`.
   *
   * @throws {InvalidRequestError} if the text is none of these
   * @example
   * const forward = await ipam.dns.zoneOf("web.example.com");
   * const reverse = await ipam.dns.zoneOf("10.0.7.5");
   */
  async zoneOf(nameOrAddress: string, options: ZoneOptions = {}): Promise<Zone | undefined> {
    const checked = await checkDnsRequest("zoneOf", options);
    const { dnsView = this.#settings.dnsView ?? "default", signal } = checked;
    return findZone(this.#settings, zonesThatHold(nameOrAddress), dnsView, signal);
  }

  /**
   * Makes the missing reverse zones for the addresses of a subnet, with two requests at most. A reverse zone ends at an octet, or at
   * a hex digit for IPv6. So a /22 has four zones of a /24 each, and a /26 has one, which is that of the /24 around it.
   *
   * WAPI: searches and creates `zone_auth`.
   *
   * @returns all zones of the subnet, and those that this call has made
   * @throws {NotFoundError} if the grid has no such DNS view
   * @throws {InvalidRequestError} if the subnet needs more than 256 zones
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
  if (typeof text !== "string") throw invalid("nameOrAddress", text, "not a text", "example.com");
  const address = parseAddress(text);
  if (address !== undefined) return zonesAround(reverseName(address));
  const block = parseBlock(text);
  if (block !== undefined) return zonesAroundBlock(block);
  const wrong = dnsNameProblem(text);
  if (wrong) throw invalid("nameOrAddress", text, wrong.problem, wrong.example);
  return zonesAround(text);
}
