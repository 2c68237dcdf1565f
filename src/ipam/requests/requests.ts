import type { ExtattrsToCreate } from "../../wapi/extattrs.js";
import type { CloudDescription } from "./cloud-attributes.js";

/** What every call takes. */
export interface Abortable {
  /** Aborts the call. What was not sent yet never is; a write that was may have happened (see `UncertainWriteError`). */
  readonly signal?: AbortSignal | undefined;
}

/** What subnets and addresses have in common. */
export interface Description {
  readonly comment?: string | undefined;
  /** Extensible attributes, as plain values: `{ Site: "Paris" }`. The grid must have definitions of these names. */
  readonly extattrs?: ExtattrsToCreate | undefined;
  /** For the grid's cloud reports, field by field over the `cloud` of the `Ipam`; `extattrs` go before. */
  readonly cloud?: CloudDescription | undefined;
  /** Over the network view of the `Ipam`. */
  readonly networkView?: string | undefined;
  /**
   * An id of your own. The same id again gives the same object, with `created: false`, from however many processes at
   * once. Kept on the grid in an extensible attribute (see `requestIdMarker` and `setup`).
   */
  readonly requestId?: string | undefined;
  /** More fields of the WAPI object, in the grid's spelling: `{ members: […], options: […] }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** For how long something is wanted; `Ipam.collect` frees it afterwards. One of the two; left out, for good. */
export interface Expiring {
  /**
   * A time, as a `Date` or as an ISO text: `"2026-11-25T13:46:00Z"`. Kept on the grid in an extensible attribute (see
   * `expiresAtAttribute` and `setup`), to the second.
   */
  readonly expiresAt?: Date | string | undefined;
  /** Seconds from now, by this machine's clock: `7 * 86400` for a week. */
  readonly expiresIn?: number | undefined;
}

/** What every release takes. */
export interface ReleaseOptions extends Abortable {
  readonly networkView?: string | undefined;
  /** Release what another owner made, too. */
  readonly force?: boolean | undefined;
}
