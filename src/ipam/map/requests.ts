import type { Family } from "../../cidr.js";
import type { Progress, ReadProgress } from "../../wapi/progress.js";
import type { ForecastOptions } from "../capacity/requests.js";
import type { Abortable } from "../requests/requests.js";
import type { Source } from "../requests/targets.js";

/** What to draw: places as for a request, or everything in a network view. */
export type MapSource =
  | Source
  | readonly Source[]
  | { readonly networkView: string; readonly family?: Family | undefined };

export interface MapOptions extends Abortable {
  /** Where a CIDR is looked for. */
  readonly networkView?: string | undefined;
  /**
   * Whether to read what uses each address, which a big container has many of. Left out: where there are at most 64
   * subnets.
   */
  readonly addresses?: boolean | undefined;
  /**
   * Inventories that were kept, as for `ipam.capacity.forecast`: each container and subnet then says how long it lasts at
   * its own pace.
   */
  readonly history?: ForecastOptions["history"] | undefined;
  /** Called while containers, subnets and ranges are read, with how many there are so far. */
  readonly onRead?: ((progress: ReadProgress) => void) | undefined;
  /** Called while addresses are read, with the number of subnets; not where none are read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
