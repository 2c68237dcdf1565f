import type { ExtattrsToCreate } from "../../wapi/extattrs.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import type { CloudDescription } from "./cloud-attributes.js";

/** An option of every call. */
export interface Abortable {
  /** Aborts the call. It sends nothing more; a write that it has sent may have happened (see `UncertainWriteError`). */
  readonly signal?: AbortSignal | undefined;
}

/** The fields that requests for subnets and addresses have in common. */
export interface Description {
  readonly comment?: string | undefined;
  /** Extensible attributes, as plain values: `{ Site: "Paris" }`. The grid must define attributes of these names. */
  readonly extattrs?: ExtattrsToCreate | undefined;
  /** For the grid's cloud reports. Each field overrides that of the `Ipam`'s `cloud`; `extattrs` override both. */
  readonly cloud?: CloudDescription | undefined;
  /** Default: the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
  /**
   * An id of your own. A call with the same id returns the same object, with `created: false`, even if many processes call at
   * once. The grid keeps the id in an extensible attribute (see `requestIdMarker` and `setup`).
   */
  readonly requestId?: string | undefined;
  /** More fields of the WAPI object, with WAPI's names: `{ members: […], options: […] }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** When an object expires. `Ipam.collect` frees it afterwards. Give one of both; without, it never expires. */
export interface Expiring {
  /**
   * A time, as a `Date` or as an ISO text: `"2026-11-25T13:46:00Z"`. The grid keeps it to the second, in an extensible attribute
   * (see `expiresAtAttribute` and `setup`).
   */
  readonly expiresAt?: Date | string | undefined;
  /** Seconds from now, by this machine's clock: `7 * 86400` for a week. */
  readonly expiresIn?: number | undefined;
}

/** The fields of queries for subnets, ranges, addresses and hosts. */
export interface ObjectQuery extends Abortable {
  /** All of these attributes: `{ Site: "Paris" }`, or with operators: `{ VLAN: { gte: 100 } }`. */
  readonly extattrs?: ExtattrsWhere | undefined;
  /** The whole comment. */
  readonly comment?: string | undefined;
  readonly networkView?: string | undefined;
  /** The most objects to return. */
  readonly limit?: number | undefined;
}

/** The options of every release. */
export interface ReleaseOptions extends Abortable {
  /** The network view of an object that is not a result. Default: that of the `Ipam`. */
  readonly networkView?: string | undefined;
  /** Also change or release objects of another owner. Default: `false`. */
  readonly force?: boolean | undefined;
}

/** The data of a record of any kind. */
export interface RecordData {
  readonly ip?: string | undefined;
  readonly canonical?: string | undefined;
  readonly text?: string | undefined;
  readonly exchanger?: string | undefined;
  readonly preference?: number | undefined;
  readonly target?: string | undefined;
  readonly port?: number | undefined;
  readonly priority?: number | undefined;
  readonly weight?: number | undefined;
  /** The name server of an NS record. */
  readonly nameserver?: string | undefined;
  /** The addresses of the name server of an NS record. */
  readonly ips?: string | readonly string[] | undefined;
  /** The flags of a CAA record, which also has `tag` and `value`. */
  readonly flags?: number | undefined;
  readonly tag?: string | undefined;
  readonly value?: string | undefined;
}
