import type { Family } from "../../cidr.js";
import type { Progress, ReadProgress } from "../../wapi/progress.js";
import type { Abortable } from "../requests/requests.js";

/** What an inventory can read: network views, DNS views and zones are always read. */
export const inventoryParts = ["containers", "subnets", "ranges", "addresses", "leases", "records"] as const;

/** `addresses`: hosts and fixed addresses. `records`: A, AAAA, PTR and CNAME. */
export type InventoryPart = (typeof inventoryParts)[number];

export interface InventoryOptions extends Abortable {
  /** Left out: every network view that the grid shows this user. */
  readonly networkViews?: string | readonly string[] | undefined;
  /** What lies in these blocks. Left out: everything. */
  readonly within?: string | readonly string[] | undefined;
  /** `[4]` or `[6]`. Left out: both. */
  readonly families?: readonly Family[] | undefined;
  /** Left out: all parts. */
  readonly include?: readonly InventoryPart[] | undefined;
  /** Megabytes of text that are kept in memory before sorted runs go to a temporary folder. Default: 8. */
  readonly memory?: number | undefined;
  /**
   * Called after each page. `done`: objects read. `total` and `timeLeft` are there once the IPv4 subnets are read,
   * whose utilization tells about how many addresses follow.
   */
  readonly onProgress?: ((progress: Progress | ReadProgress) => void) | undefined;
}

/** What an inventory takes, before it is read. */
export interface InventoryCost {
  /** How many requests the inventory will take, those of logging in not counted. An estimate. */
  readonly requests: number;
  /** How many objects it will read. Subnets are counted; addresses follow from the subnets' utilization. */
  readonly objects: number;
  readonly subnets: number;
  readonly addresses: number;
  /** How many requests it took to find this out. */
  readonly spent: number;
}

export interface WatchOptions extends Omit<InventoryOptions, "onProgress"> {
  /** Milliseconds between the end of one look and the beginning of the next. */
  readonly interval: number;
  /**
   * A file that keeps the last inventory: the watch goes on from it, and makes it where there is none. It is renewed when
   * all differences of a look were taken, so that nothing is lost by a crash; the same differences may come again.
   * Left out: a temporary file, and the watch begins anew.
   */
  readonly cursor?: string | undefined;
  /** Fields whose changes don't count: see `compareInventories`. */
  readonly ignore?: readonly string[] | undefined;
  /** Called after each look. What came and went between `since` and `until` was not seen. */
  readonly onLook?: ((look: WatchLook) => void) | undefined;
}

/** One look of a watch. */
export interface WatchLook {
  readonly since: string;
  readonly until: string;
  readonly differences: number;
}

export interface AnonymizeOptions {
  /** The same secret gives the same names and addresses again. Left out: a new one each time. */
  readonly secret?: string | undefined;
}

export interface ComparisonOptions {
  /**
   * Fields whose changes don't count. Left out: `percent`, `lease.starts` and `lease.ends`, which change all the time.
   * When things were read and their references never count.
   */
  readonly ignore?: readonly string[] | undefined;
}

export interface FindingsOptions {
  /** From which percentage on a subnet is nearly full. Default: 90. */
  readonly fullFrom?: number | undefined;
  /** The extensible attribute by which network views or subnets share routing, such as `VRF`. Left out: no overlaps. */
  readonly routedBy?: string | undefined;
}

/** Where the columns of an import come from: each the name of an extensible attribute. */
export interface ImportMapping {
  readonly tenant?: string | undefined;
  readonly role?: string | undefined;
  /** Without it, and where an entry lacks the attribute, the status follows from the kind. */
  readonly status?: string | undefined;
  /** In place of the comment. */
  readonly description?: string | undefined;
  /** Custom fields (`cf_…`) by their name: `{ site: "Site" }` fills the column `cf_site`. */
  readonly customFields?: Readonly<Record<string, string>> | undefined;
  /** VRF (NetBox) or namespace (Nautobot) of each network view. Left out: its name, and for `default` the global one. */
  readonly views?: Readonly<Record<string, string>> | undefined;
}

export interface InventoryCsvOptions {
  /** Attributes that have a column of their own. All attributes stand as JSON in the column `extattrs`. */
  readonly attributes?: readonly string[] | undefined;
}
