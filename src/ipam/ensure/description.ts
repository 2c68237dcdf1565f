import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Progress } from "../../wapi/progress.js";
import type { RecordKind } from "../objects/record-kinds.js";
import type { Address, AddressRange, Container, DnsRecord, Subnet } from "../objects/results.js";
import type { CloudDescription } from "../requests/cloud-attributes.js";
import type { NewDhcp, NewSubnetDhcp } from "../requests/dhcp-settings.js";
import type { Abortable } from "../requests/requests.js";
import type { NamedPool, PoolStrategy } from "../requests/sources.js";
import type { SourceQuery } from "../requests/targets.js";
import type { GatewayPlace, GatewayRequest } from "../subnets/gateway.js";

/**
 * What should be there, as plain data: it may come from JSON or YAML. Only what is described is compared and changed.
 *
 * @example
 * const site: DesiredState = {
 *   containers: [{ cidr: "10.0.0.0/16", extattrs: { Site: "Paris" } }],
 *   subnets: [{ name: "blue", from: "10.0.0.0/16", prefixLength: 24, gateway: "first" }],
 *   hosts: [{ name: "web-1.example.com", from: { subnet: "blue" } }],
 * };
 */
export interface DesiredState {
  /** Over the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
  /** Over the DNS view of the `Ipam`. */
  readonly dnsView?: string | undefined;
  /**
   * What this description is called: it keeps apart what two of them have made, and is needed for entries that the grid
   * chooses. `requestId` says the same.
   */
  readonly name?: string | undefined;
  /**
   * Stands before the names of entries that the grid chooses (`{ name, from, … }`), by which they are found again:
   * `site-paris/blue`. Left out: `name`.
   */
  readonly requestId?: string | undefined;
  /** Sources by a name, for `from: { pool: "web" }` of the entries; beside those of the `Ipam`, and over them. */
  readonly pools?: Readonly<Record<string, DesiredPool>> | undefined;
  readonly containers?: readonly DesiredContainer[] | undefined;
  readonly subnets?: readonly DesiredSubnet[] | undefined;
  readonly ranges?: readonly DesiredRange[] | undefined;
  readonly hosts?: readonly DesiredHost[] | undefined;
  readonly fixedAddresses?: readonly DesiredFixedAddress[] | undefined;
  readonly reservations?: readonly DesiredReservation[] | undefined;
  readonly records?: readonly DesiredRecord[] | undefined;
}

