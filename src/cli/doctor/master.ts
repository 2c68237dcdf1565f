/** Whether the node that answers is the one that takes writes. */

import type { Session } from "../ipam.js";
import { addressOf } from "./connection.js";
import type { Finding } from "./finding.js";

/**
 * A node without an API has said so by now; a candidate with read-only access to it answers reads as the master does,
 * and shows only in the list of members.
 */
export async function lookAtMaster({ wapi, signal }: Session): Promise<Finding> {
  const check = "master";
  const host = new URL(addressOf(wapi)).hostname.replace(/^\[|\]$/g, "").toLowerCase();
  // Who may not read members, or speaks a version without the field, learns of it with the first write.
  const candidates = await wapi
    .find("member", {
      where: { enable_ro_api_access: true },
      fields: ["host_name", "vip_setting"],
      signal,
    })
    .catch(() => []);
  const candidate = candidates.find(
    // Guess: the setting stays with a candidate that has become the master.
    ({ host_name, vip_setting }) => host_name?.toLowerCase() === host || vip_setting?.address === host,
  );
  if (candidate === undefined) return { check, state: "ok", message: "this node serves WAPI" };
  return {
    check,
    state: "warning",
    message: `this is ${candidate.host_name}, a candidate with read-only access to the API: it refuses writes, unless it has become the master`,
    advice: "Use the grid master's address for anything that changes something.",
  };
}
