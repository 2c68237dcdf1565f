import type { Family } from "../../cidr.js";
import type { Progress, ReadProgress } from "../../wapi/progress.js";
import type { Abortable } from "../requests.js";

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
