import type { Family } from "../../cidr.js";
import type { Progress, ReadProgress } from "../../wapi/progress.js";
import type { Abortable } from "../requests/requests.js";

/** The parts that an inventory can read. Network views, DNS views and zones are always read. */
export const inventoryParts = ["containers", "subnets", "ranges", "addresses", "leases", "records"] as const;

/** A part of an inventory. `addresses` are hosts and fixed addresses; `records` are A, AAAA, PTR and CNAME records. */
export type InventoryPart = (typeof inventoryParts)[number];

/** Options of `Ipam.inventory`. */
export interface InventoryOptions extends Abortable {
  /** Default: all network views that the user may see. */
  readonly networkViews?: string | readonly string[] | undefined;
  /** CIDRs of the blocks to read. Default: everything. */
  readonly within?: string | readonly string[] | undefined;
  /** `[4]` or `[6]`. Default: both. */
  readonly families?: readonly Family[] | undefined;
  /** Default: all parts. */
  readonly include?: readonly InventoryPart[] | undefined;
  /** Megabytes of text to keep in memory. Beyond that, sorted lines are written to a temporary folder. Default: 8. */
  readonly memory?: number | undefined;
  /**
   * Called after each page. `done` is the number of objects read. `total` and `timeLeft` are set once the IPv4 subnets are read, from
   * whose utilization they are estimated.
   */
  readonly onProgress?: ((progress: Progress | ReadProgress) => void) | undefined;
}

/** The estimated cost of an inventory. */
export interface InventoryCost {
  /** The estimated number of requests, without logins. */
  readonly requests: number;
  /** The estimated number of objects: subnets are counted, addresses are estimated from their utilization. */
  readonly objects: number;
  readonly subnets: number;
  readonly addresses: number;
  /** The number of requests that the estimate took. */
  readonly spent: number;
}

/** Options of `Ipam.watch`. */
export interface WatchOptions extends Omit<InventoryOptions, "onProgress"> {
  /** Milliseconds between the end of one look and the beginning of the next. */
  readonly interval: number;
  /**
   * A file that keeps the last inventory. The watch continues from it, or makes it if it does not exist. It is replaced after all
   * differences of a look were read, so a crash loses nothing; the same differences may come again. Without it, the watch uses a
   * temporary file and starts anew each time.
   */
  readonly cursor?: string | undefined;
  /** Fields whose changes are ignored: see `compareInventories`. */
  readonly ignore?: readonly string[] | undefined;
  /** Called after each look. Objects that appeared and disappeared between `since` and `until` were not seen. */
  readonly onLook?: ((look: WatchLook) => void) | undefined;
}

/** One look of a watch. */
export interface WatchLook {
  readonly since: string;
  readonly until: string;
  readonly differences: number;
}

/** Options of `anonymizeInventory`. */
export interface AnonymizeOptions {
  /** The same secret gives the same names and addresses again. Default: a random one. */
  readonly secret?: string | undefined;
}

/** Options of `compareInventories`. */
export interface ComparisonOptions {
  /**
   * Fields whose changes are ignored. Default: `percent`, `lease.starts` and `lease.ends`, which change all the time. `readAt`, `ref`
   * and `moved` are always ignored.
   */
  readonly ignore?: readonly string[] | undefined;
}

/** Options of `findingsIn` and `Inventory.findings`. */
export interface FindingsOptions {
  /** The percentage from which on a subnet counts as nearly full. Default: 90. */
  readonly fullFrom?: number | undefined;
  /** The extensible attribute by which network views or subnets share routing, such as `VRF`. Without it, overlaps are not checked. */
  readonly routedBy?: string | undefined;
}

/** The extensible attributes that the columns of an import are filled from. */
export interface ImportMapping {
  readonly tenant?: string | undefined;
  readonly role?: string | undefined;
  /** Without it, or if an entry does not have the attribute, the status follows from the kind. */
  readonly status?: string | undefined;
  /** Default: the comment. */
  readonly description?: string | undefined;
  /** Custom fields (`cf_…`) by their name: `{ site: "Site" }` fills the column `cf_site`. */
  readonly customFields?: Readonly<Record<string, string>> | undefined;
  /** The VRF (NetBox) or namespace (Nautobot) of each network view. Default: its name, and the global one for `default`. */
  readonly views?: Readonly<Record<string, string>> | undefined;
}

/** Options of `inventoryCsv`. */
export interface InventoryCsvOptions {
  /** Attributes with a column of their own. The column `extattrs` always has all attributes as JSON. */
  readonly attributes?: readonly string[] | undefined;
}
