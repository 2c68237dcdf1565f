import type { Progress, ReadProgress } from "../../wapi/progress.js";
import type { Abortable, Expiring, ReleaseOptions } from "../requests/requests.js";

/** Until when something is wanted now: one of `expiresAt` and `expiresIn`. */
export interface RenewOptions extends ReleaseOptions, Expiring {
  /** Where a host's name is looked for. */
  readonly dnsView?: string | undefined;
}

export interface AuditOptions extends Abortable {
  readonly networkView?: string | undefined;
  /** What is past its expiry: a `Date` or an ISO text. Left out, this machine's clock. */
  readonly now?: Date | string | undefined;
  /** Called when most has been read, and after each further page of a thousand. `done`: objects read. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

export interface CollectOptions extends Omit<AuditOptions, "onProgress"> {
  /** Change nothing, and say what would be done. */
  readonly dryRun?: boolean | undefined;
  /** Free a subnet with all that is in it, whoever made that, hosts included. */
  readonly cascade?: boolean | undefined;
  /** Called after each request that frees something. `total`: how much has expired. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
