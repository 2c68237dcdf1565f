/** What `infoblox-ipam doctor` finds, one look at a time. */

import { messageFor } from "../wording.js";

/** What one look found, and what to do about it. */
export interface Finding {
  readonly check: string;
  /** `unknown`: it can't be seen from here; no failure, and no reason to be calm. */
  readonly state: "ok" | "warning" | "unknown" | "failed";
  readonly message: string;
  readonly advice?: string;
}

/** A finding that makes all further looks pointless keeps its error. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly error?: unknown;
}

/** What is permitted to others may not be to this user, or the grid had another reason. */
export function unreadable(check: string, error: unknown): Finding {
  const message = messageFor(error, undefined);
  return {
    check,
    state: "failed",
    message,
    advice: "Give the user's group a role that may read and write these.",
  };
}
