import type { ExtattrsWhere } from "../../wapi/types.js";
import type { AddressPlaceFields } from "../addresses/address-place.js";
import type { RecordKind } from "../objects/record-kinds.js";
import type { DnsRecordDetails } from "../objects/results.js";
import type { Abortable, Description } from "../requests/requests.js";
import type { SourceObject } from "../requests/targets.js";
import type { Zone } from "../zones/zones.js";

/** The fields that all new records have in common. */
interface NewRecord extends Abortable, Pick<Description, "comment" | "extattrs" | "cloud"> {
  /** The time to live in seconds. Default: that of the zone. */
  readonly ttl?: number | undefined;
  /** Default: the DNS view of the `Ipam`, or the grid's default view. */
  readonly dnsView?: string | undefined;
  /**
   * An id of your own: `"deploy-42/www"`. A call with the same id returns the same record. A PTR record that is made with it has
   * the id with `/ptr` appended.
   */
  readonly requestId?: string | undefined;
}

/**
 * An A or AAAA record, for a given address or the next free one of a source. Here the default of `ifInUse` is `"allow"`, since an
 * address often has a fixed address or another name already.
 */
export interface NewAddressRecord extends NewRecord, AddressPlaceFields {
  readonly type: "A" | "AAAA";
  readonly name: string;
  /** Whether to make the PTR record in the same request. Default: `false`. */
  readonly ptr?: boolean | undefined;
  /** The network view of the source. Default: that of the `Ipam`. */
  readonly networkView?: string | undefined;
}

/** A PTR record: from an address to a name. */
export interface NewPtrRecord extends NewRecord {
  readonly type: "PTR";
  readonly ip: string;
  /** The name that the record points to. */
  readonly name: string;
}

/** A CNAME record: another name for a name. */
export interface NewCnameRecord extends NewRecord {
  readonly type: "CNAME";
  readonly name: string;
  /** The name that the record points to. */
  readonly canonical: string;
}

/** An MX record: the mail server of a name. */
export interface NewMxRecord extends NewRecord {
  readonly type: "MX";
  readonly name: string;
  /** The mail server. */
  readonly exchanger: string;
  /** 0 to 65535. The lowest is tried first. */
  readonly preference: number;
}

/** A TXT record. */
export interface NewTxtRecord extends NewRecord {
  readonly type: "TXT";
  readonly name: string;
  readonly text: string;
}

/** An SRV record: the server of a service such as `"_sip._tcp.example.com"`. */
export interface NewSrvRecord extends NewRecord {
  readonly type: "SRV";
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** An NS record: a name server of a zone, in addition to the grid's own. It has no comment and no attributes. */
export interface NewNsRecord extends Abortable {
  readonly type: "NS";
  /** The name of the zone. */
  readonly name: string;
  readonly nameserver: string;
  /** The addresses of the name server. */
  readonly ips: string | readonly string[];
  /** Default: the DNS view of the `Ipam`, or the grid's default view. */
  readonly dnsView?: string | undefined;
}

/** A CAA record: the certification authority of a name. */
export interface NewCaaRecord extends NewRecord {
  readonly type: "CAA";
  readonly name: string;
  /** 0, or 128 if authorities must understand the tag. */
  readonly flags: number;
  /** `"issue"`, `"issuewild"`, `"iodef"`, … */
  readonly tag: string;
  /** `"ca.example.net"`, `"mailto:security@example.com"`. */
  readonly value: string;
}

/** A record to add. */
export type NewDnsRecord =
  | NewAddressRecord
  | NewPtrRecord
  | NewCnameRecord
  | NewMxRecord
  | NewTxtRecord
  | NewSrvRecord
  | NewNsRecord
  | NewCaaRecord;

/** The records to find. A record has to match all fields that are given. */
export interface DnsQuery extends Abortable {
  /** One type, or several. Default: all types that have the fields of the query. */
  readonly type?: RecordKind | readonly RecordKind[] | undefined;
  /** The whole name. Upper and lower case are the same. */
  readonly name?: string | undefined;
  /** A regular expression for names. It matches anywhere in the name unless anchored: `"^web-\\d+\\."`. */
  readonly nameMatches?: string | undefined;
  /** The address of A, AAAA and PTR records. */
  readonly ip?: string | undefined;
  /** The whole name that CNAME, PTR, MX, SRV and NS records point to. */
  readonly target?: string | undefined;
  /** The whole text of TXT records, without the grid's quotes. */
  readonly text?: string | undefined;
  /** The zone of the records: `"example.com"`, `"1.10.in-addr.arpa"`. A reverse zone may also be a CIDR: `"10.1.0.0/16"`. */
  readonly zone?: string | undefined;
  readonly extattrs?: ExtattrsWhere | undefined;
  /** Default: the DNS view of the `Ipam`. If it has none: all views, or with `zone` the grid's default view. */
  readonly dnsView?: string | undefined;
  /** The most records to return of each type. */
  readonly limit?: number | undefined;
}

/** The record to remove: a result, its reference, or a query that matches no other record. */
export type DnsTarget =
  | string
  | DnsRecordDetails
  | { readonly ref: string }
  | Omit<DnsQuery, "limit" | "signal">;

/** Options of `Dns.remove`. */
export interface DnsRemoveOptions extends Abortable {
  /** Also remove the PTR record from the address to the name. Default: `false`. */
  readonly ptr?: boolean | undefined;
  /** Also remove records of another owner. Default: `false`. */
  readonly force?: boolean | undefined;
}

/** Options of `Dns.zoneOf`. */
export interface ZoneOptions extends Abortable {
  /** Default: the DNS view of the `Ipam`, or the grid's default view. */
  readonly dnsView?: string | undefined;
}

/** Options of `Dns.ensureReverseZones`. */
export interface ReverseZoneOptions extends ZoneOptions {
  /** The name server group that serves new zones. Without it, and without `fields`, no server serves them. */
  readonly nsGroup?: string | undefined;
  readonly comment?: string | undefined;
  /** More fields of the WAPI object, with WAPI's names: `{ grid_primary: […] }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** The reverse zones of a subnet. */
export interface ReverseZones {
  readonly zones: readonly Zone[];
  /** The zones that this call has made. */
  readonly created: readonly Zone[];
}

/** A CIDR, or a result that has one. */
export type SubnetOrCidr = string | (SourceObject & { readonly cidr: string });