/** What any object can be described with. */
export interface Desired {
  readonly comment?: string | undefined;
  /** Those named are compared and set, `null` means that there is none; all others stay as they are. */
  readonly extattrs?: ExtattrsToUpdate | undefined;
  /**
   * For the grid's cloud reports, field by field over the `cloud` of the `Ipam`: compared and set as attributes are;
   * `extattrs` of the same names go before.
   */
  readonly cloud?: CloudDescription | undefined;
  /** More fields of the WAPI object, in the grid's spelling. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** A container: by its CIDR, or chosen by the grid and found again by its name. */
export interface DesiredContainer extends Desired {
  /** What other entries call it; needed with `from`. */
  readonly name?: string | undefined;
  readonly cidr?: string | undefined;
  readonly from?: DesiredSource<"container"> | readonly DesiredSource<"container">[] | undefined;
  /** In which order sources are tried, when it is made. */
  readonly strategy?: PoolStrategy | undefined;
  readonly prefixLength?: number | undefined;
}

export interface DesiredSubnet extends DesiredContainer {
  /**
   * An address to reserve, and for IPv4 to tell DHCP clients of (the option `routers`). `"first"` is content with any gateway
   * that this library has reserved. `{ at: "first", dhcp: false }` only reserves, and so does an entry whose `fields` have
   * `options`. `false`: none is made.
   */
  readonly gateway?: GatewayPlace | GatewayRequest | false | undefined;
  /** Members that serve it, options of its own, lease time: all of them, beside the router of `gateway`. */
  readonly dhcp?: NewSubnetDhcp | undefined;
}

/** A CIDR or range, another entry by its name: `{ subnet: "blue" }`, a pool, or a query. */
export type DesiredSource<Kind extends string> =
  | string
  | { readonly [One in Kind]?: string | undefined }
  | NamedPool
  | SourceQuery;

/** Sources behind a name, in order or by a strategy. */
export type DesiredPool =
  | string
  | SourceQuery
  | readonly (string | SourceQuery)[]
  | {
      readonly from: string | SourceQuery | readonly (string | SourceQuery)[];
      readonly strategy?: PoolStrategy | undefined;
    };

/** A DHCP range, by its addresses. */
export interface DesiredRange extends Desired {
  readonly first: string;
  readonly last: string;
  /** The subnet; a grid wants to be told it for IPv6. */
  readonly in?: string | undefined;
  /** Of the object, and what other entries call it. */
  readonly name?: string | undefined;
}

type AddressSource = DesiredSource<"subnet" | "range">;

/** Of each family one address, from these. */
export interface DesiredDualStack {
  readonly ipv4: AddressSource | readonly AddressSource[];
  readonly ipv6: AddressSource | readonly AddressSource[];
}

/** A host record, by its name. */
export interface DesiredHost extends Desired {
  readonly name: string;
  /** The addresses that it has, and no others. */
  readonly ips?: string | readonly string[] | undefined;
  /** Where the grid takes an address from when it makes the host, or one of each family. */
  readonly from?: AddressSource | readonly AddressSource[] | DesiredDualStack | undefined;
  readonly strategy?: PoolStrategy | undefined;
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  readonly dns?: boolean | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly ttl?: number | undefined;
  /** Options of its own and lease time, for the clients of all its addresses: all of them. */
  readonly dhcp?: NewDhcp | undefined;
}

/** A reservation: by its IP, or chosen by the grid and found again by its name. */
export interface DesiredReservation extends Desired {
  readonly ip?: string | undefined;
  readonly from?: AddressSource | readonly AddressSource[] | undefined;
  readonly strategy?: PoolStrategy | undefined;
  readonly name?: string | undefined;
}

/** A fixed address: the same, for one client. */
export interface DesiredFixedAddress extends DesiredReservation {
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  /** Options of its own and lease time: all of them. */
  readonly dhcp?: NewDhcp | undefined;
}

/**
 * A DNS record: by its name and what it says. It stands beside others of its type and name, and replaces one only where
 * the same description (`name`, `requestId`) has made that. An A, AAAA, PTR or CNAME record that is alone is changed,
 * unless another description has made it. A grid keeps of an NS record neither comment nor attributes, so nothing says who
 * made it: it is never replaced or pruned, but where the set is complete (`exclusive`); those that come of a zone's own name
 * servers never are.
 */
export interface DesiredRecord extends Desired {
  readonly type: RecordKind;
  readonly name: string;
  readonly ip?: string | undefined;
  readonly canonical?: string | undefined;
  readonly text?: string | undefined;
  readonly exchanger?: string | undefined;
  readonly preference?: number | undefined;
  readonly target?: string | undefined;
  readonly port?: number | undefined;
  readonly priority?: number | undefined;
  readonly weight?: number | undefined;
  /** Of NS, with its addresses: `ips`. */
  readonly nameserver?: string | undefined;
  readonly ips?: string | readonly string[] | undefined;
  /** Of CAA, as `tag` and `value` are. */
  readonly flags?: number | undefined;
  readonly tag?: string | undefined;
  readonly value?: string | undefined;
  readonly ttl?: number | undefined;
  /** That the description has all records of this type and name: others are replaced or deleted, whoever made them. */
  readonly exclusive?: boolean | undefined;
}

export interface EnsureOptions extends Abortable {
  /** Only say what would be done. */
  readonly dryRun?: boolean | undefined;
  /**
   * Delete what this `Ipam`'s owner has made and the description doesn't have: in its network view, and only of the
   * kinds that the description has a list of (an empty list means that there should be none). What carries the request id of
   * another description, or of a request by itself, stays where this description has a name.
   */
  readonly prune?: boolean | undefined;
  /**
   * Replace what the grid chose, where a description now says another size, family or source: the old object is released
   * and a new one taken, in one plan. Left out: `RequestMismatchError`.
   */
  readonly replace?: boolean | undefined;
  /** Called after each request that changes something, with the number of steps. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The same for one object. */
export interface EnsureOneOptions extends Abortable {
  readonly dryRun?: boolean | undefined;
  /** As of `EnsureOptions`. */
  readonly replace?: boolean | undefined;
  readonly networkView?: string | undefined;
  readonly dnsView?: string | undefined;
}

/** What an entry describes. */
export type DesiredKind = "container" | "subnet" | "range" | "host" | "fixed" | "reservation" | "record";

/** One thing that isn't as it should be. */
export interface Difference {
  /** As in the description: `comment`, `extattrs.Site`, `mac`. */
  readonly field: string;
  readonly wanted: unknown;
  readonly actual: unknown;
}

/** What was found of one entry, or of one object that no entry describes, and what is done about it. */
export interface EnsuredObject {
  readonly action: "create" | "update" | "delete" | "none";
  readonly kind: DesiredKind;
  /** What it is found by: a CIDR, an IP, a name. */
  readonly key: string;
  /** Where it is described: `subnets[0]`; `undefined` for a deletion. */
  readonly path: string | undefined;
  readonly differences: readonly Difference[];
  /** The object as the grid holds it; with `dryRun` as it was found. `undefined` where there is none. */
  readonly object: Subnet | Container | AddressRange | Address | DnsRecord | undefined;
}

export interface Ensured {
  /** How many objects were created (with `dryRun`: would be), and so on. */
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Whether anything was done, or would be. */
  readonly changed: boolean;
  readonly objects: readonly EnsuredObject[];
}

/** What became of one object. */
export interface EnsuredOne<T> {
  readonly created: boolean;
  /** Created or updated. */
  readonly changed: boolean;
  /** As the grid holds it; `undefined` only with `dryRun`, where it isn't there. */
  readonly object: T | undefined;
  readonly differences: readonly Difference[];
}
