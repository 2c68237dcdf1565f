import type { ExtattrsToCreate } from "../../wapi/extattrs.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import type { AddressPlaceFields } from "../addresses/address-place.js";
import type { RecordKind } from "../objects/record-kinds.js";
import type { DnsRecordDetails } from "../objects/results.js";
import type { CloudDescription } from "../requests/cloud-attributes.js";
import type { Abortable } from "../requests/requests.js";
import type { SourceObject } from "../requests/targets.js";
import type { Zone } from "../zones/zones.js";

/** What all new records have in common. */
interface NewRecord extends Abortable {
  /** In seconds; left out, the zone's. */
  readonly ttl?: number | undefined;
  /** Over the DNS view of the `Ipam`. Left out both: the grid's default view. */
  readonly dnsView?: string | undefined;
  readonly comment?: string | undefined;
  readonly extattrs?: ExtattrsToCreate | undefined;
  /** For the grid's cloud reports, field by field over the `cloud` of the `Ipam`; `extattrs` go before. */
  readonly cloud?: CloudDescription | undefined;
  /**
   * An id for the record, `"deploy-42/www"`: the same call again, from wherever, gives the same record. The PTR record that
   * goes with it has `/ptr` behind the id.
   */
  readonly requestId?: string | undefined;
}

/**
 * A name for an address: the one that is named, or the next free one of a source. `ifInUse` is `"allow"` unless said
 * otherwise: an address often has a fixed address or another name already.
 */
export interface NewAddressRecord extends NewRecord, AddressPlaceFields {
  readonly type: "A" | "AAAA";
  readonly name: string;
  /** Make the PTR record for the way back, too, in the same request. */
  readonly ptr?: boolean | undefined;
  /** Where the source is. */
  readonly networkView?: string | undefined;
}

/** The way back: from an address to a name. */
export interface NewPtrRecord extends NewRecord {
  readonly type: "PTR";
  readonly ip: string;
  /** The name that the address leads to. */
  readonly name: string;
}

/** Another name for a name. */
export interface NewCnameRecord extends NewRecord {
  readonly type: "CNAME";
  readonly name: string;
  /** The name that it stands for. */
  readonly canonical: string;
}

/** Who takes mail for a name. */
export interface NewMxRecord extends NewRecord {
  readonly type: "MX";
  readonly name: string;
  /** The mail server. */
  readonly exchanger: string;
  /** The lowest is tried first: 0 to 65535. */
  readonly preference: number;
}

export interface NewTxtRecord extends NewRecord {
  readonly type: "TXT";
  readonly name: string;
  readonly text: string;
}

/** Who offers a service: `"_sip._tcp.example.com"`. */
export interface NewSrvRecord extends NewRecord {
  readonly type: "SRV";
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** A name server of a zone, beside those that the grid serves it with. The grid keeps no comment or attribute of it. */
export interface NewNsRecord extends Abortable {
  readonly type: "NS";
  /** The zone. */
  readonly name: string;
  readonly nameserver: string;
  /** Its addresses. */
  readonly ips: string | readonly string[];
  /** Over the DNS view of the `Ipam`. Left out both: the grid's default view. */
  readonly dnsView?: string | undefined;
}

/** Which authority may certify a name. */
export interface NewCaaRecord extends NewRecord {
  readonly type: "CAA";
  readonly name: string;
  /** 0, or 128 where an authority must understand the tag. */
  readonly flags: number;
  /** `"issue"`, `"issuewild"`, `"iodef"`, … */
  readonly tag: string;
  /** `"ca.example.net"`, `"mailto:security@example.com"`. */
  readonly value: string;
}

/** A record to be added. */
export type NewDnsRecord =
  | NewAddressRecord
  | NewPtrRecord
  | NewCnameRecord
  | NewMxRecord
  | NewTxtRecord
  | NewSrvRecord
  | NewNsRecord
  | NewCaaRecord;

/** Which records to find; what is left out doesn't matter. */
export interface DnsQuery extends Abortable {
  /** One type, or several. Left out: every type that has what is asked for. */
  readonly type?: RecordKind | readonly RecordKind[] | undefined;
  /** The whole name; upper and lower case are one. */
  readonly name?: string | undefined;
  /** Names that fit a regular expression, found anywhere in the name unless anchored: `"^web-\\d+\\."`. */
  readonly nameMatches?: string | undefined;
  /** Records of this address: A or AAAA, and PTR. */
  readonly ip?: string | undefined;
  /** The whole name that CNAME, PTR, MX, SRV and NS lead to. */
  readonly target?: string | undefined;
  /** The whole text of TXT records, as it was meant: however it is quoted on the grid. */
  readonly text?: string | undefined;
  /** The zone that they lie in: `"example.com"`, `"1.10.in-addr.arpa"`; a reverse zone also as CIDR, `"10.1.0.0/16"`. */
  readonly zone?: string | undefined;
  readonly extattrs?: ExtattrsWhere | undefined;
  /** Left out: the DNS view of the `Ipam`, and where it has none, all views; of a `zone` the grid's default view. */
  readonly dnsView?: string | undefined;
  /** At most so many of each type. */
  readonly limit?: number | undefined;
}

/** A record to remove: a result, its reference, or what finds it alone. */
export type DnsTarget =
  | string
  | DnsRecordDetails
  | { readonly ref: string }
  | Omit<DnsQuery, "limit" | "signal">;

export interface DnsRemoveOptions extends Abortable {
  /** Remove the PTR record that leads back from the address to the name, too. */
  readonly ptr?: boolean | undefined;
  /** Remove what another owner made, too. */
  readonly force?: boolean | undefined;
}

export interface ZoneOptions extends Abortable {
  /** Over the DNS view of the `Ipam`. Left out both: the grid's default view. */
  readonly dnsView?: string | undefined;
}

/** How reverse zones are made. */
export interface ReverseZoneOptions extends ZoneOptions {
  /** The name server group that serves the zone; without one, or `fields`, no server does. */
  readonly nsGroup?: string | undefined;
  readonly comment?: string | undefined;
  /** More fields of the WAPI object, in the grid's spelling: `{ grid_primary: […] }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** The reverse zones of a subnet. */
export interface ReverseZones {
  readonly zones: readonly Zone[];
  /** Those of them that were made just now. */
  readonly created: readonly Zone[];
}

/** A CIDR, or a result that knows one. */
export type SubnetOrCidr = string | (SourceObject & { readonly cidr: string });
