/** The findings of `infoblox-ipam doctor`, one for each check. */

import { messageFor } from "../wording.js";

/** The result of one check, and what to do about it. */
export interface Finding {
  readonly check: string;
  /** `unknown`: the check could not find out. It is not a failure, but may hide one. */
  readonly state: "ok" | "warning" | "unknown" | "failed";
  readonly message: string;
  readonly advice?: string;
}

/** The findings of several checks. `error` is the failure that makes further checks pointless. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly error?: unknown;
}

/** The finding of a check whose read the grid refused, most often for lack of permission. */
export function unreadable(check: string, error: unknown): Finding {
  const message = messageFor(error, undefined);
  return {
    check,
    state: "failed",
    message,
    advice: "Give the user's group a role that may read and write these.",
  };
}
