import type { Progress, ReadProgress } from "../../wapi/progress.js";
import type { Abortable, Expiring, ReleaseOptions } from "../requests/requests.js";

/** Options of `Ipam.renew`. One of `expiresAt` and `expiresIn` is needed. */
export interface RenewOptions extends ReleaseOptions, Expiring {
  /** The DNS view of a host that is given by its name. Default: that of the `Ipam`. */
  readonly dnsView?: string | undefined;
}

/** Options of `Ipam.audit`. */
export interface AuditOptions extends Abortable {
  readonly networkView?: string | undefined;
  /** The time that expiries are compared with: a `Date` or an ISO text. Default: this machine's clock. */
  readonly now?: Date | string | undefined;
  /** Called after the first request, and after each further page of a thousand. `done` is the number of objects read. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** Options of `Ipam.collect`. */
export interface CollectOptions extends Omit<AuditOptions, "onProgress"> {
  /** Change nothing, and return what would be done. Default: `false`. */
  readonly dryRun?: boolean | undefined;
  /** Free subnets with everything in them, including hosts and objects of other owners. Default: `false`. */
  readonly cascade?: boolean | undefined;
  /** Called after each request that frees something. `total` is the number of expired objects. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
