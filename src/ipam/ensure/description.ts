import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Progress } from "../../wapi/progress.js";
import type { RecordKind } from "../objects/record-kinds.js";
import type { Address, AddressRange, Container, DnsRecord, Subnet } from "../objects/results.js";
import type { CloudDescription } from "../requests/cloud-attributes.js";
import type { NewDhcp, NewSubnetDhcp } from "../requests/dhcp-settings.js";
import type { Abortable, RecordData } from "../requests/requests.js";
import type { NamedPool, PoolStrategy } from "../requests/sources.js";
import type { SourceQuery } from "../requests/targets.js";
import type { GatewayPlace, GatewayRequest } from "../subnets/gateway.js";

/**
 * The objects that should exist, as plain data that may come from JSON or YAML. Fields that an entry leaves out are not compared or
 * changed.
 *
 * @example
 * const site: DesiredState = {
 *   containers: [{ cidr: "10.0.0.0/16", extattrs: { Site: "Paris" } }],
 *   subnets: [{ name: "blue", from: "10.0.0.0/16", prefixLength: 24, gateway: "first" }],
 *   hosts: [{ name: "web-1.example.com", from: { subnet: "blue" } }],
 * };
 */
export interface DesiredState {
  /** Default: the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
  /** Default: the DNS view of the `Ipam`. */
  readonly dnsView?: string | undefined;
  /**
   * The name of the description. It distinguishes the objects of several descriptions, and is needed for entries whose block or
   * address the grid chooses.
   */
  readonly name?: string | undefined;
  /**
   * The beginning of the request ids of entries that the grid chooses (`{ name, from, … }`), by which they are found again:
   * `site-paris/blue`. Default: `name`.
   */
  readonly requestId?: string | undefined;
  /** Pools for `from: { pool: "web" }` of the entries. They add to those of the `Ipam`, and override them. */
  readonly pools?: Readonly<Record<string, DesiredPool>> | undefined;
  readonly containers?: readonly DesiredContainer[] | undefined;
  readonly subnets?: readonly DesiredSubnet[] | undefined;
  readonly ranges?: readonly DesiredRange[] | undefined;
  readonly hosts?: readonly DesiredHost[] | undefined;
  readonly fixedAddresses?: readonly DesiredFixedAddress[] | undefined;
  readonly reservations?: readonly DesiredReservation[] | undefined;
  readonly records?: readonly DesiredRecord[] | undefined;
}

/** The fields that all entries have. */
export interface Desired {
  readonly comment?: string | undefined;
  /** Attributes to compare and set. `null` demands that there is none; all others stay. */
  readonly extattrs?: ExtattrsToUpdate | undefined;
  /**
   * For the grid's cloud reports. Each field overrides that of the `Ipam`'s `cloud`, and is compared and set as an attribute.
   * `extattrs` override both.
   */
  readonly cloud?: CloudDescription | undefined;
  /** More fields of the WAPI object, with WAPI's names. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** A container: by its CIDR, or chosen by the grid and found again by its name. */
export interface DesiredContainer extends Desired {
  /** The name for other entries. It is needed with `from`. */
  readonly name?: string | undefined;
  readonly cidr?: string | undefined;
  readonly from?: DesiredSource<"container"> | readonly DesiredSource<"container">[] | undefined;
  /** The order in which sources are tried when it is made. */
  readonly strategy?: PoolStrategy | undefined;
  readonly prefixLength?: number | undefined;
}

/** A subnet: by its CIDR, or chosen by the grid and found again by its name. */
export interface DesiredSubnet extends DesiredContainer {
  /**
   * The address to reserve for the gateway. For IPv4, the DHCP option `routers` is set, too. `"first"` accepts any gateway that this
   * library has reserved. `{ at: "first", dhcp: false }` only reserves, and so does an entry whose `fields` have `options`. `false`
   * makes no gateway.
   */
  readonly gateway?: GatewayPlace | GatewayRequest | false | undefined;
  /** All DHCP members, options and the lease time of the subnet, in addition to the router of `gateway`. */
  readonly dhcp?: NewSubnetDhcp | undefined;
}

/** A CIDR or range, another entry by its name: `{ subnet: "blue" }`, a pool, or a query. */
export type DesiredSource<Kind extends string> =
  | string
  | { readonly [One in Kind]?: string | undefined }
  | NamedPool
  | SourceQuery;

/** The sources of a pool, in order or with a strategy. */
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
  /** The CIDR of the subnet. It is needed for IPv6. */
  readonly in?: string | undefined;
  /** The name of the object, and the name for other entries. */
  readonly name?: string | undefined;
}

type AddressSource = DesiredSource<"subnet" | "range">;

