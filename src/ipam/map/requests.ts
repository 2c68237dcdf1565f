import type { Family } from "../../cidr.js";
import type { Progress, ReadProgress } from "../../wapi/progress.js";
import type { ForecastOptions } from "../capacity/requests.js";
import type { Abortable } from "../requests/requests.js";
import type { Source } from "../requests/targets.js";

/** What to draw: sources as for a request, or a whole network view. */
export type MapSource =
  | Source
  | readonly Source[]
  | { readonly networkView: string; readonly family?: Family | undefined };

/** Options of `map`. */
export interface MapOptions extends Abortable {
  /** The network view of a CIDR. Default: the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
  /**
   * Whether to read the addresses in use, of which a large container has many. Default: only if there are at most 64
   * subnets.
   */
  readonly addresses?: boolean | undefined;
  /**
   * Earlier inventories, as for `ipam.capacity.forecast`: adds to each container and subnet its `forecast`.
   */
  readonly history?: ForecastOptions["history"] | undefined;
  /** Called while containers, subnets and ranges are read, with the number of rows so far. */
  readonly onRead?: ((progress: ReadProgress) => void) | undefined;
  /** Called while addresses are read, with the number of subnets so far. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