/** The sources of a dual-stack host's two addresses. */
export interface DesiredDualStack {
  readonly ipv4: AddressSource | readonly AddressSource[];
  readonly ipv6: AddressSource | readonly AddressSource[];
}

/** A host, by its name. */
export interface DesiredHost extends Desired {
  readonly name: string;
  /** All addresses of the host. */
  readonly ips?: string | readonly string[] | undefined;
  /** The sources of its address when the host is made, or of one address of each family. */
  readonly from?: AddressSource | readonly AddressSource[] | DesiredDualStack | undefined;
  readonly strategy?: PoolStrategy | undefined;
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  readonly dns?: boolean | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly ttl?: number | undefined;
  /** All DHCP options and the lease time, for all addresses of the host. */
  readonly dhcp?: NewDhcp | undefined;
}

/** A reservation: by its IP, or chosen by the grid and found again by its name. */
export interface DesiredReservation extends Desired {
  readonly ip?: string | undefined;
  readonly from?: AddressSource | readonly AddressSource[] | undefined;
  readonly strategy?: PoolStrategy | undefined;
  readonly name?: string | undefined;
}

/** A fixed address: by its IP, or chosen by the grid and found again by its name. */
export interface DesiredFixedAddress extends DesiredReservation {
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  /** All its DHCP options and its lease time. */
  readonly dhcp?: NewDhcp | undefined;
}

/**
 * A DNS record, by its name and data. Other records of its type and name stay; it replaces one only if the same description (`name`,
 * `requestId`) has made that. An A, AAAA, PTR or CNAME record that is the only one of its type and name is changed, unless another
 * description has made it. An NS record has no attributes, so its description is not known: it is replaced or pruned only with
 * `exclusive`. The NS records of a zone's own name servers are never changed.
 */
export interface DesiredRecord extends Desired, RecordData {
  readonly type: RecordKind;
  readonly name: string;
  readonly ttl?: number | undefined;
  /** Whether the description has all records of this type and name. Then others are replaced or deleted. Default: `false`. */
  readonly exclusive?: boolean | undefined;
}

/** Options of `Ipam.ensure`. */
export interface EnsureOptions extends Abortable {
  /** Change nothing, and return what would be done. Default: `false`. */
  readonly dryRun?: boolean | undefined;
  /**
   * Whether to delete objects of this `Ipam`'s owner that the description does not have: in its network view, and only of kinds that the
   * description has a list of. An empty list deletes all of its kind. If the description has a name, objects with the request id of
   * another description or of a single request stay. Default: `false`.
   */
  readonly prune?: boolean | undefined;
  /**
   * Whether to replace an object that the grid chose if the description now has another size, family or source. The old object is
   * released and a new one is made. Default: `false`, and such a difference is a `RequestMismatchError`.
   */
  readonly replace?: boolean | undefined;
  /** Called after each request that changes something, with the number of steps. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of `Ipam.ensureSubnet` and its siblings for one object. */
export interface EnsureOneOptions extends Pick<EnsureOptions, "dryRun" | "replace" | "signal"> {
  readonly networkView?: string | undefined;
  readonly dnsView?: string | undefined;
}

/** The kind of object that an entry describes. */
export type DesiredKind = "container" | "subnet" | "range" | "host" | "fixed" | "reservation" | "record";

/** A field that differs from the description. */
export interface Difference {
  /** The field of the description: `comment`, `extattrs.Site`, `mac`. */
  readonly field: string;
  readonly wanted: unknown;
  readonly actual: unknown;
}

/** The result of one entry, or of one object that is deleted. */
export interface EnsuredObject {
  readonly action: "create" | "update" | "delete" | "none";
  readonly kind: DesiredKind;
  /** The CIDR, IP or name that it is found by. */
  readonly key: string;
  /** The path of its entry: `subnets[0]`. `undefined` for a deletion. */
  readonly path: string | undefined;
  readonly differences: readonly Difference[];
  /** The object as the grid holds it; with `dryRun` before any change. `undefined` if it does not exist. */
  readonly object: Subnet | Container | AddressRange | Address | DnsRecord | undefined;
}

/** The result of `Ipam.ensure`. With `dryRun` it says what would be done. */
export interface Ensured {
  /** How many objects were created. */
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Whether any object was created, updated or deleted. */
  readonly changed: boolean;
  readonly objects: readonly EnsuredObject[];
}

/** The result of `Ipam.ensureSubnet` and its siblings for one object. */
export interface EnsuredOne<T> {
  readonly created: boolean;
  /** Whether it was created or updated. */
  readonly changed: boolean;
  /** The object as the grid holds it. `undefined` only with `dryRun`, if it does not exist. */
  readonly object: T | undefined;
  readonly differences: readonly Difference[];
}
